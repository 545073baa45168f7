"""What somebody said well becomes a draft: an expert's answer, and whatever else has a question and an answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.chat.errors import FormRejected
from bot.chat.turn import EVERYONE, Place
from bot.features.faq.draft_card import draft_post
from bot.features.faq.model import ANSWER_LIMIT, ASK, Draft, Link
from bot.features.faq.rewriting import standing_alone
from bot.features.faq.store import DraftStore, SqlDrafts
from bot.features.faq.use_cases import cleaned
from bot.features.library.model import COMPANY
from bot.features.profile.quiet import quiet_until
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork

HTTPS = "https://"
EVERYBODY = frozenset({EVERYONE})


@dataclass(frozen=True, slots=True)
class Captured:
    """`id` is that of where it comes from, e.g. the escalation's: of each there is one draft. `question` is as it was
    asked, `answer` in the words of `author`. `place` is where only the author reads, None where they cannot be written
    to. Of `links` and as `source_url` only https is kept. `audience` are the principals who may read what comes of it.
    `people` are the names of those who took part: their first names are masked. Of who withheld theirs only what they
    wrote themselves, or what is masked would tell it."""

    id: str
    question: str
    answer: str
    author_id: str
    author: str
    place: Place | None = None
    links: tuple[Link, ...] = ()
    source_url: str = ""
    audience: frozenset[str] = EVERYBODY
    hub: str = COMPANY
    topics: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


def capture(
    captured: Captured, unit: UnitOfWork, now: datetime, stores: Callable[[UnitOfWork], DraftStore] = SqlDrafts
) -> Draft | None:
    """A draft of which its author is told, and that whoever decides is asked about soon after. Captured again in other
    words it replaces the one that waits. None where that was decided or taken back, and where there are no words.

    Nothing is looked up here: it may come anywhere in a transaction."""
    try:
        question, answer = cleaned(standing_alone(captured.question), captured.answer[:ANSWER_LIMIT])
    except FormRejected:
        return None
    draft = Draft(
        id=captured.id,
        question=question,
        answer=answer,
        saved_by=captured.author_id,
        saved_by_name=captured.author[:200],
        saved_at=now,
        place=captured.place,
        author=captured.author[:200],
        source_url=captured.source_url if captured.source_url.startswith(HTTPS) else "",
        author_id=captured.author_id,
        links=tuple(link for link in captured.links if link.url.startswith(HTTPS)),
        audience=EVERYBODY if EVERYONE in captured.audience else captured.audience,
        hub=captured.hub,
        topics=captured.topics,
        people=captured.people,
    )
    store = stores(unit)
    if not store.add(draft):
        earlier = store.get(draft.id)
        draft = replace(earlier or draft, question=question, answer=answer, links=draft.links)
        if not store.rewrite(draft):
            return None
    Timers(unit).set(ASK, draft.id, now)
    if draft.place is not None:
        author = People(unit).get(draft.saved_by)
        quiet = quiet_until(author, now) if author else None
        Outbox(unit).add(draft_post(draft), draft.place, now, not_before=quiet)
    return draft
