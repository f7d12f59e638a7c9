"""Pictures drawn from what they show: arrows, lenses and folds as diagrams, numbers as charts, types as doors."""

from tinyml.draw.brackets import brackets
from tinyml.draw.chart import dots, powers
from tinyml.draw.curves import curves
from tinyml.draw.doors import doors
from tinyml.draw.drawing import Drawing
from tinyml.draw.flow import merging, paths
from tinyml.draw.graph import graph, tape
from tinyml.draw.heat_map import HeatMap, heat_maps
from tinyml.draw.lens_diagram import there_and_back
from tinyml.draw.orbits import orbits
from tinyml.draw.pipeline import pipeline
from tinyml.draw.pixels import pixels
from tinyml.draw.seams import seams
from tinyml.draw.side_diagram import from_the_side
from tinyml.draw.square import square
from tinyml.draw.strip import strip

__all__ = [
    "Drawing",
    "HeatMap",
    "brackets",
    "curves",
    "doors",
    "dots",
    "from_the_side",
    "graph",
    "heat_maps",
    "merging",
    "orbits",
    "paths",
    "pipeline",
    "pixels",
    "powers",
    "seams",
    "square",
    "strip",
    "tape",
    "there_and_back",
]
