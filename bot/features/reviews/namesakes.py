"""Whether a text says who somebody is, where that is to stay unknown. Pure."""

import unicodedata

LEAST_LETTERS = 3


def names_them(text: str, name: str) -> bool:
    """Whether all parts of their name stand in it as words, or in one word, as in ``…/personal/dana_fox/map``."""
    parts = [each for each in _words(name) if len(each) > 1]
    if sum(map(len, parts)) < LEAST_LETTERS:
        return False
    words = set(_words(text))
    return words.issuperset(parts) or not words.isdisjoint({"".join(parts), "".join(reversed(parts))})


def _words(text: str) -> list[str]:
    plain = (each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return "".join(each if each.isalnum() else " " for each in plain).casefold().split()
