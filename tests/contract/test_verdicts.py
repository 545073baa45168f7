"""Whom somebody's words helped since the library keeps them, on both databases."""

from dataclasses import replace

from bot.features.faq.entry import Entry, EntryState
from bot.features.faq.entry_store import SqlEntries
from bot.features.questions.model import Feedback, Verdict
from bot.features.questions.store import SqlQuestions
from bot.features.questions.verdicts import helped_by_entries_of
from bot.storage.unit_of_work import Database
from knowledge.answer import Outcome
from tests.builders import ADMIN, DANA, NOON, SAM, question

ENTRY = Entry("e1", "How do renewals work?", "By post.", ADMIN.id, ADMIN.name, NOON, author="Sam Lee", author_id=SAM.id)
RETIRED = replace(ENTRY, id="e2", state=EntryState.RETIRED)
OTHERS = replace(ENTRY, id="e3", author_id=ADMIN.id)


def test_people_count_once_an_entry_where_its_words_are_what_helped_them(database: Database) -> None:
    helpful, unhelpful = Feedback(Verdict.HELPFUL, NOON), Feedback(Verdict.UNHELPFUL, NOON)
    (cited,) = question().sources
    of_entry, of_retired, of_others = (
        replace(cited, document_id=each.document_id) for each in (ENTRY, RETIRED, OTHERS)
    )
    asked = [
        question("first", sources=(of_entry,), feedback=helpful),
        question("again", sources=(of_entry, cited), feedback=helpful),
        question("was live then", sources=(of_retired,), feedback=helpful),
        question("chosen", sources=(cited, of_entry), outcome=Outcome.CANDIDATES, choice=1, person_id="web:kim",
                 feedback=helpful),
        question("not helped", sources=(of_entry,), person_id="web:lee", feedback=unhelpful),
        question("not said", sources=(of_entry,), person_id="web:eve"),
        question("their own", sources=(of_entry,), person_id=SAM.id, feedback=helpful),
        question("only beside it", sources=(cited, of_entry), person_id="web:ann", feedback=helpful),
        question("of somebody else", sources=(of_others,), person_id="web:bob", feedback=helpful),
    ]  # fmt: skip
    with database.begin() as unit:
        for entry in (ENTRY, RETIRED, OTHERS):
            assert SqlEntries(unit).add(entry)
        for each in asked:
            SqlQuestions(unit).add(each)
        counted = {each: helped_by_entries_of(each, unit) for each in (SAM.id, ADMIN.id, DANA.id)}
    assert counted == {SAM.id: 3, ADMIN.id: 1, DANA.id: 0}
