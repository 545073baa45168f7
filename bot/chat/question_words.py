"""Does it look like a question? For what people say to each other: what is not one passes in silence."""

import re
import unicodedata

_NOT_WORDS = re.compile(r"```.*?```|`[^`]*`|<?https?://\S+|^[^\S\n]*+(?:>|&gt;)[^\n]*+", re.DOTALL | re.MULTILINE)
_ASKS = re.compile(r"[?\uff1f\u061f\u037e\u055e\u1367\u2047\u203d](?=[\s\"'”’»)\]*_]*(?:\s|$))|\u00bf|\?\s*$")
_FEWEST = 3  # words, where only the words say that it is a question

_FIRST_WORDS = """
how what when where which who whom whose why can could do does did is are was were should would will has have may
wie was wann wo wohin woher welche welcher welches wer wem wen wessen warum wieso weshalb kann können darf muss gibt
comment quand où quel quelle quels quelles qui pourquoi combien
cómo cuándo dónde cuál cuáles quién quiénes cuánto cuánta cuántos
come quando dove quale quali chi perché quanto
como onde qual quais quem porque quanto
hoe wat wanneer waar welke waarom kan mag
hur vad när var vilken vilket vem varför hvordan hvad hvor hvornår hvem hvorfor
jak kiedy gdzie który która kto dlaczego czy как что когда где какой кто почему можно
"""
_ASKING = (
    *("anyone know", "anybody know", "someone know", "somebody know", "does anyone", "any idea", "i wonder"),
    *("weiß jemand", "kann jemand", "hat jemand", "quelqu'un sait", "alguien sabe", "qualcuno sa", "alguém sabe"),
)
_ASKING_ENDS = ("か", "か。", "吗", "呢", "嗎", "까요", "나요", "습니까")


def looks_like_question(text: str) -> bool:
    """By its marks in any script, or by its words in a few languages; code, quotes and addresses do not count."""
    words = unicodedata.normalize("NFKC", _NOT_WORDS.sub(" ", text)).strip().replace("’", "'")
    if not any(letter.isalnum() for letter in words):
        return False
    if _ASKS.search(words) or words.endswith(_ASKING_ENDS):
        return True
    spoken = " ".join(words.casefold().split())
    if any(phrase in spoken for phrase in _ASKING):
        return True
    first, *others = re.findall(r"[^\W_]+", spoken)
    return first in _FIRST_WORDS.split() and len(others) >= _FEWEST - 1 and not spoken.endswith(("!", ".", ":"))
