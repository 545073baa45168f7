from dataclasses import replace
from datetime import date

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.reply import Bullets, Paragraph, Sources, Span, plain
from bot.chat.turn import Place
from bot.features.questions.model import NONE_OF_THESE, TEXT_LIMIT, Reason, Verdict
from bot.features.questions.question_card import question_post
from knowledge.answer import Outcome
from knowledge.document import DocumentKind, Heading, ListItem, Table
from knowledge.document import Paragraph as SourceParagraph
from tests.builders import ADMIN, DANA, NOON, SAM, answer, minutes, source
from tests.desk import Desk, labels, only, words


def test_an_answer_shows_its_words_its_sources_and_what_can_be_done() -> None:
    message = Desk(answer()).say("How do renewals work?")
    assert message.summary == "Renewals start ninety days before the end."
    (sources,) = [block for block in message.blocks if isinstance(block, Sources)]
    (citation,) = sources.citations
    assert (citation.number, citation.title, citation.place) == (1, "Renewals", "Renewals › When")
    assert citation.url == "/library/starter%2Frenewals.md?chunk=0#when"
    assert labels(message) == ["Helpful", "Not helpful", "Ask an expert"]


def test_links_in_a_chat_lead_to_the_base_url() -> None:
    desk = Desk(answer(), base_url="https://guildhall.example/")
    desk.say("How do renewals work?", place=Place("slack", "T1:D1", "1.0"))
    assert desk.question.sources[0].url == "https://guildhall.example/library/starter%2Frenewals.md?chunk=0#when"
    assert (
        question_post(desk.question, "https://guildhall.example").message.url
        == f"https://guildhall.example/questions/{desk.question.id}"
    )
    desk.say("How do renewals work?")  # on the web page itself, which people may reach under several names
    assert desk.question.sources[0].url.startswith("/library/")


def test_where_people_reach_no_page_the_original_is_cited_if_it_is_on_the_web() -> None:
    original = "https://wiki.example/renewals"
    for url, cited in ((original, original), ("http://old.example/", ""), ("", "")):
        given = answer(Outcome.ANSWER, source("renewals", url=url))
        desk = Desk(given)
        desk.say("How do renewals work?", place=Place("slack", "T1:D1", "1.0"))
        assert desk.question.sources[0].url == cited
        desk.say("How do renewals work?")
        assert desk.question.sources[0].url.startswith("/library/")


def test_a_question_is_kept_with_what_was_understood_and_shown() -> None:
    desk = Desk(answer())
    desk.say("  How do renewals work?  ")
    kept = desk.question
    assert (kept.text, kept.understood, kept.outcome) == (
        "How do renewals work?",
        "how do renewals work",
        Outcome.ANSWER,
    )
    assert (kept.person_id, kept.asked_at, kept.confidence) == (DANA.id, NOON, 0.9)


def test_an_overdue_source_says_so_with_its_owner() -> None:
    given = answer(Outcome.ANSWER, source(owner="Mia", review_by=date(2027, 2, 1)))
    assert "Mia owns this source; its review was due on 1 February 2027" in words(Desk(given).say("How?"))
    in_time = answer(Outcome.ANSWER, source(owner="Mia", review_by=date(2027, 3, 1)))
    assert "review" not in words(Desk(in_time).say("How?"))


def test_retrieval_sees_what_the_readers_may_read_and_the_earlier_questions() -> None:
    desk = Desk(answer())
    asker = replace(DANA, groups=frozenset({"sales"}), hubs=frozenset({"retail"}))
    for number, text in enumerate(("One?", "Two?", "Three?", "Four?", "And for renewals?")):
        desk.say(text, person=asker, at=NOON + minutes(number))
    text, readers, hubs, previous = desk.knowledge.asked[-1]
    assert text == "And for renewals?"
    assert readers == {"everyone", "sales", DANA.id}
    assert hubs == {"retail"}
    assert previous == ("Two?", "Three?", "Four?")


def test_without_threads_an_unrelated_question_is_not_mixed_with_the_one_before() -> None:
    desk = Desk(answer())
    chat, thread = Place("teams", "@dana"), Place("teams", "19:sales", "17", is_shared=True)
    for place in (chat, thread):
        desk.say("When do renewals start?", place=place, at=NOON)
        desk.say("Where do I park my car?", place=place, at=NOON + minutes(1))
        desk.say("And for renewals?", place=place, at=NOON + minutes(2))
    asked = [(text, len(previous)) for text, _, _, previous in desk.knowledge.asked]
    assert asked == [
        ("When do renewals start?", 0),
        ("Where do I park my car?", 0),
        ("And for renewals?", 2),
        ("When do renewals start?", 0),
        ("Where do I park my car?", 1),
        ("And for renewals?", 2),
    ]


