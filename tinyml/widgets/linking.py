"""Linking: a widget's ES module joined with the kit modules that it imports, into one module text.

    module + the modules it imports, each once, imports removed, kit exports unexported  ->  one text

A live notebook loads a widget where there is no Node, so two form rules stand in for a bundler: an import
is one line, `import { a, b } from "../kit/x.js";`, and what is declared at the start of a line (`export
function`, `export const`, `export class`) has a name of its own in the joined text.  The pages of the book
are bundled from the same files by esbuild.
Checked by tests/widgets/test_widgets.py; `node --test` imports the same files unlinked.
"""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parent

IMPORT = re.compile(r'^import \{ ([\w$, ]+) \} from "(\.{1,2}/[\w./-]+\.js)";$')
DECLARATION = re.compile(r"^(export )?(?:async )?(?:function\*?|const|let|class) ([\w$]+)")
EXPORT = re.compile(r"^export (?!default\b)")


class LinkError(ValueError):
    """A module that breaks the form which the linker can join."""


def link(path: Path) -> str:
    """Return the text of one module: what `path` imports first, then `path` itself, which alone still exports."""
    path = path.resolve()
    modules = _in_order(path, ())
    owners: dict[str, Path] = {}
    for module, text in modules.items():
        for line in text.splitlines():
            if found := DECLARATION.match(line):
                name = found[2]
                if name in owners:
                    raise LinkError(f"{module.name} and {owners[name].name} both declare {name}; give one another name")
                owners[name] = module
    return "\n".join(_stripped(text, exports=module == path) for module, text in modules.items())


def _in_order(path: Path, above: tuple[Path, ...]) -> dict[Path, str]:
    """Read `path` and everything it imports, imports first, each file once."""
    if path in above:
        raise LinkError(f"{path.name} imports itself through {' -> '.join(step.name for step in above)}")
    if not path.is_file():
        raise LinkError(f"{above[-1].name if above else 'nobody'} imports {path.name}, which does not exist")
    text = path.read_text(encoding="utf-8")
    modules: dict[Path, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith(("import ", "import{", "export *", "export {")):
            continue
        found = IMPORT.match(line)
        if not found:
            raise LinkError(
                f"{path.name}:{number}: cannot join `{line.strip()}`; "
                'write one line such as import { a, b } from "../kit/x.js"; and export at the declaration'
            )
        imported = _in_order((path.parent / found[2]).resolve(), (*above, path))
        _check_names(f"{path.name}:{number}", found[1], (path.parent / found[2]).resolve(), imported)
        modules |= imported
    return modules | {path: text}


def _check_names(where: str, names: str, path: Path, modules: dict[Path, str]) -> None:
    found = (DECLARATION.match(line) for line in modules[path].splitlines())
    exported = {declared[2] for declared in found if declared and declared[1]}
    for name in (name.strip() for name in names.split(",")):
        if name not in exported:
            raise LinkError(f"{where}: {path.name} does not export {name} (renaming with `as` is not joined)")


def _stripped(text: str, *, exports: bool) -> str:
    """Drop imports and, unless it is the last part, exports."""
    lines = (line for line in text.splitlines() if not IMPORT.match(line))
    return "\n".join(line if exports else EXPORT.sub("", line) for line in lines)


def module_path(name: str) -> Path:
    """Return the path of the ES module of the widget in the folder `name`."""
    return FOLDER / name / f"{name}.js"


def module_text(name: str) -> str:
    """Return the linked ES module of a widget: what a live notebook loads."""
    return link(module_path(name))


def style_text(name: str) -> str:
    """Return the kit's style sheet followed by the widget's own: what a live notebook loads."""
    sheets = (FOLDER / "kit" / "kit.css", module_path(name).with_suffix(".css"))
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets if sheet.is_file())


def widget_names() -> list[str]:
    """Return the names of all widgets, that is of the folders that hold a module of their own name."""
    return sorted(folder.name for folder in FOLDER.iterdir() if module_path(folder.name).is_file())
