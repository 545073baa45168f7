"""What is asked of the store of digests, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.features.digest_entry import DigestItem, DigestKind
from bot.features.digests.model import Digest, DigestState, Edition, EditionState, channel_id, own_id
from bot.features.digests.store import KEPT, SqlDigests
from bot.features.digests.tables import PERSON_COLUMNS
from bot.storage.merging import follow
from bot.storage.unit_of_work import Database
from tests.builders import NOON

MONDAY = date(2027, 3, 8)
OWN = Digest(
    own_id("dana"),
    datetime.fromisoformat("2027-03-08 09:00"),
    "FREQ=WEEKLY;BYDAY=MO",
    "dana",
    NOON,
    NOON,
    person_id="dana",
)
HERE = Digest(
    channel_id("slack", "C1"),
    datetime.fromisoformat("2027-03-08 08:30"),
    "FREQ=DAILY",
    "cleo",
    NOON,
    NOON,
    "slack",
    "C1",
    zone="Europe/Berlin",
    kinds=frozenset({DigestKind.NEW, DigestKind.DATES}),
    topics=("Größe", "pricing"),
    only_topics=True,
    by_mail=True,
    reminds=True,
    state=DigestState.PAUSED,
)
ITEM = DigestItem(
    DigestKind.NEW, "Größen <b>", "Playbook", "Text", "/library/a", "https://a.example", ("x",), NOON, True
)
EDITION = Edition(OWN.id, MONDAY, EditionState.PLANNED, "Hello.", "Dana", frozenset({"a", "b"}), NOON, NOON, (ITEM,), 3)


@pytest.mark.parametrize("digest", [OWN, HERE])
def test_what_is_kept_comes_back(database: Database, digest: Digest) -> None:
    with database.begin() as unit:
        assert SqlDigests(unit).add(digest)
        assert not SqlDigests(unit).add(digest)
    with database.begin() as unit:
        store = SqlDigests(unit)
        assert store.get(digest.id) == store.take(digest.id) == digest
        assert store.get("other") is None


def test_a_change_is_made_to_the_revision_that_was_read_or_not_at_all(database: Database) -> None:
    with database.begin() as unit:
        store = SqlDigests(unit)
        store.add(OWN)
        assert store.change(replace(OWN, only_topics=True))
        assert not store.change(replace(OWN, by_mail=True))
        assert store.get(OWN.id) == replace(OWN, only_topics=True, revision=2)


def test_somebodys_own_is_found_and_of_two_the_one_that_goes_on(database: Database) -> None:
    other = replace(OWN, id=own_id("kim"), person_id="kim", made_at=NOON + timedelta(days=1))
    with database.begin() as unit:
        store = SqlDigests(unit)
        for each in (OWN, HERE, other):
            store.add(each)
        assert store.of_person("dana") == OWN
        assert store.of_person("sam") is None
        assert store.of_channels() == [HERE]
        follow(unit, PERSON_COLUMNS, "kim", "dana")
        assert store.of_person("dana") == OWN
        store.change(replace(OWN, state=DigestState.STOPPED))
        assert store.of_person("dana") == replace(other, person_id="dana")


def test_an_edition_is_settled_once(database: Database) -> None:
    with database.begin() as unit:
        store = SqlDigests(unit)
        assert store.put_plan(EDITION)
        kept = store.edition(OWN.id, MONDAY)
        assert kept is not None
        assert kept == replace(EDITION, items=tuple(each.trace for each in EDITION.items))
        assert [each.key for each in kept.items] == [each.key for each in EDITION.items]
        assert "Größen" not in str(kept)
        assert store.settle(replace(EDITION, state=EditionState.SENT))
        assert not store.settle(replace(EDITION, state=EditionState.EMPTY))
        assert not store.put_plan(replace(EDITION, word="Later."))
        assert store.edition(OWN.id, MONDAY) == replace(kept, state=EditionState.SENT)


def test_one_that_is_skipped_is_not_sent_until_it_is_planned_again(database: Database) -> None:
    with database.begin() as unit:
        store = SqlDigests(unit)
        store.put_plan(replace(EDITION, state=EditionState.SKIPPED))
        assert not store.settle(replace(EDITION, state=EditionState.SENT))
        assert store.put_plan(EDITION)
        assert store.settle(replace(EDITION, state=EditionState.SENT))


def test_the_last_one_before_a_day_is_found(database: Database) -> None:
    states = {1: EditionState.SENT, 2: EditionState.EMPTY, 3: EditionState.HELD, 4: EditionState.SKIPPED}
    with database.begin() as unit:
        store = SqlDigests(unit)
        for day, state in states.items():
            store.put_plan(Edition(OWN.id, date(2027, 3, day), state))
        last, sent = store.last(OWN.id, MONDAY), store.last(OWN.id, MONDAY, sent=True)
        assert last is not None
        assert sent is not None
        assert (last.day.day, sent.day.day) == (2, 1)
        assert store.last(OWN.id, date(2027, 3, 1)) is None
        assert [each.day.day for each in store.editions(OWN.id, 3)] == [4, 3, 2]


def test_plans_are_dropped_and_what_was_told_stays(database: Database) -> None:
    states = (EditionState.SENT, EditionState.EMPTY, EditionState.HELD, EditionState.PLANNED, EditionState.SKIPPED)
    with database.begin() as unit:
        store = SqlDigests(unit)
        for day, state in enumerate(states, 1):
            store.put_plan(Edition(OWN.id, date(2027, 3, day), state))
        store.put_plan(Edition(HERE.id, MONDAY))
        store.drop_plans(OWN.id)
        assert [each.state for each in store.editions(OWN.id, 9)] == list(reversed(states[:3]))
        assert store.edition(HERE.id, MONDAY) is not None


def test_what_is_older_than_a_year_is_forgotten(database: Database) -> None:
    now = datetime(2028, 6, 5, 9, tzinfo=UTC)
    with database.begin() as unit:
        store = SqlDigests(unit)
        for day in (now - KEPT - timedelta(days=1), now - KEPT + timedelta(days=1)):
            store.settle(Edition(OWN.id, day.date(), EditionState.SENT))
        store.settle(Edition(HERE.id, (now - KEPT - timedelta(days=1)).date(), EditionState.SENT))
        store.settle(Edition(OWN.id, now.date(), EditionState.SENT, at=now))
        assert len(store.editions(OWN.id, 9)) == 2
        assert len(store.editions(HERE.id, 9)) == 1
