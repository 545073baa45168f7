"""Words for dates that recur: read, read back, and refused with what was understood."""

import re
import time as stopwatch
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler import rule_vocabulary as words
from scheduler.rule_phrases import series_in_words
from scheduler.rule_words import rhythm_of
from scheduler.rules import Series, dates_of

TODAY = date(2027, 3, 1)  # a Monday
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "rule", "at", "zone"),
    [
        ("every second Tuesday 15:00 Berlin", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "15:00", "Europe/Berlin"),
        ("weekly on Mon and Thu at 9", "FREQ=WEEKLY;BYDAY=MO,TH", "09:00", ""),
        ("first Friday of the month 14:30", "FREQ=MONTHLY;BYDAY=1FR", "14:30", ""),
        ("every weekday 9:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "09:00", ""),
        ("Mon-Fri at noon, London time", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "12:00", "Europe/London"),
        ("Thursday to Monday 10 am", "FREQ=WEEKLY;BYDAY=MO,TH,FR,SA,SU", "10:00", ""),
        ("every other Thursday, 3 p.m. in New York", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "15:00", "America/New_York"),
        ("every two weeks, Tuesdays at 3pm", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "15:00", ""),
        ("Every 2nd Friday 12:30 PM PT", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "12:30", "America/Los_Angeles"),
        ("every second Tuesday of the month at 15:00", "FREQ=MONTHLY;BYDAY=2TU", "15:00", ""),
        ("first and third Monday of each month, 4 pm", "FREQ=MONTHLY;BYDAY=1MO,3MO", "16:00", ""),
        ("the last Friday 16:00", "FREQ=MONTHLY;BYDAY=-1FR", "16:00", ""),
        ("quarterly on the first Monday at 10:00", "FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO", "10:00", ""),
        ("monthly on the 15th at 10:00", "FREQ=MONTHLY;BYMONTHDAY=15", "10:00", ""),
        ("on the 1st and the 15th of every month at 9:00", "FREQ=MONTHLY;BYMONTHDAY=1,15", "09:00", ""),
        ("last day of each month 17:00", "FREQ=MONTHLY;BYMONTHDAY=-1", "17:00", ""),
        ("daily 9am UTC", "FREQ=DAILY", "09:00", "UTC"),
        ("every 3 days at 12 am", "FREQ=DAILY;INTERVAL=3", "00:00", ""),
        ("every year on 3 March at 10:00", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=3", "10:00", ""),
        ("Tuesday 15:00 America/Sao_Paulo", "FREQ=WEEKLY;BYDAY=TU", "15:00", "America/Sao_Paulo"),
        ("every Tuesday 15:00, 10 times", "FREQ=WEEKLY;BYDAY=TU;COUNT=10", "15:00", ""),
        ("every Tuesday 15:00 until 30 June", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630", "15:00", ""),
        ("every 14 days on Tuesday, 3pm Eastern", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "15:00", "America/New_York"),
        ("every first Tuesday 9am", "FREQ=MONTHLY;BYDAY=1TU", "09:00", ""),
        ("every quarter on the last Friday, 9am", "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR", "09:00", ""),
        ("once a week on Monday at 9", "FREQ=WEEKLY;BYDAY=MO", "09:00", ""),
        ("mittwochs alle 14 Tage 14 Uhr", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "14:00", ""),
        ("jeden zweiten Dienstag 15 Uhr", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "15:00", ""),
        ("jeden ersten Freitag im Monat um 14:30 Berliner Zeit", "FREQ=MONTHLY;BYDAY=1FR", "14:30", "Europe/Berlin"),
        ("alle zwei Wochen dienstags um 10 Uhr", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "10:00", ""),
        ("jede Woche Montag und Mittwoch um 15 Uhr 30", "FREQ=WEEKLY;BYDAY=MO,WE", "15:30", ""),
        ("jeden Mo, Mi und Fr 9.15 Uhr", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "09:15", ""),
        ("Montag bis Freitag 8 Uhr", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "08:00", ""),
        ("werktags 8:30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "08:30", ""),
        ("am 15. jedes Monats um 9 Uhr", "FREQ=MONTHLY;BYMONTHDAY=15", "09:00", ""),
        ("am letzten Tag des Monats 9 Uhr in Wien", "FREQ=MONTHLY;BYMONTHDAY=-1", "09:00", "Europe/Vienna"),
        ("every fortnight on Tuesday 3pm", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "15:00", ""),
        ("fortnightly from tomorrow 15:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "15:00", ""),
        ("täglich 9 Uhr bis zum 31.12.2027", "FREQ=DAILY;UNTIL=20271231", "09:00", ""),
    ],
)
def test_words_in_english_and_german_make_a_rule(text: str, rule: str, at: str, zone: str) -> None:
    rhythm = rhythm_of(text, TODAY)
    assert (rhythm.rule, rhythm.at, rhythm.zone) == (rule, time.fromisoformat(at), zone)


@pytest.mark.parametrize(
    ("text", "at", "minutes"),
    [
        ("every Tuesday 15:00-16:30", "15:00", 90),
        ("every Tuesday 3-4 pm", "15:00", 60),
        ("every Tuesday 9-10", "09:00", 60),
        ("every Tuesday 11-1 pm", "11:00", 120),
        ("every Tuesday from 9 to 10", "09:00", 60),
        ("jeden Dienstag von 9 bis 10:15 Uhr", "09:00", 75),
        ("every Tuesday 15:00 – 15:45", "15:00", 45),
        ("every Tuesday at 15:00 for 45 minutes", "15:00", 45),
        ("jeden Dienstag um 15 Uhr, 2 Stunden", "15:00", 120),
    ],
)
def test_how_long_it_takes_can_be_said_too(text: str, at: str, minutes: int) -> None:
    rhythm = rhythm_of(text, TODAY)
    assert (rhythm.rule, rhythm.at, rhythm.duration) == (
        "FREQ=WEEKLY;BYDAY=TU",
        time.fromisoformat(at),
        timedelta(minutes=minutes),
    )


@pytest.mark.parametrize(
    "text", ["3 March 15:00", "on Wednesday, March 3, 2027 at 15:00", "3.3.2027 15 Uhr", "2027-03-03 at 15:00"]
)
def test_a_date_is_once(text: str) -> None:
    rhythm = rhythm_of(text, TODAY)
    assert (rhythm.rule, rhythm.at, rhythm.begins) == ("", time(15), date(2027, 3, 3))


@pytest.mark.parametrize(
    ("text", "days"), [("today 3pm", 0), ("tomorrow 3pm", 1), ("on tomorrow at 15:00", 1), ("morgen um 15 Uhr", 1)]
)
def test_a_near_day_is_once(text: str, days: int) -> None:
    rhythm = rhythm_of(text, TODAY)
    assert (rhythm.rule, rhythm.at, rhythm.begins) == ("", time(15), TODAY + timedelta(days=days))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("every blursday 15:00", "I understood “15:00”, but not “blursday”."),
        ("every second Tuesday 15:00 Springfield", "“every second Tuesday” and “15:00”, but not “Springfield”."),
        ("whenever you like", "I did not understand “whenever you like”."),
        ("Now and then", "I did not understand “Now and then”."),
        ("now and then 9:00, here and there", "I understood “9:00”, but not “now and then” and “here and there”."),
        ("every Tuesday", "The time of day is missing."),
        ("", "The time of day is missing."),
        ("15:00", "How often, or on which day, is missing."),
        ("tuesdays at 3", "“at 3” may be 3 am or 3 pm."),
        ("tuesdays 2-3", "“2-3” may be 2 am or 2 pm."),
        ("every Tuesday from 3 to 4", "may be 3 am or 3 pm."),
        ("Friday of the month 9:00", "On which day is missing"),
        ("once a month on Friday 9:00", "On which day is missing"),
        ("every 10 days on Tuesday 9:00", "On which day is missing"),
        ("1.1.9999 9:00", "“1.1.9999” is too far away."),
        ("every day 9:00 from 0001-01-01", "too far away"),
        ("every day 9:00 for 0 minutes", "“0” is not enough."),
        ("every Tuesday 25:00", "There is no 25:00."),
        ("every Tuesday 16:00-15:00", "“16:00-15:00” ends before it begins."),
        ("monthly at 9:00", "On which day is missing"),
        ("monthly on Friday at 9:00", "On which day is missing"),
        ("every week 9:00", "On which day is missing"),
        ("every March 3 9:00", "A date is once"),
        ("on Tuesday 3 March at 15:00", "3 March 2027 is a Wednesday."),
        ("every Tuesday 9:00 until 31 June", "There is no “31 june”."),
        ("3 March 9:00, 3 times", "What is once has no other end."),
        ("every Tuesday 9:00 3 times until 30 June", "not both"),
        ("3 March from 5 May 9:00", "There are two dates"),
        ("every 0 weeks on Monday 9:00", "“0”"),
        ("every 999 weeks on Monday 9:00", "1 to 520"),
        ("the 99th of the month 9:00", "No month has a day “99th”."),
        ("first Friday and Tuesday of the month 9:00", "one kind of day"),
        ("every Tuesday 9:00 " * 20, "longer than 200"),
    ],
)
def test_what_is_not_understood_is_said_beside_what_was(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        rhythm_of(text, TODAY)


def test_a_series_begins_with_its_next_date() -> None:
    tuesdays = rhythm_of("every second Tuesday 15:00 Berlin", TODAY)
    on_the_day = datetime(2027, 3, 2, 13, 59, tzinfo=UTC)
    assert tuesdays.series(on_the_day, "UTC", HOUR).first == datetime.fromisoformat("2027-03-02 15:00")
    assert tuesdays.series(on_the_day + timedelta(minutes=1), "UTC", HOUR).first == datetime.fromisoformat(
        "2027-03-09 15:00"
    )


def test_a_day_that_was_said_is_where_it_begins_also_one_that_is_over() -> None:
    series = rhythm_of("every second Tuesday from 5 January 2027, 15:00", TODAY).series(NOW, "Europe/Berlin", HOUR)
    assert dates_of(series)[:2] == (date(2027, 1, 5), date(2027, 1, 19))
    weekly = rhythm_of("weekly 10:00 from 5 May", TODAY)
    assert (weekly.rule, weekly.begins) == ("FREQ=WEEKLY;BYDAY=WE", date(2027, 5, 5))


def test_a_date_without_a_year_is_the_next_one() -> None:
    assert rhythm_of("28 February 15:00", TODAY).begins == date(2028, 2, 28)
    assert rhythm_of("1 March 15:00", TODAY).begins == TODAY


def test_what_would_end_before_it_begins_is_refused() -> None:
    ended = rhythm_of("every Tuesday 15:00 until 1.3.2027", TODAY)
    with pytest.raises(ValueError, match="end before it begins"):
        ended.series(NOW, "UTC", HOUR)


def test_once_is_not_in_the_past() -> None:
    with pytest.raises(ValueError, match="1 March 2027, 12:00 is over"):
        rhythm_of("1 March 12:00", TODAY).series(NOW, "UTC", HOUR)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("", "on 2 March 2027 at 15:00 Berlin time"),
        ("FREQ=WEEKLY", "every Tuesday at 15:00 Berlin time"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "every second Tuesday at 15:00 Berlin time"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,TU", "every second week on Tuesday and Thursday at 15:00 Berlin time"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=TU", "every 3 weeks on Tuesday at 15:00 Berlin time"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=1", "every weekday at 15:00 Berlin time, 1 time"),
        ("FREQ=MONTHLY;BYDAY=1TU,-1TU", "on the first and last Tuesday of the month at 15:00 Berlin time"),
        ("FREQ=MONTHLY", "on the 2nd of the month at 15:00 Berlin time"),
        ("FREQ=MONTHLY;BYMONTHDAY=2,13,-1", "on the 2nd, the 13th and the last day of the month at 15:00 Berlin time"),
        ("FREQ=YEARLY;UNTIL=20300101", "every year on 2 March at 15:00 Berlin time until 1 January 2030"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=1TU", "by the rule FREQ=YEARLY;BYMONTH=3;BYDAY=1TU at 15:00 Berlin time"),
    ],
)
def test_a_series_is_said_in_plain_words(rule: str, text: str) -> None:
    series = Series(datetime.fromisoformat("2027-03-02 15:00"), "Europe/Berlin", HOUR, rule)
    assert series_in_words(series) == text


WEEKDAY_RULES = st.builds(
    lambda interval, days: f"FREQ=WEEKLY{interval};BYDAY={','.join(sorted(days, key=words.WEEKDAYS.index))}",
    st.sampled_from(["", ";INTERVAL=2", ";INTERVAL=3", ";INTERVAL=26"]),
    st.sets(st.sampled_from(words.WEEKDAYS), min_size=1),
)
MONTH_RULES = st.builds(
    lambda interval, numbers, day: f"FREQ=MONTHLY{interval};BYDAY={','.join(f'{number}{day}' for number in numbers)}",
    st.sampled_from(["", ";INTERVAL=2", ";INTERVAL=6"]),
    st.lists(st.sampled_from([1, 2, 3, 4, -1]), min_size=1, max_size=3, unique=True),
    st.sampled_from(words.WEEKDAYS),
)
DATE_RULES = st.one_of(
    st.builds("FREQ=MONTHLY;BYMONTHDAY={}".format, st.integers(1, 28)),
    st.builds("FREQ=YEARLY;BYMONTH={};BYMONTHDAY={}".format, st.integers(1, 12), st.integers(1, 28)),
    st.sampled_from(["FREQ=DAILY", "FREQ=DAILY;INTERVAL=2", "FREQ=DAILY;INTERVAL=10"]),
)


@given(
    rule=st.one_of(WEEKDAY_RULES, MONTH_RULES, DATE_RULES),
    end=st.sampled_from(["", ";COUNT=1", ";COUNT=12", ";UNTIL=20290630"]),
    minute=st.integers(0, 24 * 60 - 1),
    zone=st.sampled_from(
        ["UTC", "Europe/Berlin", "America/New_York", "America/Argentina/Buenos_Aires", "Asia/Kolkata"]
    ),
)
def test_what_is_said_is_read_again_as_the_same_series(rule: str, end: str, minute: int, zone: str) -> None:
    days = (date(2027, 3, 1) + timedelta(days=number) for number in range(400))
    at = time(minute // 60, minute % 60)
    first = datetime.combine(next(day for day in days if _begins(rule, day)), at)
    series = Series(first, zone, HOUR, rule + end)
    rhythm = rhythm_of(series_in_words(series), TODAY)
    assert (rhythm.rule, rhythm.at, rhythm.zone) == (rule + end, at, zone)
    assert rhythm_of(f"{series_in_words(series)} from {first.date()}", TODAY).series(NOW, "UTC", HOUR) == series


def _begins(rule: str, day: date) -> bool:
    try:
        Series(datetime.combine(day, time(9)), "UTC", HOUR, rule)
    except ValueError:
        return False
    return True


PIECES = (
    "every", "second", "other", "last", "the", "15th", "1.", "of", "month", "week", "on", "Tuesday", "Mo-Fr", "-",
    "bis", "und", ",", "at", "um", "9", "9:00", "3pm", "25:00", "Uhr", "Berlin", "until", "30", "June", "31.2.2027",
    "for", "45", "2027-03-03", "9999-12-31", "minutes", "10", "times", "jeden", "zweiten", "from", "(", "x", "year",
)  # fmt: skip


@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join), st.text(max_size=60)))
def test_any_words_are_read_or_refused(text: str) -> None:
    try:
        rhythm = rhythm_of(text, TODAY)
        rhythm.series(NOW, "Europe/Berlin", HOUR)
    except ValueError as refused:
        assert str(refused)


@pytest.mark.parametrize("text", ["9 " * 100, "1st and " * 25, "mon - " * 33, "every " * 33, ", the " * 33, "1" * 200])
def test_hostile_words_are_refused_at_once(text: str) -> None:
    began = stopwatch.process_time()
    with pytest.raises(ValueError):
        rhythm_of(text, TODAY)
    assert stopwatch.process_time() - began < 0.5


def test_no_city_has_the_name_of_another_word() -> None:
    others = {*words.DAY_WORDS, *words.MONTH_WORDS, *words.ORDINAL_WORDS, *words.INTERVAL_WORDS, *words.UNIT_WORDS}
    others |= {*words.RHYTHM_WORDS, *words.WORKDAYS, *words.FILLERS, "until", "from", "to", "bis", "am", "pm", "uhr"}
    assert others.isdisjoint(words.zones_by_word())


def test_a_series_that_is_replaced_keeps_its_words() -> None:
    series = rhythm_of("every Friday 9:00 Berlin", TODAY).series(NOW, "UTC", HOUR)
    assert (
        series_in_words(replace(series, skipped=frozenset({date(2027, 3, 5)}))) == "every Friday at 09:00 Berlin time"
    )
