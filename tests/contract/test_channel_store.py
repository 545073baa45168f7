"""One suite for the in-memory store and for SQL on both databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.turn import Place
from bot.features.channels.model import Channel, Deciders, Listening, Policy
from bot.features.channels.store import ChannelStore, SqlChannels
from bot.features.channels.use_cases import experts_channels
from bot.storage.unit_of_work import Database
from knowledge.document import DocumentKind
from tests.builders import NOON, minutes
from tests.conftest import KINDS
from tests.fakes_features import MemoryChannels

POLICY = Policy(
    Listening.EVERY,
    0.75,
    frozenset({"crm", "größe"}),
    frozenset({DocumentKind.FAQ}),
    Deciders.NAMED,
    ("slack:T1:U1", "web:dana"),
    asks_first=False,
    next_after=timedelta(hours=2),
    answer_within=timedelta(minutes=90),
    for_experts=True,
    lead="web:sam",
    shadow=True,
    shadow_bar=0.8,
    zone="Asia/Tokyo",
)
CHANGED = Channel("slack", "T1:C1", POLICY, revision=1, previous=Policy(), changed_by="web:ada", changed_at=NOON)
PLACE = Place("slack", "T1:C1", "17.2", is_shared=True)


@pytest.fixture(params=["memory", *KINDS])
def store(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Iterator[ChannelStore]:
    if request.param == "memory":
        yield MemoryChannels()
        return
    with new_database(request.param).begin() as unit:
        yield SqlChannels(unit)


def test_a_policy_comes_back_as_it_was_kept(store: ChannelStore) -> None:
    assert store.get("slack", "T1:C1") is None
    assert store.change(CHANGED)
    assert store.get("slack", "T1:C1") == CHANGED
    assert store.get("teams", "T1:C1") is None


def test_a_change_of_what_somebody_else_changed_since_is_refused(store: ChannelStore) -> None:
    assert store.change(CHANGED)
    assert not store.change(replace(CHANGED, policy=Policy()))
    assert store.change(replace(CHANGED, policy=Policy(), revision=2, previous=POLICY))
    kept = store.get("slack", "T1:C1")
    assert kept is not None
    assert (kept.policy, kept.previous) == (Policy(), POLICY)


def test_channels_are_known_by_what_is_asked_there(store: ChannelStore) -> None:
    store.note(PLACE, NOON)
    store.note(replace(PLACE, channel="T1:C2", title="sales"), NOON + minutes(1))
    store.note(replace(PLACE, channel="T1:C2", thread="18.3"), NOON + minutes(2))
    newest, oldest = store.all()
    assert (newest.channel, newest.name, newest.seen_at) == ("T1:C2", "sales", NOON + minutes(2))
    assert (oldest.channel, oldest.title, oldest.policy) == ("T1:C1", "", Policy())


def test_noting_a_question_leaves_the_policy_alone_and_the_other_way_round(store: ChannelStore) -> None:
    store.note(PLACE, NOON)
    assert store.change(CHANGED)
    store.set_title("slack", "T1:C1", "renewals")
    store.note(replace(PLACE, title="c1-renewals-emea"), NOON + minutes(1))
    kept = replace(CHANGED, seen_at=NOON + minutes(1), title="renewals", called="c1-renewals-emea")
    assert store.get("slack", "T1:C1") == kept


def test_a_channel_is_called_as_its_platform_does_until_an_admin_says_what_people_do(store: ChannelStore) -> None:
    def name() -> str:
        kept = store.get("slack", "T1:C1")
        assert kept is not None and kept.place.title in (kept.name, "")
        return kept.name

    store.note(PLACE, NOON)
    assert name() == "Slack channel C1"
    store.note(replace(PLACE, title="general"), NOON)
    store.note(replace(PLACE, title=""), NOON)
    assert name() == "general"
    store.note(replace(PLACE, title="everybody"), NOON)
    assert name() == "everybody"
    store.set_title("slack", "T1:C1", "All of us")
    store.note(replace(PLACE, title="company"), NOON)
    assert name() == "All of us"
    store.set_title("slack", "T1:C1", "")
    assert name() == "company"


def test_cards_for_experts_go_to_their_channels_unless_outsiders_read_along(store: ChannelStore) -> None:
    sales = replace(CHANGED, channel="T1:C2", policy=replace(POLICY, hubs=frozenset()))
    for channel in (CHANGED, sales, replace(CHANGED, channel="T1:C3", policy=Policy())):
        assert store.change(channel)
    assert [each.channel for each in experts_channels(store, {"crm"})] == ["T1:C1", "T1:C2"]
    assert [each.channel for each in experts_channels(store, {"finance"})] == ["T1:C2"]
    assert [each.channel for each in experts_channels(store)] == ["T1:C1", "T1:C2"]
    store.note(replace(PLACE, members=frozenset()), NOON)
    assert [each.channel for each in experts_channels(store)] == ["T1:C2"]


def test_of_many_changes_at_once_one_wins(database: Database) -> None:
    def change(number: int) -> bool:
        with database.begin() as unit:
            return SqlChannels(unit).change(replace(CHANGED, changed_by=f"web:{number}"))

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(change, range(8))) == [False] * 7 + [True]
