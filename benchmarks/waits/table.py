"""The rows of what a user waits for, and what is wanted of ours."""

from __future__ import annotations

from benchmarks.goals import ratio
from benchmarks.race import Row, command

REST = 0.5
"""Seconds in which the browsers of the other contenders come to rest."""


def imports() -> Row:
    bound, ours = "bound: Python imports numpy", "tinyml: import tinyml"
    first = "tinyml: the first cell of chapter 1, which uses three names"
    chapter = "tinyml: the first cell, and all imports of chapter 1"
    programs = {
        ours: "tinyml",
        first: "first",
        chapter: "chapter",
        "tinyml: from tinyml import *, all modules": "star",
        "Python starts and ends": "python",
        bound: "numpy",
    }
    return Row(
        name="importing the package, whole processes, one thread",
        unit="one process",
        contenders={name: command("waits.imports", program) for name, program in programs.items()},
        bound=bound,
        goals=tuple(ratio(each, bound, most=1.25) for each in (ours, first, chapter)),
    )


def slider(slower: int = 1) -> Row:
    """Race a move of the slider, on a page whose processor is so many times slower."""
    bound, kinds = (
        "bound: one animation frame",
        {
            "tinyml: TrainingExplorer in the static page": ("slider", "page"),
            "tinyml: TrainingExplorer in JupyterLab": ("slider_lab", "widget"),
            "ipywidgets and SVG in JupyterLab": ("slider_lab", "svg"),
            "interact and matplotlib in JupyterLab": ("slider_lab", "interact"),
            "bound: one animation frame": ("slider", "frame"),
        },
    )
    return Row(
        name="slider to paint" if slower == 1 else f"slider to paint, the processor of the page {slower} times slower",
        unit="one move",
        contenders={name: command(*kind, str(slower)) for name, kind in kinds.items()},
        bound=bound,
        rounds=20 if slower == 1 else 12,  # of 5 moves each
        pause=REST,
        limits=(0.020, 0.050) if slower == 1 else None,
    )


def first_widget() -> Row:
    bound = "bound: the glossary, which has no widget"
    return Row(
        name="first widget on a page of the built book, cold browser",
        unit="one page",
        contenders={
            "tinyml: TrainingExplorer of chapter 5": command("waits.first_widget", "widget"),
            bound: command("waits.first_widget", "bound"),
        },
        bound=bound,
        pause=REST,
    )


def rows() -> list[Row]:
    return [slider(), slider(slower=6), first_widget(), imports()]
