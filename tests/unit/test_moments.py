"""Moments as people say them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.chat.moments import (
    dated_moment,
    moment_at,
    moment_for_readers,
    moment_in_words,
    reminded_moment,
    span_in_words,
    zone_of,
)
from bot.chat.turn import Place
from tests.builders import DANA, NOON, turn

CHANNEL = Place("slack", "T1:C1", "17.2", is_shared=True)


def test_moments_are_said_in_the_readers_words_and_zone() -> None:
    berlin = zone_of("Europe/Berlin")
    assert moment_in_words(NOON, NOON, berlin) == "today, 13:00"
    assert moment_in_words(NOON + timedelta(hours=12), NOON, berlin) == "tomorrow, 01:00"
    assert moment_in_words(NOON - timedelta(days=3), NOON, berlin) == "Friday, 13:00"
    assert moment_in_words(NOON - timedelta(days=30), NOON, berlin) == "30 January 2027, 13:00"
    assert zone_of("Nowhere/Atall") == zone_of("UTC")
    assert (zone_of("Asia/Calcutta").key, zone_of("Europe/Kiev").key) == ("Asia/Kolkata", "Europe/Kyiv")


def test_only_who_reads_alone_is_told_in_their_own_zone() -> None:
    asked = turn("rollback", person=replace(DANA, time_zone="America/New_York"))
    earlier = NOON - timedelta(hours=10)
    assert moment_for_readers(earlier, asked) == "yesterday, 21:00 your time"
    assert moment_for_readers(earlier, asked, CHANNEL) == "1 March 2027, 02:00 UTC"
    assert moment_for_readers(earlier, replace(asked, place=CHANNEL)) == "1 March 2027, 02:00 UTC"
    assert moment_for_readers(earlier, replace(asked, place=CHANNEL), Place("slack", "T1:U1")) == (
        "yesterday, 21:00 your time"
    )


def test_what_stays_names_its_day_and_a_reminder_only_where_that_is_another() -> None:
    berlin, hour, alone = zone_of("Europe/Berlin"), timedelta(hours=1), Place("slack", "T1:U1")
    assert dated_moment(NOON, NOON, berlin) == "Monday, 1 March, 13:00"
    assert dated_moment(NOON, NOON - timedelta(days=90), berlin) == "Monday, 1 March 2027, 13:00"
    assert moment_at(NOON, NOON, alone, berlin) == "Monday, 1 March, 13:00 your time"
    assert moment_at(NOON, NOON, CHANNEL, berlin) == "1 March 2027, 12:00 UTC"
    assert reminded_moment(NOON, NOON - hour, alone, berlin) == "today, 13:00 your time"
    assert reminded_moment(NOON, NOON - 24 * hour, alone, berlin) == "Monday, 1 March, 13:00 your time"
    assert reminded_moment(NOON, NOON - hour, CHANNEL, berlin) == "1 March 2027, 12:00 UTC"


def test_a_span_names_its_day_and_its_zone_for_whoever_reads_it_on_another_day() -> None:
    starts, hour = datetime(2027, 3, 2, 14, tzinfo=UTC), timedelta(hours=1)
    assert span_in_words(starts, starts + hour, zone_of("Europe/Berlin")) == "Tuesday, 2 March 2027, 15:00 to 16:00 CET"
    assert span_in_words(starts, starts + hour, zone_of("America/Sao_Paulo")) == (
        "Tuesday, 2 March 2027, 11:00 to 12:00 UTC-03"
    )
    assert span_in_words(starts, starts + 12 * hour, zone_of("UTC")) == (
        "Tuesday, 2 March 2027, 14:00 to Wednesday, 3 March 2027, 02:00 UTC"
    )
