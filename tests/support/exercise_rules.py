"""What every master of an exercise keeps, as functions that return complaints.

Applied by tests/book/test_exercises.py.
"""

from __future__ import annotations

import ast
import builtins
import itertools
import re
from typing import Any

HINTS = re.compile(r"<details>\s*<summary>\s*(Hint \d)\b")
REGION = re.compile(r"^[ \t]*### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)^[ \t]*### END \1$", re.DOTALL | re.MULTILINE)
DELIMITER = re.compile(r"(?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS)")
WIDEST = 76  # letters: what a page shows of a line of code without a scroll bar
SHORTEST = 12  # letters: a shorter line of a solution says nothing by itself


def mark(cell: Any) -> dict[str, Any]:
    """Return nbgrader's metadata of a cell."""
    found: dict[str, Any] = cell.metadata.get("nbgrader", {})
    return found


def is_check(cell: Any) -> bool:
    return bool(cell.cell_type == "code" and mark(cell).get("grade"))


def is_answer(cell: Any) -> bool:
    return bool(cell.cell_type == "code" and mark(cell).get("solution"))


def is_given(cell: Any) -> bool:
    """Whether a cell is code that the learner gets as it is, without points."""
    return cell.cell_type == "code" and not is_check(cell) and not is_answer(cell)


def questions(notebook: Any) -> dict[str, float]:
    """Return the points of each question that is checked, by its name."""
    return {cell.id.removesuffix("-check"): mark(cell)["points"] for cell in notebook.cells if is_check(cell)}


def wrong_ids(notebook: Any) -> list[str]:
    """Return the cells of nbgrader's that bear another id as a cell."""
    return [cell.id for cell in notebook.cells if mark(cell) and mark(cell)["grade_id"] != cell.id]


def wrong_order(notebook: Any) -> list[str]:
    """Return the ids as they should follow one another, where they do not; code may be given before each answer."""
    ids = [cell.id for cell in notebook.cells]
    wanted = ["title", "set-up"]
    for name in questions(notebook):
        wanted += [f"{name}-task", name, f"{name}-check"]
        wanted += [f"{name}-why"] if f"{name}-why" in ids else []
    wanted.append("points")
    for place, name in enumerate(ids):
        if name.startswith("given-") and 1 < place <= len(wanted) and wanted[place] in questions(notebook):
            wanted.insert(place, name)
    return [] if ids == wanted else wanted


def wrong_marks(notebook: Any) -> list[str]:
    """Return the cells whose marks for nbgrader are not those of their kind."""
    kinds = {"check": (True, False, True), "why": (True, True, False), "set-up": (False, False, True)}
    kinds |= {"points": kinds["set-up"], "given": kinds["set-up"]}
    found = []
    for cell in notebook.cells:
        kind = cell.id if cell.id in kinds else cell.id.rpartition("-")[2]
        kind = "given" if cell.id.startswith("given-") else "answer" if cell.id in questions(notebook) else kind
        wanted = (False, True, False) if kind == "answer" else kinds.get(kind)
        if wanted and wanted != tuple(bool(mark(cell).get(key)) for key in ("grade", "solution", "locked")):
            found.append(cell.id)
    return found


def without_hints(notebook: Any) -> list[str]:
    """Return the questions whose task does not have two hints."""
    tasks = {cell.id.removesuffix("-task"): cell.source for cell in notebook.cells if cell.cell_type == "markdown"}
    return [name for name in questions(notebook) if HINTS.findall(tasks.get(name, "")) != ["Hint 1", "Hint 2"]]


def wide_lines(notebook: Any) -> list[str]:
    """Return the lines of code, checks apart, that are wider than a page, where checks are folded away."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and not is_check(cell)]
    return [f"{cell.id}: {line}" for cell in code for line in cell.source.splitlines() if len(line) > WIDEST]


def program(cell: Any) -> ast.Module:
    """Return the program of a cell as Python has it: without magics, and nothing of a cell that a magic takes."""
    if cell.source.startswith("%%"):
        return ast.parse("")
    return ast.parse("\n".join("" if line.startswith(("%", "!")) else line for line in cell.source.splitlines()))


def used(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def written(tree: ast.AST) -> set[str]:
    """Return every name that a program gives to something, anywhere in it."""
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.arg):
            found.add(node.arg)
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return found


def outermost(tree: ast.Module) -> set[str]:
    """Return the names that a program leaves behind in the notebook."""
    found = set[str]()
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            found.add(statement.name)
        else:
            found |= written(statement)
    return found


def names_given(notebook: Any) -> set[str]:
    return set[str]().union(*(outermost(program(cell)) for cell in notebook.cells if is_given(cell)))


def asked(tree: ast.AST) -> set[str]:
    """Return the names that a check asks the learner for."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    wanted = [call.args[0] for call in calls if ast.unparse(call.func) in {"ask.call", "ask.value"}]
    return {str(name.value) for name in wanted if isinstance(name, ast.Constant)}