def test_in_a_shared_place_only_what_every_member_may_read_is_looked_at() -> None:
    desk = Desk(answer())
    shared = Place("slack", "C1", is_shared=True, members=frozenset({"everyone", "staff"}))
    desk.say("How?", person=replace(DANA, groups=frozenset({"board"})), place=shared)
    assert desk.knowledge.asked[0][1] == {"everyone", "staff"}


def test_candidates_are_offered_with_a_way_out() -> None:
    desk = Desk(answer(Outcome.CANDIDATES, source("renewals"), source("pricing", "Prices rise in May.")))
    message = desk.say("What about money?")
    assert labels(message) == ["1. Renewals › When", "2. Pricing › When", "None of these"]


def test_a_chosen_candidate_is_shown_as_the_answer_and_kept_as_evidence() -> None:
    desk = Desk(answer(Outcome.CANDIDATES, source("renewals"), source("pricing", "Prices rise in May.")))
    desk.say("What about money?")
    shown = only(desk.press("2. Pricing › When"))
    assert "Prices rise in May." in words(shown)
    assert desk.question.choice == 1
    assert labels(shown) == ["Helpful", "Not helpful", "Ask an expert", "Back to the choice"]
    assert labels(only(desk.press("Back to the choice"))) == [
        "1. Renewals › When",
        "2. Pricing › When",
        "None of these",
    ]
    assert desk.question.choice is None


def test_none_of_these_leads_to_an_expert() -> None:
    desk = Desk(answer(Outcome.CANDIDATES))
    desk.say("What about money?")
    assert labels(only(desk.press("None of these"))) == ["Ask an expert", "Back to the choice"]
    assert desk.question.choice == NONE_OF_THESE


def test_a_candidate_that_is_no_longer_readable_is_not_shown() -> None:
    desk = Desk(answer(Outcome.CANDIDATES, source()))
    desk.say("What about money?")
    desk.knowledge.answer = answer(Outcome.CANDIDATES, source(audience=frozenset({"board"})))
    with pytest.raises(UserFacingError, match="changed or gone"):
        desk.press("1. Renewals › When")
    assert desk.question.choice is None


def test_an_answering_row_is_told_before_its_table_and_not_again_below() -> None:
    table = Table(("Severity", "Update"), (("Sev 1", "every hour"), ("Sev 2", "every day")))
    found = source("escalation", "Severity: Sev 1; Update: every hour")
    row = replace(answer(Outcome.ANSWER, found), blocks=(table,))
    message = Desk(row).say("How often is a Sev 1 updated?")
    assert message.summary == "Sev 1 – Update: every hour"
    (sources,) = [block for block in message.blocks if isinstance(block, Sources)]
    assert sources.citations[0].quote == ""


def test_the_opening_of_a_document_leads_on_to_its_headings() -> None:
    blocks = (SourceParagraph("Use this."), Heading("Who does what", 2, "who"), Heading("Timetable", 2, "timetable"))
    found = source(blocks=blocks)
    opening = replace(found, passage=replace(found.passage, chunk=replace(found.passage.chunk, headings=())))
    message = Desk(answer(Outcome.ANSWER, opening)).say("How do I run a webinar?")
    (covered,) = [block for block in message.blocks if isinstance(block, Bullets)]
    assert [plain(item) for item in covered.items] == ["Who does what", "Timetable"]
    assert str(covered.items[0]).count("#who") == 1


def test_far_misses_are_not_offered_as_the_closest() -> None:
    far = replace(answer(Outcome.UNKNOWN, source()), confidence=0.04)
    message = Desk(far).say("Tell me a joke")
    assert not [block for block in message.blocks if isinstance(block, Sources)]
    assert labels(message) == ["Ask an expert"]


def test_not_knowing_is_said_with_the_nearest_misses() -> None:
    near = [source(f"near-{number}") for number in range(5)]
    message = Desk(answer(Outcome.UNKNOWN, *near)).say("What is the meaning of it all?")
    assert message.summary == "I found nothing in the library that answers this."
    (sources,) = [block for block in message.blocks if isinstance(block, Sources)]
    assert len(sources.citations) == 3
    assert labels(message) == ["Ask an expert"]


def test_only_a_button_below_an_answer_can_be_said() -> None:
    answered, unanswered = Desk(answer()), Desk()
    answered.say("How?")
    unanswered.say("Who knows?")
    assert [button.spoken for button in answered.card().buttons] == ["", "", "expert"]
    assert [button.spoken for button in unanswered.card().buttons] == [""]


