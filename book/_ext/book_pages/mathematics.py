"""Formulas made at build: KaTeX runs in Node, so that a page shows them without JavaScript and without a network.

sphinxcontrib-katex does the work.  Here a formula that KaTeX does not understand becomes a warning that
names its page (and with -W stops the build), instead of red text that nobody notices.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator
from sphinxcontrib import katex

LOGGER = logging.getLogger(__name__)
PATIENCE = 600.0  # seconds for Node to start, and for a formula; 5 are too few on a busy machine
OTHER_FONTS = re.compile(r',url\([^)]*\.(?:woff|ttf)\) format\("[a-z]+"\)')
NUMBERED = re.compile(r"\\(begin|end)\{(align|alignat|equation|gather)\}")

RANDOM_NAME = re.compile(r"equation-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def start_server(command: list[str], address: Path, timeout: float) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start a server and connect as soon as it listens; a server that never does is ended."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=address.parent)
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(address))
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            time.sleep(0.001)
        else:
            return process, connection
    process.kill()
    process.communicate()
    raise TimeoutError(f"{command[0]} does not listen on {address.name} after {timeout:g} s")


def start_katex(rundir: Path, timeout: float) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start KaTeX; sphinxcontrib-katex connects once, when the socket exists, and that may be before KaTeX listens."""
    address = rundir / "katex.sock"
    return start_server(katex.KaTeXServer.build_command(socket=address), address, timeout)


def rendered(node: nodes.Node, *, display: bool) -> str:
    """Return the HTML of a formula, or its source with a warning."""
    try:
        formula = NUMBERED.sub(r"\\\1{\2*}", node.astext())  # Sphinx numbers equations; KaTeX must not do it again
        html: str = katex.render_latex(formula, {"displayMode": display, "throwOnError": True, "strict": "error"})
    except katex.KaTeXError as error:
        LOGGER.warning("KaTeX does not understand this formula: %s", error, location=node, type="book", subtype="math")
        return f"<code>{nodes.Text(node.astext())}</code>"
    return html


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(f'<span class="math">{rendered(node, display=False)}</span>')
    raise nodes.SkipNode


def visit_display(self: HTML5Translator, node: nodes.math_block) -> None:
    # a box that scrolls must be reachable by keyboard
    attributes: dict[str, Any] = {"CLASS": "math", "tabindex": "0", "role": "group", "aria-label": "Formula"}
    self.body.append(self.starttag(node, "div", **attributes))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(f"{rendered(node, display=True)}</div>\n")
    raise nodes.SkipNode


def with_stable_names(body: str) -> str:
    """Return a page whose nameless equations are called by their order; MyST gives them random names."""
    order: dict[str, str] = {}
    return RANDOM_NAME.sub(lambda found: order.setdefault(found[0], f"equation-without-name-{len(order) + 1}"), body)


def name_equations(
    _app: Sphinx, _pagename: str, _template: str, context: dict[str, Any], _doctree: nodes.document
) -> None:
    if "body" in context:
        context["body"] = with_stable_names(context["body"])


def katex_style(style: str) -> str:
    """Return KaTeX's style sheet with one format of each font: woff2, which every browser of today reads."""
    return OTHER_FONTS.sub("", style)


def provide_katex(app: Sphinx, config: Config) -> None:
    """Check that Node and KaTeX are there, and put KaTeX's style sheet and fonts among the static files."""
    source = Path(app.srcdir, "node_modules", "katex")
    node = shutil.which("node")
    if not source.is_dir() or node is None:
        raise ConfigError("KaTeX or Node is missing: build with `make book`, which installs both")
    if f'"version": "{katex.katex_version}"' not in (source / "package.json").read_text(encoding="utf-8"):
        raise ConfigError(
            f"package.json must pin katex to {katex.katex_version}, the one that sphinxcontrib-katex runs"
        )
    katex.NODEJS_BINARY = node
    static = Path(app.outdir).parent / ".generated"
    fonts = static / "katex" / "fonts"
    shutil.rmtree(static, ignore_errors=True)
    fonts.mkdir(parents=True)
    style = (source / "dist" / "katex.min.css").read_text(encoding="utf-8")
    (static / "katex" / "katex.css").write_text(katex_style(style), encoding="utf-8")
    for font in (source / "dist" / "fonts").glob("*.woff2"):
        shutil.copy(font, fonts)
    config.html_static_path.append(str(static))


def setup(app: Sphinx) -> None:
    katex.KaTeXServer.start_server_process = staticmethod(start_katex)
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = PATIENCE
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_display, None))
    app.connect("config-inited", provide_katex)
    app.connect("html-page-context", name_equations)
