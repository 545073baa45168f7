import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.commands.logs import configure_logs


@pytest.fixture
def configured() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logs("info")
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.usefixtures("configured")
def test_an_error_is_logged_by_its_place_and_never_by_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")
    try:
        raise ValueError("a secret question")
    except ValueError:
        structlog.stdlib.get_logger("bot.dispatcher").exception("turn failed", turn=7)
        logging.getLogger("some.package").exception("it failed")
    ours, theirs = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["fault"], ours["turn"]) == ("turn failed", "ValueError", 7)
    assert "test_logs.py" in ours["where"][0]
    assert theirs["fault"] == "ValueError"
    assert "secret" not in str(ours) + str(theirs)
