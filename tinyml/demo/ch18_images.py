"""Images: how many digits does a network name that it has never seen, and whose digits are they?

A convolution is a linear layer tied along copies; a small network reads digits that were held out.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch12_para.layers import Offsets, Weights
from tinyml.ch12_para.trees import flattened
from tinyml.ch18_images.classifier import digit_classifier, learnt, share_named
from tinyml.ch18_images.convolution import correlate, spread
from tinyml.ch18_images.handwriting import digits, held_out
from tinyml.ch18_images.patches import Images, ImagesChange, images
from tinyml.ch18_images.pooling import max_pool


def lines() -> Iterator[str]:
    small = correlate(images(4, 4), kernels=1, size=2)
    yield f"{small}"
    copies = spread(images(4, 4), kernels=1, size=2)
    ones = np.ones(copies.target.points.size)
    back = copies.backward(copies.forward(Weights(np.zeros((4, 1))))[1], ones)
    yield f"each number of the kernel is copied to {back[0, 0]:.0f} places"
    ramp = Images(np.arange(16.0).reshape(4, 4, 1))
    seen = small.get(Product(Product(Offsets(np.zeros(1)), Weights(np.ones((4, 1)))), ramp))
    yield f"sums of windows: {' '.join(f'{value:.0f}' for value in seen.ravel())}"
    pool = max_pool(images(2, 2))
    shared = pool.put(Product(Images(np.zeros((2, 2, 1))), ImagesChange(np.ones((1, 1, 1)))))
    yield f"a tie of four goes back to the first: {' '.join(f'{value:.0f}' for value in shared.ravel())}"
    network = digit_classifier()
    vector = flattened(network.parameters)
    yield f"a network that reads digits: {vector.source.points.size[0]} numbers"
    taught, held = held_out(digits(), 450)
    model = network.reparametrise(vector)
    yield f"named right, of {len(taught)} that taught: {share_named(model, learnt(), taught):.1%}"
    yield f"named right, of {len(held)} by other hands: {share_named(model, learnt(), held):.1%}"
