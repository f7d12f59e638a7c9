"""Pictures drawn from the objects that they show: arrows, squares, graphs and tapes as diagrams, numbers as dots."""

from tinyml.draw.chart import dots, powers
from tinyml.draw.diagrams import Drawing, graph, pipeline, square, tape

__all__ = ["Drawing", "dots", "graph", "pipeline", "powers", "square", "tape"]
