"""What was said is not kept longer than it takes to answer it. On both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.chat.turn import Commanded, Content, Pointed, Pressed, Reworded, Said, Submitted, Turn
from bot.storage.inbox import Inbox, InboxState, claim_turn, inbox
from bot.storage.unit_of_work import Database
from tests.builders import NOON, turn

WORD = "confidential"
TURNS: list[Content] = [
    Said(WORD, "C1:1.0"),
    Said(WORD, "C1:1.0", addressed=False),
    Reworded("C1:1.0", WORD),
    Commanded("library", WORD),
    Pointed("faq.save", WORD, WORD, f"https://acme.slack.example/{WORD}"),
    Pressed("pulse.answer", WORD, "nonce"),
    Submitted("faq.save", {"answer": WORD}, WORD, "nonce"),
]


def saying(content: Content) -> Turn:
    return replace(turn(key="k1"), content=content)


def kept(database: Database) -> str:
    with database.reading() as unit:
        return str(unit.connection.execute(select(inbox.c.turn)).scalar_one())


@pytest.mark.parametrize("content", TURNS, ids=lambda content: content.kind)
def test_words_are_forgotten_with_the_answer(database: Database, content: Content) -> None:
    with database.begin() as unit:
        assert Inbox(unit).add(saying(content), NOON)
    assert WORD in kept(database)
    claimed = claim_turn(database, NOON)
    assert claimed is not None and claimed.turn.content == content
    with database.begin() as unit:
        Inbox(unit).finish(claimed, NOON)
    assert WORD not in kept(database)
    with database.begin() as unit:
        assert not Inbox(unit).add(saying(content), NOON)


@pytest.mark.parametrize("content", TURNS, ids=lambda content: content.kind)
def test_words_of_a_turn_that_failed_are_forgotten(database: Database, content: Content) -> None:
    with database.begin() as unit:
        Inbox(unit).add(saying(content), NOON)
    claimed = claim_turn(database, NOON)
    assert claimed is not None
    with database.begin() as unit:
        Inbox(unit).fail(claimed, "ValueError", NOON)
    assert WORD not in kept(database)


@pytest.mark.parametrize("content", TURNS, ids=lambda content: content.kind)
def test_words_that_were_answered_at_once_are_never_kept(database: Database, content: Content) -> None:
    with database.begin() as unit:
        Inbox(unit).add(saying(content), NOON, InboxState.DONE)
    assert WORD not in kept(database)
