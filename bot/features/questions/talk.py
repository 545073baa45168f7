"""What is said besides answers: greetings, help, and why there is no answer to give."""

from collections.abc import Sequence

from bot.chat.reply import Block, Bullets, Message, Note, Paragraph, Span, Suggestions
from bot.chat.turn import Person
from bot.features.feature import Command
from bot.features.questions.model import TEXT_LIMIT
from bot.features.questions.small_talk import SmallTalk
from knowledge.document import DocumentKind, SourceDocument

EXAMPLES = 3

SAYING_IT = "Commands, with a slash before them:"
SAYING = {"slack": "Commands, by themselves or after /guildhall:"}
"""By platform, where it is not SAYING_IT: Slack takes a slash only before an app's own name."""


def example_questions(documents: Sequence[SourceDocument], limit: int = EXAMPLES) -> tuple[str, ...]:
    """Questions that the library does answer, spread over it."""
    asked = [each.title for each in documents if each.kind is DocumentKind.FAQ and each.title.endswith("?")]
    step = max(1, len(asked) // limit)
    return tuple(asked[step // 2 :: step][:limit])


def small_talk_message(
    kind: SmallTalk, person: Person, examples: Sequence[str], commands: Sequence[tuple[str, Command]], platform: str
) -> Message:
    match kind:
        case SmallTalk.GREETING:
            first = person.name.split()[0] if person.name.split() else "there"
            text = f"Hello {first}. Ask me a question; I answer from the library and show where it stands."
            return Message(text, (Paragraph(text), *_try(examples)))
        case SmallTalk.THANKS:
            return _plain("You are welcome.")
        case SmallTalk.FAREWELL:
            return _plain("Goodbye. This thread stays where it is.")
        case SmallTalk.HELP:
            return help_message(examples, commands, platform)


def help_message(examples: Sequence[str], commands: Sequence[tuple[str, Command]], platform: str) -> Message:
    text = (
        "I answer questions from the library, in its own words and with the sources to open. "
        "Where nothing there answers, I say so, and you can ask for an expert."
    )
    listed = tuple((Span(name, code=True), Span(f" – {command.help}")) for name, command in commands)
    known: tuple[Block, ...] = (Paragraph(SAYING.get(platform, SAYING_IT)), Bullets(listed)) if listed else ()
    follow = Note("Follow-up questions in the same thread keep their context.")
    return Message(text, (Paragraph(text), *_try(examples), *known, follow))


def no_words_message() -> Message:
    return _plain(
        "There are no words in that for me to look up, and I cannot read pictures or files. "
        "Ask in a sentence or a few key words."
    )


def too_long_message(length: int) -> Message:
    return _plain(
        f"That has {length:,} characters; a question may have {TEXT_LIMIT:,}. Nothing was looked up. "
        "Ask in a few sentences, one question at a time."
    )


def too_many_message(a_minute: int) -> Message:
    return _plain(
        f"You have asked {a_minute} questions within a minute, and I do not look up more than that for one person. "
        "What you asked after them was not looked up: ask it again in a minute."
    )


def no_library_message(person: Person) -> Message:
    text = "There is no library to answer from yet: it is being indexed for the first time, or empty."
    then = (
        "Sources shows how far it is. If nothing runs there, begin with /reindex or, in a terminal, “guildhall index”."
        if person.is_admin
        else "The first index takes a minute or two, so ask again then. If it stays so, tell an admin."
    )
    return Message(text, (Paragraph(text), Paragraph(then)))


def _try(examples: Sequence[str]) -> tuple[Block, ...]:
    return (Suggestions(tuple(examples)),) if examples else ()


def _plain(text: str) -> Message:
    return Message(text, (Paragraph(text),))
