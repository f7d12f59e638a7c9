"""Contenders of slider to paint in a JupyterLab that runs for this race alone, each with a kernel of its own.

    python -m benchmarks.slider_lab KIND [SLOWER]

    widget      our widget: the page draws, and tells the kernel which step is shown
    svg         ipywidgets: the kernel is told of the slider, and sends an SVG that the page shows
    interact    ipywidgets' interact: the kernel draws with matplotlib, and sends a picture of dots

All draw the curve of the same losses with a point, and say the loss at the point.
Checked by tests/benchmarks/test_benchmarks_slider.py.
"""

from __future__ import annotations

import sys

from playwright.sync_api import Locator

from benchmarks.contender import serve
from benchmarks.lab import SECONDS, Lab, Notebook
from benchmarks.slider import Slider

WIDGET = """from tinyml.widgets import TrainingExplorer
TrainingExplorer()
"""

LOSSES = """from tinyml import *
dataset = DatasetWindowing()(TokenSequence.from_indices([1, 2, 3, 4, 1, 2, 3, 4]))
start = Parameters.init(VocabSize(5), ModelDimension(4))
losses = trajectory(dataset, start, [LearningRate(1.0)], StepCount(200)).losses[0]
"""

SVG = f"""from ipywidgets import HTML, IntSlider, VBox
{LOSSES}
slider, picture = IntSlider(80, 0, 200, description="StepCount"), HTML()
curve = " ".join(f"{{2 * n}},{{200 - 100 * loss:.2f}}" for n, loss in enumerate(losses))
def draw(change=None):
    n = slider.value
    picture.value = f'''<svg viewBox="0 0 400 200" width="400">
        <polyline points="{{curve}}" fill="none" stroke="currentColor"/>
        <circle cx="{{2 * n}}" cy="{{200 - 100 * losses[n]:.2f}}" r="4"/></svg>
        <p>loss {{losses[n]:.6f}}</p>'''
slider.observe(draw, "value")
draw()
VBox([slider, picture])
"""

INTERACT = f"""%matplotlib inline
import matplotlib.pyplot as plt
from ipywidgets import IntSlider, interact
{LOSSES}
@interact(step_count=IntSlider(80, 0, 200))
def draw(step_count):
    figure, axes = plt.subplots(figsize=(5, 3))
    axes.plot(losses)
    axes.plot([step_count], [losses[step_count]], "o")
    axes.set(xlabel="StepCount", ylabel="loss")
    plt.show()
    print(f"loss {{losses[step_count]:.6f}}")
"""

REST = 200
"""Milliseconds after a move in which a kernel becomes idle again, and a text arrives that comes after its picture."""


class InLab(Slider):
    """One cell of a notebook; a subclass says which, and where its loss and its slider are."""

    cell: str
    handle = ".jp-OutputArea [role=slider]"

    def open(self) -> Locator:
        self.lab = Lab(self.folder)
        Notebook(self.page, self.lab, "page", [self.cell]).run(0)
        self.page.locator(self.shown).first.wait_for(timeout=1000 * SECONDS)
        return self.page.locator(self.handle).first

    def move(self, key: str) -> float:
        took = super().move(key)
        self.page.wait_for_timeout(REST * min(self.slower, 3))
        return took

    def close(self) -> None:
        if hasattr(self, "lab"):
            self.lab.close()
        super().close()


class Explorer(InLab):
    cell = WIDGET
    shown = ".jp-OutputArea .tinyml-result"
    handle = ".jp-OutputArea .tinyml input[type=range]"  # the first is that of StepCount

    def open(self) -> Locator:
        slider = super().open()
        self.page.locator(".jp-OutputArea .tinyml-agrees").wait_for(timeout=1000 * SECONDS)
        return slider


class Svg(InLab):
    cell = SVG
    shown = ".jp-OutputArea .widget-html p"


class Interact(InLab):
    cell = INTERACT
    shown = ".jp-OutputArea .jp-OutputArea pre"

    def reader(self) -> str:
        return "document.querySelector('.jp-OutputArea .jp-OutputArea img')?.src ?? before"


KINDS: dict[str, type[InLab]] = {"widget": Explorer, "svg": Svg, "interact": Interact}

if __name__ == "__main__":
    serve(KINDS[sys.argv[1]](*sys.argv[2:]))
