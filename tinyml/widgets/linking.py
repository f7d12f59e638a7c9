"""Linking: a widget's ES module joined with the kit modules that it imports, into one module text.

    module + the modules it imports, each once, imports removed, kit exports unexported  ->  one text

Two form rules replace a bundler: an import is one line, `import { a, b } from "../kit/x.js";`, and what
is declared at the start of a line (`export function`, `export const`, `export class`) has a name of its
own in the joined text.  Comment lines and indentation are dropped on the way, so a text in backticks
must not run over several lines.
Checked by tests/test_widgets.py; `node --test` imports the same files unlinked.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

FOLDER = Path(__file__).parent

IMPORT = re.compile(r'^import \{ ([\w$, ]+) \} from "(\.{1,2}/[\w./-]+\.js)";$')
DECLARATION = re.compile(r"^(export )?(?:async )?(?:function\*?|const|let|class) ([\w$]+)")
EXPORT = re.compile(r"^export (?!default\b)", re.MULTILINE)
SHARED = ("certificate.js", "controls.js", "drawing.js", "frame.js", "training.js")
"""The kit modules, with what they import, that the static host brings along once for all widgets of a page."""

CSS_COMMENT = re.compile(r"/\*[\s\S]*?\*/\n?")
COMMENT = re.compile(r"^[ ]*//.*\n|^[ ]*/\*\*[\s\S]*?\*/\n", re.MULTILINE)


class LinkError(ValueError):
    """A module that breaks the form which the linker can join."""


def link(path: Path) -> str:
    """Return the text of one module: what `path` imports first, then `path` itself."""
    return "\n".join(link_parts(path).values())


def link_parts(path: Path) -> dict[str, str]:
    """Return the texts that `link` joins, by file name, in order; only the last one still exports."""
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
    return {module.name: _stripped(text, exports=module == path) for module, text in modules.items()}


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
    """Drop comments, imports, indentation and, unless it is the last part, exports."""
    lines = (line for line in COMMENT.sub("", text).splitlines() if line and not IMPORT.match(line))
    return "\n".join((line if exports else EXPORT.sub("", line)).lstrip() for line in lines)


def module_path(name: str) -> Path:
    """Return the path of the ES module of the widget in the folder `name`."""
    return FOLDER / name / f"{name}.js"


def module_text(name: str) -> str:
    """Return the linked ES module of a widget: what a live notebook loads."""
    return link(module_path(name))


def style_text(name: str, *, with_kit: bool = True) -> str:
    """Return the style sheet of a widget, after the kit's."""
    sheets = [FOLDER / "kit" / "kit.css"] if with_kit else []
    sheets += [sheet for sheet in [module_path(name).with_suffix(".css")] if sheet.is_file()]
    return "".join(CSS_COMMENT.sub("", sheet.read_text(encoding="utf-8")) for sheet in sheets)


def widget_script(name: str) -> str:
    """Return the classic script of a widget: its own text, and the names of the kit modules that the host joins."""
    parts = link_parts(module_path(name))
    own = {part: text for part, text in parts.items() if part not in SHARED}
    source = {"parts": list(parts), "texts": own, "style": style_text(name, with_kit=False)}
    return _registration(["widgets", name], source)


def host_script() -> str:
    """Return the classic script of the static host: the shared kit as text, and the code that starts every island."""
    kit: dict[str, str] = {}
    for module in SHARED:
        parts = link_parts(FOLDER / "kit" / module)
        kit |= {part: EXPORT.sub("", text) for part, text in parts.items()}
    style = CSS_COMMENT.sub("", (FOLDER / "kit" / "kit.css").read_text(encoding="utf-8"))
    host = EXPORT.sub("", link(FOLDER / "kit" / "host.js"))
    return (
        _registration(["kit"], kit)
        + _registration(["style"], style)
        + f"(() => {{\n{host}\nstartWhenReady();\n}})();\n"
    )


def _registration(keys: list[str], value: object) -> str:
    """Return a statement that puts a value into `window.tinymlBook`, whichever script comes first."""
    place = "".join(f"[{json.dumps(key)}]" for key in keys)
    holder = "(window.tinymlBook ??= { widgets: {} })"
    return f"{holder}{place} = {json.dumps(value, ensure_ascii=False)};\n"


def widget_names() -> list[str]:
    """Return the names of all widgets, that is of the folders that hold a module of their own name."""
    return sorted(folder.name for folder in FOLDER.iterdir() if module_path(folder.name).is_file())
