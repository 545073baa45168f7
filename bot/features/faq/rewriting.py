"""A question as it was asked, made one that stands alone. Pure."""

import re

from bot.chat.question_words import looks_like_question
from bot.chat.turn import storable
from bot.chat.wording import shortened
from bot.features.faq.model import QUESTION_LIMIT

_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen)|moin|servus|bonjour|salut|hola"
    r"|ciao|olá)\b(?: (?:there|all|everyone|everybody|team|folks|colleagues|together|zusammen|alle|à tous|a todos))?"
    r"[ ]?[,!.:–-]+\s*",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:many |kind |best )?(?:thanks|thank you|thx|regards|cheers|danke|vielen dank|merci|gracias|grazie)\b"
    r"[^?]{0,60}$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?\uff1f])\s+|\n+")


def standing_alone(text: str) -> str:
    """Without greeting and thanks, at most QUESTION_LIMIT characters: of more, the sentences that ask. The words are
    the asker's own."""
    told = _GREETING.sub("", storable(text).strip(), count=1)
    sentences = [" ".join(each.split()) for each in _SENTENCE.split(told) if each.strip()]
    if len(sentences) > 1 and _THANKS.fullmatch(sentences[-1]):
        sentences.pop()
    whole = " ".join(sentences)
    if len(whole) > QUESTION_LIMIT:
        asking = " ".join(each for each in sentences if looks_like_question(each))
        whole = shortened(asking or whole, QUESTION_LIMIT)
    return whole[:1].upper() + whole[1:]
