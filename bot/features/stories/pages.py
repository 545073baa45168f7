"""Stories as pages: all that may be read, found by topic, industry, product and value; and each, with its picture and
what became of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote, urlencode

from bot.chat.errors import UserFacingError
from bot.chat.moments import short_day, zone_of
from bot.chat.reply import Button
from bot.chat.turn import EVERYONE, Person, Place
from bot.features.broadcasts.cards import figures_in_words, progress_in_words, stale_in_words, way_in_words
from bot.features.broadcasts.model import Broadcast, Figures, Target
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.broadcasts.use_cases import figures_of, has_arrived, note_opened, problems_of, progress_of
from bot.features.library.links import reader_url
from bot.features.page import Download, Page, PageNotFound, PageRequest, Redirect, View
from bot.features.spreadsheet import table_to_take_away
from bot.features.stories import acts
from bot.features.stories.cards import (
    StoryView,
    consent_in_words,
    customer_in_words,
    name_buttons,
    own_in_words,
    role_buttons,
    standing_of,
)
from bot.features.stories.desk import Desk
from bot.features.stories.in_library import PREFIX
from bot.features.stories.messages import PAGE, VALUES, names_in_words, parts_of
from bot.features.stories.model import Story, StoryState, as_told, may_change
from bot.features.stories.pictures import SIZE_LIMIT, type_of
from bot.features.stories.store import SqlStories
from bot.features.stories.use_cases import seen
from bot.storage.unit_of_work import Database, UnitOfWork

SHOWN = 500
SHOWS = {"": "Published", "mine": "Mine", "waiting": "Waiting"}
FACETS = ("topic", "industry", "product", "value")
WORDS = "words"
STANDINGS = {
    StoryState.TOLD: "Waits for a curator",
    StoryState.RETURNED: "Came back",
    StoryState.PUBLISHED: "Published",
    StoryState.WITHDRAWN: "Taken down",
}
TONES = {
    StoryState.TOLD: "warn",
    StoryState.RETURNED: "warn",
    StoryState.PUBLISHED: "good",
    StoryState.WITHDRAWN: "bad",
}
COLUMNS = (
    *("Title", "Value", "Customer", "Industry", "Product", "Topics", "With", "Told by", "State", "Published"),
    *("Challenge", "What was done", "What came of it"),
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One broadcast of a story, as those who see to it read of it."""

    broadcast: Broadcast
    said: str
    figures: tuple[tuple[str, str], ...]
    places: Sequence[Target]
    problems: Sequence[Target]
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A story on its page. `sent` is for those who see to it, and `opened`: how many people opened it there, None where
    no link leads there. `counts`: this reader is one of them."""

    view: StoryView
    sent: Sequence[Sent] = ()
    opened: int | None = None
    counts: bool = False


@dataclass(frozen=True, slots=True)
class StoryPages:
    database: Database
    desk: Desk
    clock: Callable[[], datetime]

    def pages(self) -> tuple[Page, ...]:
        one = f"{PAGE}/{{story}}"
        return (
            Page(PAGE, self.show_all, nav="Stories", nav_in="Community"),
            Page(f"{PAGE}.csv", self.take_away),
            Page(f"{one}/picture/{{picture}}", self.picture),
            Page(f"{one}/picture", self.put_picture, method="POST"),
            Page(f"{one}/no-picture", self.drop_picture, method="POST"),
            Page(one, self.show),
        )

    def show_all(self, request: PageRequest) -> View:
        everything, wanted = self._views(request), _wanted(request.query)
        values: dict[str, object] = {
            "views": [each for each in everything if _fits(each, wanted)][:SHOWN],
            "has_any": bool(everything),
            "choices": {name: _choices(everything, name) for name in FACETS},
            "wanted": wanted,
            "shows": {value: label for value, label in SHOWS.items() if value != "waiting" or request.person.curates},
            "shown": _show(request.query),
            "address": address,
            "values": VALUES,
            "standing": _standing,
            "tones": TONES,
            "tell": acts.tell() if EVERYONE in request.person.principals else None,
            "limit": SHOWN,
        }
        return View("stories/list.html", values)

    def take_away(self, request: PageRequest) -> Download:
        wanted, zone = _wanted(request.query), zone_of(request.person.time_zone)
        rows = []
        for view in self._views(request, in_short=False):
            if not _fits(view, wanted):
                continue
            story, told = view.story, as_told(view.story)
            value = VALUES[story.value] if story.value else ""
            on = story.published_at.astimezone(zone).date().isoformat() if story.published_at else ""
            cells = (told.title, value, told.customer, told.industry, told.product, ", ".join(told.topics))
            people = (", ".join(told.people), told.teller, _standing(story), on)
            rows.append((*cells, *people, told.challenge, told.done, told.result))
        return table_to_take_away("stories", COLUMNS, rows)

    def show(self, request: PageRequest) -> View:
        """Counts that it was opened, where it has arrived; not by who told or sent it."""
        person = request.person
        shown = self._shown(request)
        story = shown.view.story
        if shown.counts and story.state is StoryState.PUBLISHED:
            with self.database.begin() as unit:
                note_opened(story.about, person.id, unit, self.clock())
        return _page(shown, person)

    def picture(self, request: PageRequest) -> Download:
        """For whoever may read the story. It is what its first bytes say it is, or nothing."""
        with self.database.reading() as unit:
            story = self._seen(request, unit)
            content = SqlStories(unit).picture(story.id)
        if content is None or story.picture != request.path["picture"]:
            raise PageNotFound
        return Download("picture", type_of(content), content)

    def put_picture(self, request: PageRequest) -> View | Redirect:
        content = request.uploads[0].content if request.uploads else b""
        shown = self._shown(request)
        if not content:
            return _page(shown, request.person, "No picture was chosen, so nothing was kept.")
        try:
            self._put(request, content)
        except UserFacingError as refused:
            return _page(shown, request.person, str(refused))
        return Redirect(f"{PAGE}/{shown.view.story.id}", "The picture is kept.")

    def drop_picture(self, request: PageRequest) -> Redirect:
        self._put(request, b"")
        return Redirect(f"{PAGE}/{request.path['story']}", "The picture is deleted.")

    def _put(self, request: PageRequest, content: bytes) -> None:
        with self.database.begin() as unit:
            self.desk.put_picture(request.path["story"], request.person, content, unit, self.clock())

    def _views(self, request: PageRequest, *, in_short: bool = True) -> list[StoryView]:
        """What they may see of what they asked for."""
        person, shown = request.person, _show(request.query)
        with self.database.reading() as unit:
            store = SqlStories(unit)
            found: Sequence[Story] = ()
            if shown == "mine":
                found = store.of_person(person.id)
            elif shown == "waiting" and person.curates:
                found = store.waiting()
            elif not shown and EVERYONE in person.principals:
                found = store.published(in_short=in_short)
            return [self._view(each, person, unit) for each in found]

    def _view(self, story: Story, person: Person, unit: UnitOfWork) -> StoryView:
        return self.desk.showing.view(story, person, Place("web", person.id), unit)

    def _shown(self, request: PageRequest) -> Shown:
        with self.database.reading() as unit:
            story = self._seen(request, unit)
            view, broadcasts = self._view(story, request.person, unit), SqlBroadcasts(unit).about(story.about)
            if not view.sees_to_it:
                sent_it = any(each.made_by == request.person.id for each in broadcasts)
                return Shown(view, counts=not sent_it and any(has_arrived(each, unit) for each in broadcasts))
            figures = [figures_of(each, unit) for each in broadcasts]
            # Openings are of the story: the same for each.
            opened = max((each.opened for each in figures if each.opened is not None), default=None)
            sent = [_sent(each, of_it, unit) for each, of_it in zip(broadcasts, figures, strict=True)]
            return Shown(view, sent, opened)

    def _seen(self, request: PageRequest, unit: UnitOfWork) -> Story:
        try:
            return seen(SqlStories(unit), request.path["story"], request.person)
        except UserFacingError as error:
            raise PageNotFound from error


def _page(shown: Shown, person: Person, problem: str = "") -> View:
    view, story = shown.view, shown.view.story
    value = VALUES[story.value] if story.value else ""
    is_published = story.state is StoryState.PUBLISHED
    values: dict[str, object] = {
        "view": view,
        "story": story,
        "told": view.told,
        "parts": parts_of(view.told),
        "said": standing_of(view),
        "standing": _standing(story),
        "tone": TONES[story.state],
        "value": value,
        "people": names_in_words(view.told.people),
        "buttons": role_buttons(view),
        "own": own_in_words(view.own) if view.own and story.state is not StoryState.WITHDRAWN else "",
        "name_buttons": name_buttons(view),
        "consent": consent_in_words,
        "customer": customer_in_words(story),
        "approved_by": _approver(story) if is_published else "",
        "may_change": may_change(story, person),
        "may_tell": EVERYONE in person.principals,
        "sent": shown.sent if view.sees_to_it else (),
        "opened": shown.opened,
        "began_from": _began_from(story, person),
        "published_on": _day(story, person),
        "here": f"{PAGE}/{story.id}",
        "document": reader_url(f"{PREFIX}{story.id}") if is_published else "",
        "size_limit": SIZE_LIMIT,
        "problem": problem,
    }
    return View("stories/story.html", values, status=422 if problem else 200)


def address(shown: str, wanted: Mapping[str, str], path: str = PAGE) -> str:
    """Of the list in that state."""
    states = {name: value for name, value in (("part", shown), *wanted.items()) if value}
    return f"{path}?{urlencode(states)}" if states else path


def _approver(story: Story) -> str:
    return "the same person, for nobody else curated" if story.is_decided_by_author else story.decided_by


def _began_from(story: Story, person: Person) -> tuple[str, str]:
    """In words, and where that is for whoever told it; an address of elsewhere stays words."""
    kind, _, subject = story.origin.partition("/")
    word = {"review": "A peer review", "idea": "A request"}.get(kind)
    if word is None:
        return story.origin, ""
    return word, f"/{kind}s/{quote(subject, safe='')}" if story.author_id == person.id else ""


def _standing(story: Story) -> str:
    is_back = story.state is StoryState.WITHDRAWN and story.is_decided_by_author
    return "Taken back" if is_back else STANDINGS[story.state]


def _sent(broadcast: Broadcast, figures: Figures, unit: UnitOfWork) -> Sent:
    progress, problems = progress_of(broadcast, unit), problems_of(broadcast, unit)
    targets = SqlBroadcasts(unit).targets(broadcast)
    way = way_in_words(broadcast, [each.name for each in targets], progress.total)
    return Sent(
        broadcast,
        f"{way}: {progress_in_words(broadcast, progress)}{stale_in_words(problems)}",
        figures_in_words(replace(figures, opened=None)),
        targets,
        problems,
        acts.for_broadcast(broadcast, progress, problems),
    )


def _wanted(query: Mapping[str, str]) -> Mapping[str, str]:
    return {name: query.get(name, "") for name in (WORDS, *FACETS)}


def _show(query: Mapping[str, str]) -> str:
    shown = query.get("part", "")
    return shown if shown in SHOWS else ""


def _facets(view: StoryView, name: str) -> tuple[str, ...]:
    told = view.told
    match name:
        case "topic":
            return told.topics
        case "industry":
            return (told.industry,)
        case "product":
            return (told.product,)
        case _:
            return (view.story.value.value if view.story.value else "",)


def _fits(view: StoryView, wanted: Mapping[str, str]) -> bool:
    return view.has_words(wanted[WORDS]) and all(
        not wanted[name] or wanted[name].casefold() in map(str.casefold, _facets(view, name)) for name in FACETS
    )


def _choices(views: Iterable[StoryView], name: str) -> list[tuple[str, str]]:
    """Value and label, each once whatever its letters are like."""
    found: dict[str, str] = {}
    for view in views:
        for each in filter(None, _facets(view, name)):
            found.setdefault(each.casefold(), each)
    labels = {each.value: label for each, label in VALUES.items()} if name == "value" else {}
    return sorted(((each, labels.get(each, each)) for each in found.values()), key=lambda each: each[1].casefold())


def _day(story: Story, person: Person) -> str:
    at = story.published_at or story.told_at
    return short_day(at.astimezone(zone_of(person.time_zone)).date())
