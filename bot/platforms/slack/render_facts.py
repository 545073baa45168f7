"""Facts in two columns, numbered sources, and how far long work has come."""

from collections.abc import Iterator, Sequence

from bot.chat.reply import Citation, Facts, Progress, Sources, Span
from bot.platforms.cleaning import is_blank, line, units
from bot.platforms.slack.limits import FIELD, FIELDS, Json
from bot.platforms.slack.render_prose import text_sections
from bot.platforms.slack.render_text import escaped, mrkdwn, mrkdwn_text, runs

_BAR = 20  # signs


def render_facts(facts: Facts) -> Iterator[Json]:
    fields: list[Json] = []
    for label, text in facts.pairs:
        spans = runs(text) or (Span("–"),)
        name = "" if is_blank(label) else line(label)
        written = (f"*{escaped(name)}*\n" if name else "") + mrkdwn(spans)
        if units(written) <= FIELD:
            fields.append(mrkdwn_text(written))
        else:
            yield from _fields(fields)
            fields = []
            yield from text_sections((Span(name, bold=True), Span("\n"), *spans) if name else spans)
    yield from _fields(fields)


def render_sources(sources: Sources) -> Iterator[Json]:
    for citation in sources.citations:
        yield from text_sections(_cited(citation))


def render_progress(progress: Progress) -> list[Json]:
    spans = [Span(line(progress.label))] if not is_blank(progress.label) else []
    if progress.total > 0:
        done = max(0, min(progress.done, progress.total))
        full = done * _BAR // progress.total
        spans.append(Span(f"{' ' if spans else ''}{done:,} of {progress.total:,}", bold=True))
        spans.append(Span(f"\n{'█' * full}{'░' * (_BAR - full)}"))
    return text_sections(tuple(spans) or (Span("Under way"),))


def _fields(fields: Sequence[Json]) -> Iterator[Json]:
    for start in range(0, len(fields), FIELDS):
        yield {"type": "section", "fields": list(fields[start : start + FIELDS])}


def _cited(citation: Citation) -> tuple[Span, ...]:
    named = [line(text) for text in (citation.title, citation.place) if not is_blank(text)]
    title = named[0] if named else "Source"
    place = line(citation.place).removeprefix(title).strip(" ›")
    spans = [Span(f"[{citation.number}] "), Span(title, bold=True, href=citation.url)]
    if not is_blank(place):
        spans.append(Span(f" › {place}"))
    if not is_blank(citation.quote):
        spans.append(Span(f"\n“{line(citation.quote)}”"))
    if not is_blank(citation.note):
        spans.append(Span(f"\n{line(citation.note)}"))
    return tuple(spans)
