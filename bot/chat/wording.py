"""Words that fit."""


def shortened(text: str, limit: int) -> str:
    """`text` on one line of at most `limit` characters, cut between words where that loses little."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    head = cut.rpartition(" ")[0]
    return (head if len(head) > limit // 2 else cut).rstrip(" .,;:–-") + "…"
