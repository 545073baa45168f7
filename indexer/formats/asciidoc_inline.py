"""AsciiDoc's inline marks, macros and attributes, as runs."""

import re
from collections.abc import Mapping

from indexer.formats.runs import BREAK, Mark, Run, flow

_ATTRIBUTE = re.compile(r"(\\)?\{([A-Za-z0-9_][\w-]*)\}")
_BUILT_IN = {
    "nbsp": " ", "sp": " ", "empty": "", "blank": "", "zwsp": "", "wj": "", "amp": "&", "lt": "<", "gt": ">",
    "apos": "'", "quot": '"', "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "deg": "°", "plus": "+",
    "vbar": "|", "startsb": "[", "endsb": "]", "asterisk": "*", "tilde": "~", "backslash": "\\", "backtick": "`",
    "brvbar": "¦", "two-colons": "::", "two-semicolons": ";;", "cpp": "C++", "caret": "^",
}  # fmt: skip
_TARGET = r"[^\s\[\]]*"
_LABEL = r"(?:\\.|[^\]\\])*"
_TOKENS = re.compile(
    rf"""
      (?P<escaped>\\(?=[*_`#+\[<^~]))
    | (?P<pass>\+\+\+(?P<pass3>.*?)\+\+\+|pass:[a-z]*\[(?P<passed>{_LABEL})\]|(?<!\w)\+(?P<pass1>\S|\S.*?\S)\+(?!\w))
    | (?P<image>(?:image|icon|video|audio)::?[^\s\[\]][^\n\[\]]*\[{_LABEL}\])
    | (?P<anchor>\[\[[^\]]*\]\]|anchor:{_TARGET}\[{_LABEL}\])
    | (?P<xref><<(?P<ref>[^,>]+)(?:,(?P<ref_label>[^>]*))?>>
        |xref:(?P<xref_target>{_TARGET})\[(?P<xref_label>{_LABEL})\])
    | (?P<link>(?:link:|mailto:)(?P<target>\+\+.*?\+\+|[^\s\[]*)\[(?P<label>{_LABEL})\])
    | (?P<url>\\?(?P<address>(?:https?|ftp)://[^\s\[\]<>]*[^\s\[\]<>.,;:!?)"'])(?:\[(?P<url_label>{_LABEL})\])?)
    | (?P<keys>(?:kbd|btn):\[(?P<key>{_LABEL})\])
    | (?P<menu>menu:(?P<menu_name>[^\[\]]+?)\[(?P<menu_items>{_LABEL})\])
    | (?P<note>footnote(?:ref)?:{_TARGET}\[(?P<footnote>{_LABEL})\])
    | (?P<index>\(\(\(.*?\)\)\)|indexterm2?:\[{_LABEL}\])
    | (?P<quote>"`(?P<quoted>.+?)`")
    | (?P<code>``(?P<code2>.+?)``|(?<![\w`])`(?P<code1>\S|\S.*?\S)`(?![\w`]))
    | (?P<strong>\*\*(?P<strong2>.+?)\*\*|(?<![\w*])\*(?P<strong1>[^\s*]|[^\s*].*?\S)\*(?![\w*]))
    | (?P<em>__(?P<em2>.+?)__|(?<![\w_])_(?P<em1>[^\s_]|[^\s_].*?\S)_(?![\w_]))
    | (?P<styled>(?:\[[.#][\w.#-]*\])?
        (?:\#\#(?P<hash2>.+?)\#\#|(?<![\w#&])\#(?P<hash1>[^\s#]|[^\s#][^#]*?[^\s#])\#(?![\w#])))
    | (?P<raised>[\^~](?P<raised_text>\S+?)[\^~])
    | (?P<break>[ ]\+(?=\n|\Z)|<br[ ]*/?>)
    """,
    re.VERBOSE | re.DOTALL,
)
_MARKED: tuple[tuple[str, Mark], ...] = (
    ("code2", "code"), ("code1", "code"), ("strong2", "strong"), ("strong1", "strong"), ("em2", "em"), ("em1", "em"),
    ("hash2", ""), ("hash1", ""), ("raised_text", ""),
)  # fmt: skip
_LIMIT = 20  # how deep marks may nest


