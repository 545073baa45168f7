"""The Agents Playground in Chromium with Guildhall behind it: what is done on its page. Pictures go to a temporary
folder.

The Playground's licence is for evaluation: it is installed into a temporary folder and never stands in this repository.
"""

import os
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page

PACKAGE = "@microsoft/m365agentsplayground@0.2.28"
INSTALLED = Path(tempfile.gettempdir()) / "guildhall-peers"
PICTURES = Path(tempfile.gettempdir()) / "guildhall-playground"
ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT.parent / "shared" / "peers" / "teams" / "m365agentsplayground.yml"
PATIENCE = 30_000  # milliseconds


def install() -> None:
    """Into a temporary folder, before the network is shut off."""
    if not (INSTALLED / "node_modules" / "@microsoft" / "m365agentsplayground").exists():
        options = ("--no-audit", "--no-fund", "--ignore-scripts")
        subprocess.run(["npm", "install", "--prefix", str(INSTALLED), *options, PACKAGE], check=True)


@contextmanager
def process(name: str, command: list[str], home: Path, environment: dict[str, str], cwd: Path) -> Iterator[None]:
    with (home / f"{name}.log").open("wb") as log:
        started = subprocess.Popen(command, cwd=cwd, env=os.environ | environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            started.terminate()
            started.wait(20)


def wait_for_port(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(port)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def picture(page: Page, name: str) -> None:
    page.wait_for_timeout(700)
    page.screenshot(path=PICTURES / f"{name}.png")


def say(page: Page, text: str) -> None:
    box = page.locator("[contenteditable][role=textbox]").last
    box.click()
    page.keyboard.type(text)
    page.get_by_role("button", name="Send Message").click()


def mention(page: Page, words: str, button: str) -> None:
    """In a channel the first box is for a new post, each other one for replies to a post."""
    page.locator("[contenteditable][role=textbox]").first.click()
    page.keyboard.type("@")
    picture(page, "mention")
    page.get_by_text("Probe Bot").last.click()
    page.keyboard.type(f" {words}")
    page.get_by_role("button", name=button).last.click()


def on_the_page(page: Page, home: Path, name: str) -> Page:
    """Guildhall's own page, signed in under that name, in a browser that knows nobody else."""
    port = (home / "port").read_text()
    assert page.context.browser is not None
    own = page.context.browser.new_context(viewport={"width": 1000, "height": 900}).new_page()
    own.set_default_timeout(PATIENCE)
    own.goto(f"http://127.0.0.1:{port}/")
    own.get_by_label("Your name").fill(name)
    own.get_by_role("button", name="Sign in").click()
    own.get_by_label("Your question").wait_for()
    return own


def ask(own: Page, question: str) -> None:
    own.get_by_label("Your question").fill(question)
    own.get_by_role("button", name="Send").click()


def fill_in(page: Page, opens: str, send: str, **typed: str) -> None:
    """The form that a button opens in its card: what is typed by the label of its field."""
    button(page, opens).click()
    button(page, send).wait_for()
    for label, text in typed.items():
        page.get_by_label(re.compile(f"^{re.escape(label)}")).last.fill(text)
    picture(page, f"form-{opens.lower().replace(' ', '-')}")
    button(page, send).click()


def button(shown: Page | Locator, label: str) -> Locator:
    """The newest of that label."""
    return shown.get_by_role("button", name=label, exact=True).last


def opened(page: Page, command: str, offers: str) -> None:
    """What a command shows in the personal chat."""
    page.get_by_text("Personal Chat", exact=True).click()
    say(page, command)
    button(page, offers).wait_for()
    picture(page, command.replace(" ", "-"))
