"""Ledger: the audit cards of book/ledger.toml as small tables, two columns each, which a phone can show.

```{ledger}```       all cards
```{ledger} TEXT```  the cards whose cue contains TEXT
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

FILE = "book/ledger.toml"


def cards(root: Path) -> list[dict[str, str]]:
    """Return the cards in their order."""
    found: list[dict[str, str]] = tomllib.loads((root / FILE).read_text(encoding="utf-8"))["card"]
    return found


def table(card: dict[str, str]) -> str:
    """Return one card in Markdown."""
    handle = card["handle"] if card["handle"] == "none" else f"`{card['handle']}`"
    code = f" `{card['code']}`" if "code" in card else ""
    rows = {
        "Responsibility": card["responsibility"],
        "Local handle": f"{handle}, {card['note']}{code}",
        "Returned object": card["returned"],
        "Boundary": card["boundary"],
        "Not claimed": card["not_claimed"],
    }
    body = "\n".join(f"| {name} | {text} |" for name, text in rows.items())
    return f"| Framework cue | `{card['cue']}` |\n|---|---|\n{body}\n"


class Ledger(SphinxDirective):
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        self.env.note_dependency(str(root / FILE))
        wanted = self.arguments[0] if self.arguments else ""
        chosen = [card for card in cards(root) if wanted in card["cue"]]
        if not chosen:
            raise ExtensionError(f"{FILE} has no card with {wanted!r} in its cue")
        return self.parse_text_to_nodes("\n".join(map(table, chosen)))


def setup(app: Sphinx) -> None:
    app.add_directive("ledger", Ledger)
