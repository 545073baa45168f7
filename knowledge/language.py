"""Which language a question is in, as far as a short text tells."""

import unicodedata
from collections import Counter

from bm25s import stopwords

_STOPWORDS = {
    "en": frozenset(stopwords.STOPWORDS_EN_PLUS),
    "de": frozenset(stopwords.STOPWORDS_GERMAN),
    "fr": frozenset(stopwords.STOPWORDS_FRENCH),
    "es": frozenset(stopwords.STOPWORDS_SPANISH),
    "it": frozenset(stopwords.STOPWORDS_ITALIAN),
    "pt": frozenset(stopwords.STOPWORDS_PORTUGUESE),
    "nl": frozenset(stopwords.STOPWORDS_DUTCH),
    "sv": frozenset(stopwords.STOPWORDS_SWEDISH),
    "da": frozenset(stopwords.STOPWORDS_DANISH),
    "no": frozenset(stopwords.STOPWORDS_NORWEGIAN),
    "tr": frozenset(stopwords.STOPWORDS_TURKISH),
}
# The lists leave out what short questions begin with. Words that English has too ("come") stay out.
_QUESTION_WORDS = {
    "de": frozenset(["wie", "wann", "warum", "wieso", "wer", "welche", "welcher", "wieviel"]),
    "fr": frozenset(["comment", "pourquoi", "quand", "où", "combien", "quel", "quelle", "qui"]),
    "es": frozenset(["cómo", "qué", "cuándo", "dónde", "quién", "cuánto", "cuál"]),
    "it": frozenset(["quando", "dove", "perché", "chi", "quanto", "quale"]),
    "pt": frozenset(["como", "quando", "onde", "quem", "quanto", "qual"]),
    "nl": frozenset(["hoe", "wanneer", "waar", "wie", "waarom", "welke"]),
    "sv": frozenset(["hur", "vad", "när", "vem", "varför", "vilken"]),
    "da": frozenset(["hvordan", "hvornår", "hvorfor", "hvem", "hvor"]),
    "no": frozenset(["hvordan", "når", "hvorfor", "hvem", "hvor"]),
    "tr": frozenset(["nasıl", "neden", "nerede", "hangi", "kim"]),
}
_SCRIPTS = {"CJK": "zh", "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CYRILLIC": "ru", "ARABIC": "ar"} | {
    "HEBREW": "he", "GREEK": "el", "THAI": "th", "DEVANAGARI": "hi"
}  # fmt: skip
NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese",
    "nl": "Dutch", "sv": "Swedish", "da": "Danish", "no": "Norwegian", "tr": "Turkish", "zh": "Chinese",
    "ja": "Japanese", "ko": "Korean", "ru": "Russian", "ar": "Arabic", "he": "Hebrew", "el": "Greek",
    "th": "Thai", "hi": "Hindi",
}  # fmt: skip


def language_of(text: str) -> str:
    """A code such as ``de``; empty where the text does not tell (too short, or two languages as likely)."""
    scripts = Counter(unicodedata.name(letter, "").split(" ")[0] for letter in text if letter.isalpha())
    for script, language in _SCRIPTS.items():
        if scripts[script] * 2 > scripts.total():
            return "ja" if language == "zh" and (scripts["HIRAGANA"] or scripts["KATAKANA"]) else language
    words = [word.strip(".,;:!?¿¡\"'()[]").lower() for word in text.split()]
    found = Counter({language: sum(word in known for word in words) for language, known in _STOPWORDS.items()})
    for language, asking in _QUESTION_WORDS.items():
        found[language] += 2 * sum(word in asking for word in words)
    (first, most), (_, next_most) = found.most_common(2)
    # English words in passing ("CRM", "Sales Pipeline") must not outvote, nor one shared word decide.
    return first if most >= 2 and most > next_most and most > found["en"] * (first != "en") else ""
