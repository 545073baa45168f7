import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.e2e.conftest import FLAGS
from tests.peers.stage import (
    CONFIGURATION,
    INSTALLED,
    PATIENCE,
    PICTURES,
    ROOT,
    free_port,
    process,
    wait_for_port,
)
from tests.running import index_library, settings_in, write_library


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("playground")
    index_library(settings_in(folder), write_library(folder))
    return folder


@pytest.fixture(scope="module")
def port() -> int:
    """Of the product."""
    return free_port()


@pytest.fixture(scope="module")
def more() -> Mapping[str, str]:
    """What else the product is set to."""
    return {}


@pytest.fixture(scope="module")
def page(home: Path, port: int, more: Mapping[str, str]) -> Iterator[Page]:
    """The Playground's page, with Guildhall behind it."""
    if not CONFIGURATION.exists() or shutil.which("node") is None or shutil.which("chromium") is None:
        pytest.skip("needs ../shared, node and chromium")
    bot, playground = port, free_port()
    shutil.copy(CONFIGURATION, home / ".m365agentsplayground.yml")
    PICTURES.mkdir(exist_ok=True)
    product = {
        "GUILDHALL_HOME": str(home / "home"),
        "GUILDHALL_PORT": str(bot),
        "GUILDHALL_BASE_URL": f"http://127.0.0.1:{bot}",
        "GUILDHALL_STARTER": "",
        "GUILDHALL_TEAMS_PLAYGROUND": "true",
        "GUILDHALL_ANSWER_FROM": "0.5",
        "GUILDHALL_OFFER_FROM": "0.2",
        **more,
    }
    cli = str(INSTALLED / "node_modules/@microsoft/m365agentsplayground/cli.js")
    options = ["-e", f"http://127.0.0.1:{bot}/api/messages", "-c", "msteams", "-p", str(playground),
               "--disable-telemetry", "true", "--enable-events-recording", "true"]  # fmt: skip
    quiet = {"APPLICATION_INSIGHTS_NO_STATSBEAT": "1", "TEAMSAPPTESTER_BROWSER": "none"}
    (home / "port").write_text(str(bot))
    with ExitStack() as stack:
        stack.enter_context(process("product", [sys.executable, "-m", "bot", "serve"], home, product, ROOT))
        wait_for_port(bot)
        stack.enter_context(process("playground", ["node", cli, "start", *options], home, quiet, home))
        wait_for_port(playground)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        opened = browser.new_page(viewport={"width": 1280, "height": 1000})
        opened.set_default_timeout(PATIENCE)
        opened.goto(f"http://127.0.0.1:{playground}/")
        opened.locator("[contenteditable][role=textbox]").wait_for()
        yield opened
        browser.close()