def strange_names(notebook: Any) -> list[str]:
    """Return the names that given cells and checks use and that no given cell defines: a learner's, or nobody's."""
    known = names_given(notebook) | set(dir(builtins))
    trees = {cell.id: program(cell) for cell in notebook.cells if not is_answer(cell) and cell.cell_type == "code"}
    return [f"{cell}: {name}" for cell, tree in trees.items() for name in sorted(used(tree) - written(tree) - known)]


def shared_names(notebook: Any) -> list[str]:
    """Return the names that a question asks for, where its answer is not the one cell that writes them."""
    cells = {cell.id: program(cell) for cell in notebook.cells if cell.cell_type == "code"}
    found = []
    for question in questions(notebook):
        for name in sorted(asked(cells[f"{question}-check"])):
            writers = [cell for cell, tree in cells.items() if not cell.endswith("-check") and name in outermost(tree)]
            if writers != [question]:
                found.append(f"{question}: {name} is written in {writers}")
    return found


def wrong_points(notebook: Any) -> list[str]:
    """Return the checks whose name or points differ from nbgrader's, and the summary if it differs from the checks."""
    found = []
    for cell in notebook.cells:
        opened = (
            re.search(r"check\.question\(\s*\"([^\"]+)\",\s*points=([\d.]+),", cell.source) if is_check(cell) else None
        )
        if is_check(cell) and (
            not opened or (f"{opened[1]}-check", float(opened[2])) != (cell.id, mark(cell)["points"])
        ):
            found.append(cell.id)
    summary = re.search(r"check\.summary\((\{.*?\})\)", notebook.cells[-1].source, re.DOTALL)
    return found if summary and ast.literal_eval(summary[1]) == questions(notebook) else [*found, "points"]


def parted(cell: Any) -> tuple[str, str]:
    """Return what a release keeps back of a cell and what it shows; an answer without delimiters is kept back whole."""
    inside = "\n".join(match[2] for match in REGION.finditer(cell.source))
    whole = mark(cell).get("solution") and not inside
    return (cell.source, "") if whole else (inside, REGION.sub("", cell.source))


def secrets(notebook: Any) -> set[str]:
    """Return the lines, without the space around them, that stand in solutions and hidden tests and nowhere else."""
    pieces = [parted(cell) for cell in notebook.cells]
    shown = "\n".join(outside for _, outside in pieces)
    lines = {line.strip() for inside, _ in pieces for line in inside.splitlines()}
    return {line for line in lines if len(line) >= SHORTEST and line not in shown}


def revealed(notebook: Any, text: str) -> list[str]:
    """Return the secrets of a master that a text tells, and nbgrader's delimiters in it."""
    return sorted({*(line for line in secrets(notebook) if line in text), *DELIMITER.findall(text)})


def squeezed(text: str) -> str:
    """Return a text without its spaces and line ends."""
    return "".join(text.split())


def passages(notebook: Any) -> set[str]:
    """Return what gives a solution or a hidden test away on another page: two of its lines in a row, or its one line.

    One line of several may stand in a chapter by itself.
    """
    found = set[str]()
    for cell in notebook.cells:
        whole = [parted(cell)[0]] if cell.source == parted(cell)[0] else []
        for region in whole or [match[2] for match in REGION.finditer(cell.source)]:
            lines = [line for line in map(squeezed, region.splitlines()) if line]
            found |= {one + two for one, two in itertools.pairwise(lines)} if len(lines) > 1 else set(lines)
    shown = squeezed("".join(parted(cell)[1] for cell in notebook.cells))
    return {passage for passage in found if len(passage) >= SHORTEST and passage not in shown}


def betrayed(notebook: Any, text: str) -> list[str]:
    """Return the passages of a master that a page holds and should not, and nbgrader's delimiters on it."""
    page = squeezed(text)
    return sorted({*(passage for passage in passages(notebook) if passage in page), *DELIMITER.findall(text)})
