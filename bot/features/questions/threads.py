"""Back to where a question was asked."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bot.chat.turn import Place
from bot.features.questions.model import Question

ThreadUrl = Callable[[Place, str], str]
"""A platform's address for the thread of a place, by the platform's id of a message in it; empty where it has none."""

ThreadUrls = Mapping[str, ThreadUrl]
"""By platform."""

NO_THREADS: ThreadUrls = MappingProxyType({})


def thread_url(question: Question, threads: ThreadUrls, *, pages: str | None) -> str:
    """Empty where nothing leads there. `pages` comes before a page's path; None where people reach none."""
    place = question.place
    if place.platform == "web":
        return f"{pages}/t/{place.thread}" if place.thread and pages is not None else ""
    of_platform = threads.get(place.platform)
    return of_platform(place, question.said_id) if of_platform else ""
