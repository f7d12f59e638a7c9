"""What an HTML file refers to, and what in it can be referred to."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import final


@final
class Names(HTMLParser):
    """The links, ids, scripts and style sheets of a page, and what it says about itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.assets: list[str] = []
        self.ids: set[str] = set()
        self.descriptions: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids.update(value for key in ("id", "name") if (value := values.get(key)))
        if tag == "a" and (link := values.get("href")):
            self.links.append(link)
        if tag == "meta" and values.get("name") == "description":
            self.descriptions.append(values.get("content") or "")
        if tag == "script" and (script := values.get("src")):
            self.assets.append(script)
        if tag == "link" and values.get("rel") == "stylesheet" and (sheet := values.get("href")):
            self.assets.append(sheet)
