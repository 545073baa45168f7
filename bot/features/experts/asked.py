"""Is it a question for somebody who knows? Told by its very words, so that no other question is taken for one."""

import re

SUBJECT_LIMIT = 200

_OPENINGS = (
    r"who(?: here| else)? knows (?:about|(?:a lot|most|more|anything|something|all|much) about)",
    r"who(?: here| else)? can help(?: me| us)? with",
    r"who(?: here| else)? (?:has|have) (?:experience|expertise) (?:in|with|of|on)",
    r"who(?: is|['’]s| are) (?:an? |the |our |your )?experts? (?:on|in|for|at|about|with)",
    r"wer (?:weiß|weiss) (?:etwas|was|mehr|viel) (?:über|zu)",
    r"wer ist (?:hier )?(?:der |die )?expert(?:e|in) (?:für|in|bei)",
    r"qui (?:s['’]y connaît|s['’]y connait) (?:en|sur)",
    r"qui est (?:l['’]|notre )?experte? (?:en|sur|de)",
    r"qui(?:é|e)n sabe (?:algo |más )?(?:de|sobre)",
)
_ASKED = re.compile(rf"¿?(?:{'|'.join(_OPENINGS)}) (?P<subject>.+)", re.IGNORECASE)
_ASKED_AROUND = re.compile(r"wer kennt sich (?:hier )?(?:mit|bei|in) (?P<subject>.+) aus", re.IGNORECASE)


def who_knows_about(text: str) -> str | None:
    """The subject of "Who knows about pricing?"; None for anything else."""
    sentence = " ".join(text.split()).rstrip(" ?!.？")
    if len(sentence) > SUBJECT_LIMIT:
        return None
    found = _ASKED.fullmatch(sentence) or _ASKED_AROUND.fullmatch(sentence)
    return found["subject"].strip(" “”\"'") or None if found else None
