"""Text that nobody here wrote, without what is invisible or turns words around."""

import re

from bot.chat.turn import storable

_NEWLINE = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
# Controls, direction marks, overrides and isolates, invisible characters, fillers that show nothing, tags that spell
# words nobody sees. The joiners stay: Persian and emoji need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def clean(text: str) -> str:
    """Lines end in a line feed."""
    return _INVISIBLE.sub("", _NEWLINE.sub("\n", storable(text)))


def units(text: str) -> int:
    """UTF-16 code units, in which Slack and Teams count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
