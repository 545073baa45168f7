"""Text that nobody here wrote: without what is invisible or turns words around, and no longer than it may be. Words
and clusters (an emoji with its modifiers, a letter with its accents) stay whole."""

import re
import unicodedata

from bot.chat.turn import storable

_NEWLINE = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
# Controls, direction marks, overrides and isolates, invisible characters, fillers that show nothing, tags that spell
# words nobody sees. The joiners stay: Persian and emoji need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SPACES = re.compile(r"\s+")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"})
_BACK = 40  # characters to look back for a cluster's start, or a hostile text would be one cluster


def clean(text: str) -> str:
    """Lines end in a line feed."""
    return _INVISIBLE.sub("", _NEWLINE.sub("\n", storable(text)))


def units(text: str) -> int:
    """UTF-16 code units, in which Slack and Teams count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def line(text: str) -> str:
    """Cleaned, on one line."""
    return _SPACES.sub(" ", clean(text)).strip()


def is_blank(text: str) -> bool:
    """Nothing that anybody would see."""
    return all(character == "\u2800" or unicodedata.category(character) in _UNSEEN for character in text)


def cut(text: str, limit: int) -> str:
    """`text` on one line of at most `limit` units."""
    whole = line(text)
    if units(whole) <= limit:
        return whole
    return whole[: _break(whole, limit - 1)].rstrip(" .,;:–-") + "…"


def split(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` units; only blanks between them are lost."""
    parts: list[str] = []
    while len(text) > limit or units(text) > limit:
        end = _break(text, limit)
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    parts.append(text)
    return [part for part in parts if part]


def _break(text: str, limit: int) -> int:
    """Where to break: after a line, else a word, else a cluster; at least one character is taken."""
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if units(text[:middle]) <= limit else (low, middle - 1)
    for blank in ("\n", " "):
        at = text.rfind(blank, low // 2, low + 1)
        if at > 0:
            return at
    for at in range(low, max(0, low - _BACK), -1):
        if not _joins(text, at):
            return at
    return low


def _joins(text: str, at: int) -> bool:
    """Whether the character at `at` belongs to the one before it."""
    if at >= len(text):
        return False
    before, after = text[at - 1], text[at]
    if before == "\u200d" or after == "\u200d" or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if unicodedata.category(after)[0] == "M":
        return True
    return all("\U0001f1e6" <= each <= "\U0001f1ff" for each in (before, after))
