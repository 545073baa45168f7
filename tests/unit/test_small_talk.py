import pytest

from bot.features.questions.small_talk import SmallTalk, small_talk


@pytest.mark.parametrize(
    "text",
    [
        "hi",
        "Hello!",
        "hey there",
        "Good morning 👋",
        "Hallo Guildhall",
        "¡Hola!",
        "Bonjour",
        "こんにちは",
        "hello  team.",
    ],
)
def test_greetings_in_many_languages(text: str) -> None:
    assert small_talk(text) is SmallTalk.GREETING


@pytest.mark.parametrize(
    "text", ["thanks", "Thank you!!", "danke schön", "Merci beaucoup", "hi, thanks", "thx bot", "谢谢"]
)
def test_thanks_in_many_languages(text: str) -> None:
    assert small_talk(text) is SmallTalk.THANKS


@pytest.mark.parametrize("text", ["help", "?", "/?", "What can you do?", "hi, what can you do", "Was kannst du?"])
def test_asking_what_it_can_do(text: str) -> None:
    assert small_talk(text) is SmallTalk.HELP


@pytest.mark.parametrize(
    "text",
    [
        "hi, how do renewals work?",
        "thanks, and for renewals?",
        "help with onboarding",
        "what can you do about churn?",
        "How do I say hello to a new client?",
        "hello world campaign",
        "good morning newsletter",
        "who are you targeting with the spring campaign?",
        "help desk",
        "thank you letter template",
        "",
        "!!!",
        "NPS",
    ],
)
def test_a_real_question_is_never_small_talk(text: str) -> None:
    assert small_talk(text) is None
