import pytest

from bot.chat.question_words import looks_like_question


@pytest.mark.parametrize(
    "text",
    [
        "When does the renewal clock start?",
        "who owns an account two of us claim",
        "Does anyone know where the QBR template is",
        "We lost the deal. What now? I am in a meeting",
        "(and for resellers?)",
        "¿Cuándo empieza",
        "wie lange dauert die kündigungsfrist",
        "Où est le modèle de proposition ?",
        "更新はいつ始まりますか",
        "什么时候开始？",
        "متى يبدأ التجديد؟",
        "when does it start⁇",
        "*Is this still right?*",
        "when do we start, see https://example.org/a",
    ],
)
def test_a_question_is_told_in_many_languages(text: str) -> None:
    assert looks_like_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "?!",
        "The renewal clock starts in April.",
        "I will do it",
        "do it!",
        "See https://example.org/search?q=renewals and https://example.org/?",
        "Is done.",
        "Can do",
        "```if x then y?```",
        "`SELECT ?`",
        "> When does it start?\nIn April.",
        "What a day it was.",
        "Thanks, that helped",
    ],
)
def test_what_is_no_question_is_left_alone(text: str) -> None:
    assert not looks_like_question(text)


def test_a_hostile_text_is_looked_at_in_no_time() -> None:
    assert not looks_like_question("`" * 50_000 + ">" * 50_000)
