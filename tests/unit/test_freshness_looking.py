"""What of the library is to be asked about, and why."""

from dataclasses import replace
from datetime import date, timedelta

from bot.features.escalations.model import Answer, Escalation, State
from bot.features.freshness.looking import Seen, by_subject, documents_of, edition_of, findings, is_settled
from bot.features.freshness.model import Check, Confirmation, Reason, file_of, is_last_time, next_time
from bot.features.questions.model import Feedback, Verdict
from bot.features.questions.model import Reason as Why
from bot.features.questions.verdicts import Judged
from knowledge.document import SourceDocument
from tests.builders import DANA, NOON, THREAD, document, minutes

TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)
RENEWALS = "starter/renewals.md"


def entry(anchor: str, **values: object) -> SourceDocument:
    made = document("faq", **values)
    return replace(made, id=f"{made.id}#{anchor}", title=anchor.title())


def judged(person: str, why: Why | None, *, about: str = RENEWALS, at: float = 0, comment: str = "") -> Judged:
    verdict = Verdict.UNHELPFUL if why else Verdict.HELPFUL
    return Judged(about, person, Feedback(verdict, NOON + minutes(at), why, comment))


def confirmed(subject: str, review_by: date | None, at: float = 0) -> Confirmation:
    return Confirmation("c1", subject, TODAY + timedelta(days=365), review_by, NOON + minutes(at), DANA.id, DANA.name)


def answered(cited: str = RENEWALS, at: float = 0) -> Escalation:
    return Escalation(
        "e1", "When do renewals start?", "web:asker", "", THREAD, THREAD, NOON, frozenset({"everyone"}),
        cited=(cited,), state=State.CLOSED, is_confirmed=True, owner_id=DANA.id, owner_name=DANA.name,
        answer=Answer("A hundred days before."), closed_at=NOON + minutes(at),
    )  # fmt: skip


def reasons(documents: list[SourceDocument], seen: Seen) -> dict[str, Reason]:
    return {subject: each.reason for subject, each in findings(documents, seen, TODAY).items()}


def test_what_is_due_within_two_weeks_is_asked_about_and_what_is_later_or_undated_is_not() -> None:
    soon = document("soon", review_by=TODAY + timedelta(days=14))
    later = document("later", review_by=TODAY + timedelta(days=15))
    found = findings([soon, later, document("undated"), document("late", review_by=YESTERDAY)], Seen({}), TODAY)
    assert {each.title: each.because for each in found.values()} == {
        "Soon": "Its review is due on 15 March 2027.",
        "Late": "Its review was due on 28 February 2027.",
    }


def test_the_entries_of_one_file_are_one_question_to_its_owner() -> None:
    entries = [entry(anchor, review_by=TODAY) for anchor in ("when", "who", "why")]
    (found,) = findings(entries, Seen({}), TODAY).values()
    assert (found.subject, found.title) == ("starter/faq.md", "When, with 2 more from faq.md")
    assert documents_of(found.subject, {each.id: each for each in entries}) == tuple(entries)
    assert by_subject(entries)[found.subject] == entries


def test_a_mark_in_a_files_name_makes_no_entry_of_it() -> None:
    made = document("c#")
    assert file_of(made) == made.id == "starter/c#.md"


def test_a_confirmed_date_counts_until_the_source_names_another_one() -> None:
    overdue = document(review_by=YESTERDAY)
    seen = Seen({overdue.id: confirmed(overdue.id, YESTERDAY)})
    assert reasons([overdue], seen) == {}
    assert seen.until(overdue) == TODAY + timedelta(days=365)
    assert reasons([replace(overdue, review_by=TODAY)], seen) == {RENEWALS: Reason.DUE}


def test_confirming_a_file_confirms_its_entries() -> None:
    when = entry("when", review_by=YESTERDAY)
    assert reasons([when], Seen({"starter/faq.md": confirmed("starter/faq.md", YESTERDAY)})) == {}


