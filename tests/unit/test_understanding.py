"""What is read into a question, and what is left as it was asked."""

from collections.abc import Sequence

import pytest

from knowledge.lexical import LexicalIndex
from knowledge.understanding import (
    Understood,
    adds_to,
    goes_on,
    in_context,
    needs_context,
    refers_back,
    spelled_out,
    without_typos,
)
from tests.fakes_knowledge import WordEmbedder

WORDS = frozenset({"escalation", "stakeholder"})
TERMS = {"NPS": "Net Promoter Score", "R&R": "Roles and Responsibilities"}
QUESTION = "When do renewals start?"


def understood(text: str) -> Understood:
    """Long words count as several word pieces, so the model knows none of them whole."""
    return without_typos(
        text, WORDS, LexicalIndex.build(["Stakeholders hear of escalations and onboarding."]), WordEmbedder()
    )


def test_a_typo_is_read_as_the_librarys_word_and_said_so() -> None:
    assert understood("who handles an esclation?") == Understood(
        "who handles an escalation?", ("I read “esclation” as “escalation”.",)
    )


@pytest.mark.parametrize(
    "text",
    [
        "who handles an escalation?",
        "who runs onboarding?",  # a term of the index, though not among the words
        "who is Esclation?",  # a name
        "what about ESCLATION",
        "what is a phenomenon",  # like nothing here
        "esc lation",
        "",
    ],
)
def test_what_is_known_named_or_like_nothing_stays(text: str) -> None:
    assert understood(text) == Understood(text)


def test_an_abbreviation_of_the_glossary_is_followed_by_its_words() -> None:
    assert spelled_out("How is NPS measured?", TERMS) == "How is NPS (Net Promoter Score) measured?"
    assert spelled_out("Who keeps the R&R?", TERMS) == "Who keeps the R&R (Roles and Responsibilities)?"


@pytest.mark.parametrize("text", ["Is NPS the net promoter score?", "What is CSAT?", "nps", "SNPS"])
def test_an_abbreviation_that_is_spelled_out_already_or_unknown_stays(text: str) -> None:
    assert spelled_out(text, TERMS) == text


@pytest.mark.parametrize("text", ["and for renewals?", "What about pilots?", "or in Spain", "same for partners?"])
def test_the_rest_of_a_sentence_goes_on_from_the_one_before(text: str) -> None:
    assert goes_on(text)
    assert refers_back(text)


@pytest.mark.parametrize("text", ["who approves it?", "Where are those kept?", "can they change the same?"])
def test_a_short_question_with_a_pronoun_refers_back(text: str) -> None:
    assert not goes_on(text)
    assert refers_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "Who approves a discount?",
        "Formal reviews of android items",  # begins like "for", and holds "it" inside a word
        "When the customer has signed it, who tells the success manager about the first date?",
    ],
)
def test_a_question_that_says_what_it_is_about_stands_alone(text: str) -> None:
    assert not refers_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "and for renewals?",
        "What about pilots?",
        "but when is that due?",
        "Same for partners?",
        "Who approves it?",
        "Where are those kept?",
        "It starts when?",
        "They pay how much?",
        "What does her team do?",
        "Who signs that?",
        "How do I get there?",
        "Pilots?",
        "The second quarter?",
        "Why?",
        "How long?",
        "In which countries?",
        "Is it due on Friday?",
    ],
)
def test_what_is_plainly_no_question_by_itself_needs_context(text: str) -> None:
    assert needs_context(text)


@pytest.mark.parametrize(
    "text",
    [
        "Where do I park my car?",
        "So where do I park my car?",
        "For how long is a contract kept?",
        "Is there a canteen?",
        "Is it allowed to park in the yard?",
        "How long does it take to park?",
        "When is that party on Friday?",
        "Who is the CFO?",
        "Where to park?",
        "What is CSAT?",
        "parking",
        "renewal risk",
        "",
        "?",
        "When the customer has signed it, who tells the success manager about the first date?",
    ],
)
def test_what_can_be_asked_by_itself_needs_no_context(text: str) -> None:
    assert not needs_context(text)


@pytest.mark.parametrize(
    ("previous", "expected"),
    [
        ((), "and for pilots?"),
        ((QUESTION,), f"{QUESTION} and for pilots?"),
        (("Who owns pricing?", QUESTION), f"{QUESTION} and for pilots?"),
        ((QUESTION, "and for trials?"), f"{QUESTION} and for pilots?"),
        (("and for trials?",), "and for pilots?"),
    ],
)
def test_the_context_is_the_newest_question_that_stands_alone(previous: Sequence[str], expected: str) -> None:
    assert in_context("and for pilots?", previous) == expected


@pytest.mark.parametrize(
    ("text", "adds"),
    [
        ("how long?", True),
        ("for renewals?", True),
        ("renewals over a year?", True),
        ("so what should I do?", True),
        ("what about pizza?", False),
        ("pizza on mars?", False),
        ("who won the world cup?", False),
    ],
)
def test_a_follow_up_is_one_about_what_its_answer_speaks_of(text: str, adds: bool) -> None:
    assert adds_to(text, "Renewals of a year or more are opened 120 days before the end of the term.") is adds
