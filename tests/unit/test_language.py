"""Which language a question is in; where it does not tell, no language is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.language import NAMES, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do renewals work?", "en"),
        ("what is a persona", "en"),
        ("Wie lange läuft ein Vertrag?", "de"),
        ("Was ist der CRM Sales Pipeline Report?", "de"),
        ("Comment renouveler un contrat ?", "fr"),
        ("¿Cómo renuevo un contrato?", "es"),
        ("Come posso rinnovare il contratto?", "it"),
        ("Como posso renovar um contrato?", "pt"),
        ("Hoe verleng ik een contract?", "nl"),
        ("Hur förnyar jag ett avtal?", "sv"),
        ("Sözleşmeyi nasıl yenilerim?", "tr"),
    ],
)
def test_the_small_words_tell_the_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("如何续约", "zh"),
        ("契約を更新するには", "ja"),
        ("カタカナ", "ja"),
        ("계약을 어떻게 갱신하나요?", "ko"),
        ("Как продлить договор?", "ru"),
        ("كيف أجدد العقد؟", "ar"),
        ("Πώς ανανεώνω;", "el"),
        ("如何更新 CRM", "zh"),
    ],
)
def test_the_script_tells_the_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", " ", "CRM", "renewals", "pricing tiers enterprise", "🎉🎉", "123", "?!", "hello"])
def test_what_is_too_short_to_tell_has_no_language(text: str) -> None:
    assert language_of(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "How do I merge duplicates in the Zürich hub?",
        "what does NPS mean for the die casting team",
        "Can we come on Monday?",
    ],
)
def test_foreign_words_in_an_english_question_leave_it_english(text: str) -> None:
    assert language_of(text) == "en"


@given(st.text(max_size=80))
def test_every_language_that_is_found_has_a_name(text: str) -> None:
    assert language_of(text) in {"", *NAMES}


@given(st.text(max_size=80))
def test_case_and_surrounding_space_change_nothing_in_ascii(text: str) -> None:
    plain = text.encode("ascii", "ignore").decode()
    assert language_of(plain) == language_of(plain.upper()) == language_of(f"  {plain} ")