def substitute(text: str, attributes: Mapping[str, str]) -> str:
    """`{name}` replaced where the document or AsciiDoc itself defines it."""

    def value(found: re.Match[str]) -> str:
        name = found[2].lower()
        if found[1]:
            return found[0][1:]
        return attributes.get(name, _BUILT_IN.get(name, found[0]))

    return _ATTRIBUTE.sub(value, text)


def inline_runs(text: str, mark: Mark = "", href: str = "", depth: int = 0) -> list[Run]:
    """Runs of one paragraph. Images and index terms are left out, footnotes stand in brackets."""
    runs: list[Run] = []
    position = 0
    for found in _TOKENS.finditer(text) if depth < _LIMIT else ():
        runs.append(flow(text[position : found.start()], mark, href))
        runs += _token(found, mark, href, depth)
        position = found.end()
        if found["escaped"]:
            runs.append(flow(text[position], mark, href))
            position += 1
    return [*runs, flow(text[position:], mark, href)]


def _token(found: re.Match[str], mark: Mark, href: str, depth: int) -> list[Run]:
    part = found.groupdict()
    for name, inner_mark in _MARKED:
        if part[name] is not None:
            if inner_mark == "code":
                return [flow(part[name].strip("+"), "code", href)]
            return inline_runs(part[name], mark or inner_mark, href, depth + 1)
    match next(name for name in _KINDS if part[name] is not None):
        case "break":
            return [Run(BREAK)]
        case "pass":
            return [flow(part["pass3"] or part["passed"] or part["pass1"] or "", mark, href)]
        case "xref":
            target = part["ref"] or part["xref_target"] or ""
            label = _xref_label(target, part["ref_label"] or part["xref_label"])
            return inline_runs(label, mark, _xref(target), depth + 1)
        case "link":
            target = (part["target"] or "").strip("+")
            address = f"mailto:{target}" if found[0].startswith("mailto:") else target
            return inline_runs(_label(part["label"]) or target, mark, address, depth + 1)
        case "url":
            address = part["address"] or ""
            label = _label(part["url_label"])
            return inline_runs(label, mark, address, depth + 1) if label else [flow(address, mark, address)]
        case "keys":
            return [flow(part["key"] or "", "code", href)]
        case "menu":
            steps = [part["menu_name"] or "", *(part["menu_items"] or "").split(">")]
            return [flow(" › ".join(step.strip() for step in steps if step.strip()), mark, href)]
        case "note":
            return [flow(" (", mark), *inline_runs(part["footnote"] or "", mark, href, depth + 1), flow(")", mark)]
        case "quote":
            return [flow("“", mark), *inline_runs(part["quoted"] or "", mark, href, depth + 1), flow("”", mark)]
        case _:
            return []


_KINDS = (
    "break", "pass", "xref", "link", "url", "keys", "menu", "note", "quote", "image", "anchor", "index", "escaped",
)  # fmt: skip


def _label(text: str | None) -> str:
    """A link's label without its options (`window=_blank`, a trailing `^`)."""
    words = re.split(r",\s*(?:window|role|opts|options|id|title|rel)=", text or "")[0]
    return words.replace("\\]", "]").strip().removesuffix("^").strip('"')


def _xref(target: str) -> str:
    name = target.strip().lstrip("#")
    return name if "." in name or "#" in name else f"#{name}"


def _xref_label(target: str, label: str | None) -> str:
    if label and label.strip():
        return _label(label)
    name = target.split("#")[-1] or target
    return re.sub(r"[-_]+", " ", name.rsplit("/", 1)[-1].removesuffix(".adoc")).strip()
