"""Runs of text with marks, written as the inline CommonMark that blocks hold."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from knowledge.inline import escape_inline

Mark = Literal["", "strong", "em", "code"]
BREAK = "\n"

_SPACES = re.compile(r"[^\S\n]+")
_DENIED = re.compile(r"\s*(?:javascript|vbscript|data|file|blob|about):", re.IGNORECASE)
_SIGNS = {"strong": "**", "em": "*"}


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. A newline in it is a line break that stays."""

    text: str
    mark: Mark = ""
    href: str = ""


def flow(text: str, mark: Mark = "", href: str = "") -> Run:
    """A run of running text, in which line ends mean no more than a space."""
    return Run(re.sub(r"\s+", " ", text), mark, href)


def plain_runs(runs: Iterable[Run]) -> str:
    """The words alone, on one line."""
    return " ".join("".join(run.text for run in runs).split())


def write_runs(runs: Iterable[Run]) -> str:
    """Inline CommonMark whose plain text is the text of `runs`, spaces evened out."""
    merged = _trimmed(_merged(runs))
    out = ""
    for href, group in groupby(merged, key=lambda run: run.href):
        label = list(group)
        if not href or _DENIED.match(href) or not plain_runs(label):
            out = _append(out, label)
            continue
        before, _, after = _outer_spaces("".join(run.text for run in label))
        words = _append("", _trimmed(label))
        if out.endswith("!") and not before:
            out = f"{out[:-1]}\\!"  # or the link would be an image
        out += f"{_lines(before)}[{words}]({_address(href)}){_lines(after)}"
    return out


def _merged(runs: Iterable[Run]) -> list[Run]:
    merged: list[Run] = []
    for run in runs:
        text = _SPACES.sub(" ", run.text.replace("\r", ""))
        if merged and merged[-1].text.endswith((" ", BREAK)):
            text = text.lstrip(" ")
        if not text:
            continue
        if merged and (merged[-1].mark, merged[-1].href) == (run.mark, run.href):
            merged[-1] = replace(merged[-1], text=merged[-1].text + text)
        else:
            merged.append(replace(run, text=text))
    return merged


def _trimmed(runs: list[Run]) -> list[Run]:
    while runs and not runs[0].text.lstrip():
        runs.pop(0)
    while runs and not runs[-1].text.rstrip():
        runs.pop()
    if runs:
        runs[0] = replace(runs[0], text=runs[0].text.lstrip())
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip())
    return runs


def _append(out: str, runs: Sequence[Run]) -> str:
    for index, run in enumerate(runs):
        follower = runs[index + 1].text[:1] if index + 1 < len(runs) else ""
        before, words, after = _outer_spaces(run.text)
        if not words:
            out += _lines(run.text)
        elif run.mark == "code" and BREAK not in words:
            out += before + _code(words) + after
        else:
            words = _lines(escape_inline(words))
            sign = _SIGNS.get(run.mark, "")
            if sign and not _may_stand(out + before, words, after or follower):
                sign = ""
            out += f"{_lines(before)}{sign}{words}{sign}{_lines(after)}"
    return out


def _lines(text: str) -> str:
    return re.sub(r" *\n\s*", "\\\\\n", text)


def _outer_spaces(text: str) -> tuple[str, str, str]:
    words = text.strip()
    if not words:
        return text, "", ""
    start = text.index(words)
    return text[:start], words, text[start + len(words) :]


def _code(text: str) -> str:
    text = text.replace("\n", " ")
    fence = "`" * (max((len(found) for found in re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _may_stand(before: str, inner: str, after: str) -> bool:
    """Whether CommonMark takes the signs around `inner` as marks and not as asterisks."""
    opens = inner[0].isalnum() or not before or before[-1].isspace() or _is_sign(before[-1])
    closes = inner[-1].isalnum() or not after or after[0].isspace() or _is_sign(after[0])
    return opens and closes and not before.endswith("*")


def _is_sign(character: str) -> bool:
    return not character.isalnum() and not character.isspace()


def _address(href: str) -> str:
    href = "".join(character for character in href if character.isprintable())
    if re.search(r"[\s()<>\\]", href):
        href = href.replace("\\", "%5C").replace("<", "%3C").replace(">", "%3E")
        return f"<{href}>"
    return href