def test_what_has_no_date_gets_none_by_being_confirmed() -> None:
    assert Seen({RENEWALS: confirmed(RENEWALS, None)}).until(document()) is None


def test_two_people_who_say_it_is_outdated_or_wrong_are_enough_and_one_who_says_so_twice_is_not() -> None:
    twice = [judged("sam", Why.OUTDATED), judged("sam", Why.WRONG, at=1)]
    assert reasons([document()], Seen({}, twice)) == {}
    both = [
        *twice,
        judged("kim", Why.OUTDATED, comment="It is 100 days now."),
        judged("ada", None),
        judged("bob", None),
    ]
    (found,) = findings([document()], Seen({}, both), TODAY).values()
    assert found.reason is Reason.VOTED_DOWN
    assert found.because == "2 people said that it is outdated or wrong."
    assert found.remarks == ("It is 100 days now.",)


def test_who_was_not_helped_for_other_reasons_counts_where_they_are_more_than_the_others() -> None:
    unclear = [judged(name, Why.UNCLEAR) for name in ("sam", "kim", "ada")]
    assert reasons([document()], Seen({}, unclear)) == {RENEWALS: Reason.VOTED_DOWN}
    assert reasons([document()], Seen({}, unclear[:2])) == {}
    helped = [judged(name, None) for name in ("bob", "eve", "joe")]
    assert reasons([document()], Seen({}, [*unclear, *helped])) == {}


def test_votes_from_before_it_was_confirmed_or_changed_say_nothing_of_it_now() -> None:
    votes = [judged("sam", Why.WRONG), judged("kim", Why.WRONG)]
    assert reasons([document()], Seen({RENEWALS: confirmed(RENEWALS, None, at=1)}, votes)) == {}
    assert reasons([document(changed_on=TODAY + timedelta(days=1))], Seen({}, votes)) == {}
    assert reasons([document(changed_on=TODAY)], Seen({}, votes)) == {RENEWALS: Reason.VOTED_DOWN}
    merged = Seen({}, votes, [answered()], changed_at={RENEWALS: NOON + minutes(1)})
    assert reasons([document(changed_on=TODAY)], merged) == {}


def test_an_experts_answer_that_helped_where_the_document_did_not_contradicts_it_once() -> None:
    (found,) = findings([document(review_by=YESTERDAY)], Seen({}, (), [answered()]), TODAY).values()
    assert (found.reason, found.escalation_id) == (Reason.CONTRADICTED, "e1")
    assert found.because == "It did not help with a question that Dana Okafor then answered."
    assert reasons([document()], Seen({}, (), [answered()], {("e1", RENEWALS)})) == {}
    assert reasons([document("other")], Seen({}, (), [answered()])) == {}
    assert reasons([document()], Seen({RENEWALS: confirmed(RENEWALS, None, at=1)}, (), [answered()])) == {}


def test_a_question_ends_with_a_later_date_or_with_other_words_by_what_it_asks() -> None:
    old, new = document(review_by=YESTERDAY, content_hash="1"), document(review_by=TODAY.replace(year=2028))
    due = Check("k", RENEWALS, "Renewals", Reason.DUE, NOON, edition=edition_of([old]))
    assert not is_settled(due, [replace(old, content_hash="2")], Seen({}), TODAY)
    assert is_settled(due, [new], Seen({}), TODAY)
    assert is_settled(due, [], Seen({}), TODAY)
    voted = replace(due, reason=Reason.VOTED_DOWN)
    assert not is_settled(voted, [old], Seen({}), TODAY)
    assert is_settled(voted, [replace(old, content_hash="2")], Seen({}), TODAY)


def test_reminders_are_rare_and_end() -> None:
    check = Check("k", RENEWALS, "Renewals", Reason.DUE, NOON, person_id=DANA.id)
    waits = [next_time(replace(check, times=times)) for times in (1, 2, 3)]
    assert waits == [timedelta(days=7), timedelta(days=14), timedelta(days=14)]
    assert [is_last_time(replace(check, times=times)) for times in (1, 2, 3)] == [False, False, True]
