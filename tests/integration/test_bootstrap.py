"""The whole product without a browser, on both databases: from the first start to feedback on an answer."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.bootstrap.app import App
from bot.bootstrap.build import build
from bot.bootstrap.parts import utc_now
from bot.chat.transcript import Entry
from bot.chat.turn import Commanded, Content, Person, Place, Pressed, Said, Submitted, Turn
from bot.features.escalations.model import State
from bot.features.escalations.store import SqlEscalations
from bot.features.experts.model import Expert
from bot.features.experts.store import SqlExperts
from bot.settings import Settings
from bot.storage.transcript import SqlTranscript
from tests.builders import DANA, SAM
from tests.conftest import KINDS
from tests.escalated import escalation
from tests.postgres import Server
from tests.waiting import until

PLAYBOOK = """---
title: Renewal playbook
kind: playbook
owner: Mia Chen
audience: [everyone]
---
# Renewal playbook

## When the clock starts

The renewal clock starts 120 days before the contract ends. The success manager owns the renewal from that day.
"""
PLACE = Place("web", DANA.id, "thread-00001")


@pytest.fixture(params=KINDS)
async def app(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[App]:
    library = tmp_path / "library"
    library.mkdir()
    (library / "renewals.md").write_text(PLAYBOOK, encoding="utf-8")
    values: dict[str, object] = {"home": tmp_path / "home", "port": 0, "starter": library}
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres_server")
        values["database_url"] = server.create_database()
    app = build(Settings.model_validate(values))
    await app.start()
    yield app
    await app.stop()


def turn(content: Content, person: Person = DANA) -> Turn:
    now = utc_now()
    return Turn(f"{person.id}/{now.timestamp()}", person, PLACE, now, content)


async def newest(app: App, after: int) -> Entry:
    transcript = SqlTranscript(app.database)
    await until(lambda: bool(transcript.entries(PLACE, after=after)))
    return transcript.entries(PLACE, after=after)[-1]


async def test_a_first_start_indexes_answers_and_takes_feedback(app: App) -> None:
    await until(lambda: app.knowledge.snapshot is not None, seconds=60)
    assert await app.dispatcher.accept(turn(Said("When does the renewal clock start?")))
    answered = await newest(app, 0)
    assert answered.message is not None
    assert "120 days before the contract ends" in answered.message.summary

    unhelpful = next(button for button in answered.message.buttons if button.label == "Not helpful")
    reply = await app.dispatcher.answer(turn(Pressed(unhelpful.action, unhelpful.value, answered.nonce)))
    assert reply.form is not None
    values: dict[str, str | tuple[str, ...]] = {"reason": "incomplete", "comment": ""}
    await app.dispatcher.answer(turn(Submitted(reply.form.id, values, reply.form.state, reply.nonce)))
    judged = await newest(app, answered.revision)
    assert (judged.id, judged.position) == (answered.id, answered.position)
    assert judged.nonce != answered.nonce


async def test_who_leaves_the_experts_leaves_what_waits_for_them_to_others(app: App) -> None:
    place = Place("web", SAM.id, "thread-00002")
    with app.database.begin() as unit:
        SqlExperts(unit).put(Expert(SAM.id, utc_now()))
        asked = escalation(state=State.CLAIMED, owner_id=SAM.id, owner_name=SAM.name)
        assert SqlEscalations(unit).add(asked)
    assert await app.dispatcher.accept(replace(turn(Commanded("expertise"), SAM), place=place))
    transcript = SqlTranscript(app.database)
    await until(lambda: bool(transcript.entries(place)))
    card = transcript.entries(place)[-1]
    assert card.message is not None
    leave = next(button for button in card.message.buttons if button.label == "Leave")
    pressed = Pressed(leave.action, leave.value, card.nonce)
    await app.dispatcher.answer(replace(turn(pressed, SAM), place=place))
    with app.database.reading() as unit:
        found = SqlEscalations(unit).get(asked.id)
    assert found is not None
    assert (found.state, found.owner_id) == (State.OPEN, "")
