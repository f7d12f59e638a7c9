"""A JupyterLab of our own, for this machine only, and a notebook in it: for the race and for the browser tests."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as TooLateError

SECONDS = 600  # for a server or a kernel to start, on a machine however busy
TRIES = 10  # a cell that is run before the kernel listens is forgotten


class Lab:
    """A running server: on a free port, with a token and with settings of its own in `home`.

    `extensions` is a folder with extensions beside the installed ones.
    """

    def __init__(self, home: Path, extensions: Path | None = None) -> None:
        self.folder = home / "notebooks"
        self.folder.mkdir()
        self.token = secrets.token_hex(16)
        self.log = home / "log"
        own = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
        own |= {f"JUPYTERLAB_{name}_DIR": str(home / name.lower()) for name in ("SETTINGS", "WORKSPACES")}
        self.environment = os.environ | own | {"IPYTHONDIR": str(home / "ipython")}
        options = ["--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]
        options += [f"--ServerApp.root_dir={self.folder}", f"--IdentityProvider.token={self.token}"]
        options += [f"--LabApp.extra_labextensions_path={extensions}"] if extensions else []
        options += ["--allow-root"] if os.geteuid() == 0 else []
        with self.log.open("wb") as output:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.environment,
            )
        try:
            self.address = self._address(home / "runtime")
        except BaseException:
            self.close()
            raise

    def _address(self, runtime: Path) -> str:
        """Wait until the server has said where it answers."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and self.server.poll() is None:
            for path in runtime.glob("jpserver-*.json"):
                text = path.read_text(encoding="utf-8").rstrip()
                if text.endswith("}"):
                    return str(json.loads(text)["url"])
            time.sleep(0.2)
        limit = "" if self.server.poll() is not None else f", which came to a limit of {SECONDS} s"
        raise RuntimeError(f"JupyterLab did not start{limit}:\n{self.log.read_text(encoding='utf-8')[-3000:]}")

    def close(self) -> None:
        """End the server, which ends its kernels."""
        self.server.terminate()
        try:
            self.server.wait(20)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()


class Notebook:
    """A notebook, opened in `page`, whose cells of code are run by Shift+Enter: a new one if `cells` are given."""

    def __init__(self, page: Page, lab: Lab, name: str, cells: list[str] | None = None) -> None:
        if cells is not None:
            made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
            made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
            nbformat.write(made, lab.folder / f"{name}.ipynb")
        self.page = page
        page.goto(f"{lab.address}doc/tree/{name}.ipynb?token={lab.token}")
        self.cells = page.locator(".jp-Notebook .jp-CodeCell")
        self.cells.first.wait_for(timeout=1000 * SECONDS)
        self._wait_for_kernel(lab, f"{name}.ipynb")

    def _wait_for_kernel(self, lab: Lab, path: str) -> None:
        """Wait until the page says that the kernel is idle, and the server that it has started and is connected."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            sessions = self.page.request.get(f"{lab.address}api/sessions?token={lab.token}").json()
            kernels = [session["kernel"] for session in sessions if session["path"] == path]
            if any(kernel["execution_state"] == "idle" and kernel["connections"] for kernel in kernels):
                break
            time.sleep(0.2)
        else:
            raise RuntimeError(f"the kernel of {path} came to a limit: it is not idle after {SECONDS} s")
        self.page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=1000 * SECONDS)

    def run(self, place: int) -> Locator:
        """Run a cell and return its output once the kernel has finished it."""
        cell = self.cells.nth(place)
        prompt = cell.locator(".jp-InputArea-prompt")
        for _ in range(TRIES):
            for question in self.page.locator(".jp-Dialog .jp-mod-accept").all():
                question.click()  # which kernel: the one that is offered
            cell.locator(".cm-content").click()
            self.page.keyboard.press("Shift+Enter")
            try:
                prompt.filter(has_text=re.compile(r"\[[\d*]+\]")).wait_for(timeout=3000)
                break
            except TooLateError:
                continue
        prompt.filter(has_text=re.compile(r"\[\d+\]")).wait_for(timeout=1000 * SECONDS)
        return cell.locator(".jp-OutputArea").first
