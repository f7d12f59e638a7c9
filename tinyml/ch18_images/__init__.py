"""Images: weights that are shared, and data that are held out."""

from tinyml.ch18_images.classifier import digit_classifier, followed, learnt, share_named
from tinyml.ch18_images.convolution import correlate, spread
from tinyml.ch18_images.handwriting import Digits, digits, held_out
from tinyml.ch18_images.patches import flatten, images, pictures, windows
from tinyml.ch18_images.pooling import max_pool

__all__ = [
    "Digits",
    "correlate",
    "digit_classifier",
    "digits",
    "flatten",
    "followed",
    "held_out",
    "images",
    "learnt",
    "max_pool",
    "pictures",
    "share_named",
    "spread",
    "windows",
]
