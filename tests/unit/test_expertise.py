"""Who is matched to a question, why, and how sharply the evidence votes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.evidence import Evidence, Kind
from knowledge.expertise import Expertise, Matched
from knowledge.expertise_memory import Memory
from knowledge.retriever import prepare
from knowledge.term_counts import TermCounts, count
from tests.builders import NOON
from tests.fakes_knowledge import WordEmbedder

RENEWALS = "How do I prepare a renewal?\nStart ninety days before the contract ends."
PRICING = "Who approves a discount?\nThe pricing desk, above ten percent."


def of(*evidence: Evidence) -> Expertise:
    return Expertise.build(evidence, WordEmbedder())


def answered(key: str, text: str, *people: str, days_ago: float | None = 1) -> Evidence:
    when = None if days_ago is None else NOON - timedelta(days=days_ago)
    return Evidence(key, text, dict.fromkeys(people, 1.0), Kind.ANSWERED, when)


def matched(
    expertise: Expertise, question: str, left_out: frozenset[str] = frozenset(), at: datetime | None = NOON
) -> Matched:
    return expertise.match(prepare(question, WordEmbedder()), at=at, left_out=left_out)


def people(expertise: Expertise, question: str, *left_out: str) -> list[str]:
    return [expert.person for expert in matched(expertise, question, frozenset(left_out)).experts]


def test_who_answered_something_like_it_comes_first() -> None:
    expertise = of(answered("1", RENEWALS, "dana"), answered("2", PRICING, "kim"))
    assert people(expertise, "When does the renewal of a contract start?")[0] == "dana"
    assert people(expertise, "discount above ten percent")[0] == "kim"


def test_the_asker_is_left_out_and_so_is_whoever_may_not_be_asked() -> None:
    expertise = of(answered("1", RENEWALS, "dana"), answered("2", RENEWALS, "lee"), answered("3", PRICING, "kim"))
    assert people(expertise, PRICING, "dana", "lee") == ["kim"]
    assert people(expertise, PRICING, "dana", "lee", "kim") == []
    assert matched(expertise, PRICING, frozenset({"dana", "lee", "kim"})).confidence == 0


def test_nobody_is_named_of_whom_nothing_has_to_do_with_it() -> None:
    expertise = of(answered("1", RENEWALS, "dana"), answered("2", "Parking spaces", "kim"))
    assert people(expertise, "renewal") == ["dana"]
    assert people(expertise, "zebra") == []


def test_a_word_that_all_of_an_item_is_about_makes_it_alike() -> None:
    expertise = of(Evidence("1", "CPQ", {"dana": 1.0}, Kind.DECLARED), answered("2", PRICING, "kim"))
    long = "Where in our approval process for larger customers do I find what CPQ is to be told about taxes?"
    found = {expert.person: expert for expert in matched(expertise, long).experts}
    assert found["dana"].alike == {Kind.DECLARED: ("1",)}
    assert found["dana"].support[0].cosine < 0.45


def test_only_what_may_be_seen_speaks_for_anybody() -> None:
    expertise = of(answered("1", RENEWALS, "dana"), answered("2", RENEWALS, "lee"), answered("3", PRICING, "lee"))
    query = prepare("renewal", WordEmbedder())
    only_first = expertise.match(query, allowed=np.array([True, False, False]))
    assert [(expert.person, expert.share, len(expert.support)) for expert in only_first.experts] == [("dana", 1, 1)]
    assert len(expertise.match(query, allowed=np.array([True, True, False])).experts[1].support) == 1
    assert expertise.match(query, allowed=np.zeros(3, dtype=np.bool_)) == Matched()


def test_shares_are_of_the_votes_for_those_who_may_be_asked() -> None:
    expertise = of(answered("1", RENEWALS, "dana"), answered("2", PRICING, "kim"))
    both = f"{RENEWALS} {PRICING}"
    assert sum(expert.share for expert in matched(expertise, both).experts) == pytest.approx(1)
    assert [expert.share for expert in matched(expertise, both, frozenset({"dana"})).experts] == [1]


def test_newer_evidence_counts_more() -> None:
    expertise = of(answered("1", RENEWALS, "lee", days_ago=900), answered("2", RENEWALS, "dana", days_ago=3))
    assert people(expertise, "renewal") == ["dana", "lee"]


def test_without_a_time_of_asking_no_evidence_is_old() -> None:
    expertise = of(answered("1", RENEWALS, "lee", days_ago=900), answered("2", RENEWALS, "dana", days_ago=3))
    first, second = matched(expertise, "renewal", at=None).experts
    assert first.share == pytest.approx(second.share)


def test_what_has_no_date_is_neither_newer_nor_older_than_the_rest() -> None:
    expertise = of(
        answered("1", RENEWALS, "old", days_ago=900),
        answered("2", RENEWALS, "undated", days_ago=None),
        answered("3", RENEWALS, "new", days_ago=3),
    )
    assert people(expertise, "renewal") == ["new", "undated", "old"]


def test_who_owns_a_document_comes_before_who_edited_it() -> None:
    for key, other in (("a", "b"), ("b", "a")):
        owner = Evidence(key, RENEWALS, {"dana": 1.0}, Kind.OWNED, NOON)
        editor = Evidence(other, RENEWALS, {"kim": 1.0}, Kind.EDITED, NOON)
        assert people(of(editor, owner), "renewal") == ["dana", "kim"]


def test_who_had_the_main_part_comes_first() -> None:
    expertise = of(Evidence("1", RENEWALS, {"helped": 0.3, "led": 1.0}, Kind.ANSWERED, NOON))
    assert people(expertise, "renewal") == ["led", "helped"]


def test_a_topic_named_by_oneself_is_enough_to_be_found() -> None:
    expertise = of(answered("1", PRICING, "kim"), Evidence("dana", "renewal contract", {"dana": 1.0}, Kind.DECLARED))
    assert people(expertise, "renewal contract ends")[0] == "dana"


def test_equals_are_ordered_by_the_question_and_always_alike() -> None:
    everybody = [f"p{number}" for number in range(4)]
    expertise, backwards = of(answered("1", RENEWALS, *everybody)), of(answered("1", RENEWALS, *everybody[::-1]))
    questions = [f"renewal contract {number}" for number in range(200)]
    firsts = [people(expertise, question)[0] for question in questions]
    assert firsts == [people(backwards, question)[0] for question in questions]
    assert all(30 <= firsts.count(person) <= 70 for person in everybody)


def test_nobody_is_named_without_evidence() -> None:
    assert matched(of(), "renewal") == Matched()
    assert matched(of(answered("1", RENEWALS)), "renewal") == Matched()


def test_one_person_is_found_and_a_question_without_words_breaks_nothing() -> None:
    expertise = of(answered("1", RENEWALS, "dana"), answered("2", "", "dana"))
    assert people(expertise, "renewal") == ["dana"]
    assert people(expertise, "???") == []


def test_the_items_that_speak_for_a_person_are_named_and_counted_by_kind() -> None:
    page = Evidence(
        "playbook", "Renewal playbook: prepare a renewal before the contract ends", {"dana": 1.0}, Kind.OWNED
    )
    answers = [answered(str(number), RENEWALS, "dana", days_ago=number) for number in range(4)]
    expertise = of(page, *answers, answered("other", PRICING, "dana", "kim"))
    dana = matched(expertise, "How do I prepare a renewal before the contract ends?").experts[0]
    assert dana.person == "dana"
    assert dana.alike == {Kind.ANSWERED: ("0", "1", "2", "3"), Kind.OWNED: ("playbook",)}
    assert len(dana.support) == 5
    assert "other" not in [item.id for item in dana.support]
    assert all(item.is_alike for item in dana.support)


def test_the_surer_the_evidence_the_higher_the_confidence() -> None:
    clear = of(answered("1", RENEWALS, "dana"), answered("2", PRICING, "kim"))
    torn = of(answered("1", RENEWALS, "dana"), answered("2", RENEWALS, "kim"))
    question = "How do I prepare a renewal?"
    assert 0 < matched(torn, question).confidence < matched(clear, question).confidence < 1


def test_a_new_answer_counts_at_once_and_only_it_is_embedded() -> None:
    embedder = WordEmbedder()
    history = [answered(str(number), PRICING, "kim", days_ago=10) for number in range(20)]
    before = Expertise.build(history, embedder)
    assert embedder.encoded == 20
    after = Expertise.build([*history, answered("new", RENEWALS, "dana")], embedder, before.memory)
    assert embedder.encoded == 21
    assert "dana" not in people(before, "How do I prepare a renewal?")
    assert people(after, "How do I prepare a renewal?")[0] == "dana"


def test_what_changed_is_embedded_anew_and_what_went_is_gone() -> None:
    embedder = WordEmbedder()
    before = Expertise.build([answered("1", RENEWALS, "dana"), answered("2", PRICING, "kim")], embedder)
    after = Expertise.build([answered("1", PRICING, "dana")], embedder, before.memory)
    assert embedder.encoded == 3
    assert people(after, "discount") == ["dana"]


def test_evidence_of_another_model_is_embedded_anew() -> None:
    before = Expertise.build([answered("1", RENEWALS, "dana")], WordEmbedder())
    other = WordEmbedder(revision="2")
    Expertise.build([answered("1", RENEWALS, "dana")], other, before.memory)
    assert other.encoded == 1


def test_evidence_votes_as_sharply_as_its_own_history_asks_for() -> None:
    """Where each subject has its person the nearest items decide, where subjects say nothing they hardly do."""
    subjects = ["renewal contract", "discount pricing", "invoice ledger", "onboarding checklist"]
    texts = [f"{subjects[number % 4]} case{number} detail{number * 7}" for number in range(160)]
    by_subject = of(*(answered(str(n), text, f"p{n % 4}", days_ago=None) for n, text in enumerate(texts)))
    by_turn = of(*(answered(str(n), text, f"p{n // 4 % 4}", days_ago=None) for n, text in enumerate(texts)))
    assert by_subject.votes.temperature < by_turn.votes.temperature
    assert matched(by_subject, "discount pricing").experts[0].share > 0.6


def test_how_sharply_evidence_votes_is_kept_until_there_is_a_fifth_more() -> None:
    history = [answered(str(number), PRICING, "kim", days_ago=number) for number in range(50)]
    before = Expertise.build(history[:40], WordEmbedder())
    few, many = (Expertise.build(history[:size], WordEmbedder(), before.memory) for size in (45, 50))
    assert few.memory.fitted is before.memory.fitted
    assert many.memory.fitted is not before.memory.fitted


def test_after_a_start_nothing_is_embedded_or_fitted_again(tmp_path: Path) -> None:
    history = [answered("1", RENEWALS, "dana"), answered("2", PRICING, "kim")]
    before = Expertise.build(history, WordEmbedder())
    before.memory.save(tmp_path / "new" / "expertise.npz")
    embedder, known = WordEmbedder(), Memory.load(tmp_path / "new" / "expertise.npz")
    after = Expertise.build(history, embedder, known)
    assert (embedder.encoded, after.memory.fitted) == (0, before.memory.fitted)
    assert after.memory.fitted is known.fitted
    assert matched(after, "renewal") == matched(before, "renewal")
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["expertise.npz"]


@pytest.mark.parametrize("stored", [None, b"", b"no archive", b"PK\x03\x04"])
def test_a_memory_that_cannot_be_read_is_an_empty_one(stored: bytes | None, tmp_path: Path) -> None:
    if stored is not None:
        (tmp_path / "expertise.npz").write_bytes(stored)
    assert Memory.load(tmp_path / "expertise.npz") == Memory()


def test_the_memory_of_no_evidence_is_kept_too(tmp_path: Path) -> None:
    of().memory.save(tmp_path / "expertise.npz")
    embedder = WordEmbedder()
    Expertise.build([answered("1", RENEWALS, "dana")], embedder, Memory.load(tmp_path / "expertise.npz"))
    assert embedder.encoded == 1


_items = st.lists(
    st.tuples(
        st.sampled_from([RENEWALS, PRICING, "", "renewal", "😀 %s"]),
        st.dictionaries(st.sampled_from("abcd"), st.floats(0.01, 3), max_size=3),
        st.sampled_from(list(Kind)),
        st.none() | st.integers(-400, 4000),
    ),
    max_size=8,
)


@given(_items, st.sampled_from([RENEWALS, "renewal", "", "?"]), st.frozensets(st.sampled_from("abcd")))
def test_any_evidence_gives_an_order_of_those_it_speaks_for(
    items: Sequence[tuple[str, dict[str, float], Kind, int | None]], question: str, left_out: frozenset[str]
) -> None:
    evidence = [
        Evidence(str(number), text, parts, kind, None if days is None else NOON - timedelta(days=days))
        for number, (text, parts, kind, days) in enumerate(items)
    ]
    found = matched(of(*evidence), question, left_out)
    spoken_for = {person for item in evidence for person in item.people} - left_out
    assert {expert.person for expert in found.experts} <= spoken_for
    same = {person for item in evidence if question and item.text == question for person in item.people}
    assert same - left_out <= {expert.person for expert in found.experts}
    shares = [round(expert.share, 9) for expert in found.experts]
    assert shares == sorted(shares, reverse=True)
    assert 0 <= found.confidence <= 1
    assert all(expert.support for expert in found.experts)


def test_term_shares_are_one_at_the_very_most_and_unknown_terms_lower_them() -> None:
    counts = TermCounts([count(["renewal", "renewal", "contract"]), count(["discount"]), count([])])
    renewal, discount, empty = counts.shares(["renewal"])
    assert 0 < renewal < 1
    assert discount == empty == 0
    assert counts.shares(["renewal", "zebra"])[0] < renewal
    assert list(counts.shares(["zebra"])) == [0, 0, 0]
    assert TermCounts([]).shares(["renewal"]).shape == (0,)


def test_a_text_has_all_of_the_terms_or_all_of_its_own_are_among_them() -> None:
    counts = TermCounts([count(["renewal", "renewal", "contract"]), count(["discount"]), count([])])
    found = {
        terms: [list(each) for each in counts.covers(terms)] for terms in (("renewal",), ("discount", "zebra"), ())
    }
    assert found == {
        ("renewal",): [[True, False, False], [False, False, False]],
        ("discount", "zebra"): [[False, False, False], [False, True, False]],
        (): [[False, False, False], [False, False, False]],
    }