def test_helpful_is_shown_in_place_and_can_be_undone() -> None:
    desk = Desk(answer())
    desk.say("How?")
    reply = desk.press("Helpful")
    assert reply.posts[0].key == desk.question.message_key
    assert "You marked this as helpful." in words(reply.posts[0].message)
    assert labels(only(desk.press("Undo feedback"))) == ["Helpful", "Not helpful", "Ask an expert"]
    assert desk.question.feedback is None


def test_not_helpful_asks_for_the_reason_before_anything_changes() -> None:
    desk = Desk(answer())
    desk.say("How?")
    reply = desk.press("Not helpful")
    assert reply.form is not None
    assert (reply.posts, desk.question.feedback) == ((), None)
    message = only(desk.submit(reply.form.state, {"reason": "outdated", "comment": " Prices changed. "}))
    assert "not helpful: outdated" in words(message)
    feedback = desk.question.feedback
    assert feedback is not None
    assert (feedback.verdict, feedback.reason, feedback.comment) == (
        Verdict.UNHELPFUL,
        Reason.OUTDATED,
        "Prices changed.",
    )
    assert labels(message)[0] == "Ask an expert"


def test_only_the_asker_judges() -> None:
    desk = Desk(answer())
    desk.say("How?")
    with pytest.raises(UserFacingError, match="Only the person who asked"):
        desk.press("Helpful", person=SAM)
    assert desk.question.feedback is None


@pytest.mark.parametrize("text", ["…", "👍", "!!!", "   "])
def test_no_words_are_no_question(text: str) -> None:
    desk = Desk()
    assert "no words" in desk.say(text).summary
    assert desk.knowledge.asked == []


def test_too_long_a_question_is_not_looked_up() -> None:
    desk = Desk()
    assert "2,001 characters" in desk.say("a" * (TEXT_LIMIT + 1)).summary
    assert desk.knowledge.asked == []


def test_without_a_library_it_says_what_to_do() -> None:
    desk = Desk()
    desk.knowledge.is_empty = True
    assert "so ask again then" in words(desk.say("How?"))
    assert "/reindex" in words(desk.say("How?", person=ADMIN))
    assert desk.store.kept == {}


def test_help_lists_the_commands_that_the_person_may_use_and_questions_to_try() -> None:
    faq = source("faq", kind=DocumentKind.FAQ, title="When do renewals start?")
    desk = Desk(answer(Outcome.ANSWER, faq))
    assert "expert –" in words(desk.say("what can you do?"))
    assert "When do renewals start?" in words(only(desk.command("help")))
    assert "open –" in words(only(desk.command("help")))


def test_examples_are_only_what_the_person_may_read() -> None:
    hidden = source("faq", kind=DocumentKind.FAQ, title="Who gets laid off?", audience=frozenset({"board"}))
    desk = Desk(answer(Outcome.ANSWER, hidden))
    assert "laid off" not in words(desk.say("hello"))
    assert desk.chat.suggestions(DANA) == ()


def test_the_list_of_open_questions_shows_who_waits_how_long() -> None:
    desk = Desk()
    assert only(desk.command("open", person=ADMIN)).summary == "No question is waiting for an expert."
    desk.say("Who knows?", at=NOON - minutes(3 * 24 * 60))
    desk.ask_expert()
    message = only(desk.command("open", person=SAM))
    assert message.summary == "1 question is waiting for an expert."
    assert "Who knows? – Dana Okafor, waiting since today, 12:00 your time" in words(message)


def test_links_and_marks_of_a_source_become_plain_words() -> None:

    blocks = (SourceParagraph("See [the **plan**](https://evil.example/)."), ListItem("One"), ListItem("Two"))
    message = Desk(replace(answer(), blocks=blocks)).say("How?")
    assert Paragraph("See the plan.") in message.blocks
    assert Bullets(("One", "Two")) in message.blocks


def test_a_long_source_is_cut_and_the_rest_is_a_link() -> None:
    blocks = tuple(SourceParagraph(f"{number} " + "word " * 100) for number in range(10))
    message = Desk(replace(answer(), blocks=blocks)).say("How?")
    (rest,) = [
        span
        for block in message.blocks
        if isinstance(block, Paragraph) and isinstance(block.text, tuple)
        for span in block.text
        if span.href
    ]
    assert rest == Span("Read the rest in the source", href="/library/starter%2Frenewals.md?chunk=0#when")
    assert len(words(message)) < 2_000
