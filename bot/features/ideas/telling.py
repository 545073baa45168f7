"""What people are told who did not just act: each step to whoever asked, the end to those who voted, and who has to
decide, do it, or say what it brought."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.reply import Actions, Block, Button, Message, Note, Paragraph, Post, Quote, Span
from bot.chat.turn import Place
from bot.chat.wording import shortened
from bot.features.ideas import acts
from bot.features.ideas.cards import PAGE, SAID_LENGTH, StoryLink, days_in_words
from bot.features.ideas.model import Idea, Role, State
from bot.features.ideas.store import SqlIdeas
from bot.features.ideas.worth import Rates, reached_in_words
from bot.features.library.links import pages_from
from bot.features.profile.mailbox import mailbox
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork

ASKED = "You get this because you asked for it. Taking it back ends that."
SPONSORS = "You get this because you are named as its sponsor."
VOTED = "You get this because you voted for it."
DOES = "You get this because you do it. Curators can name somebody else."
BY_MAIL = "You get this by e-mail too because you chose that when you asked for it."
DECIDES = "You get this because you curate. Whoever asked hears what you decide."


@dataclass(frozen=True, slots=True)
class Telling:
    """`base_url` is how people reach the web page from a chat; `has_mail`: e-mail leaves the house."""

    rates: Rates
    base_url: str = ""
    has_mail: bool = False

    def step(self, idea: Idea, said: str, by: str, unit: UnitOfWork, now: datetime, word: str = "") -> None:
        """Whoever asked, of one step; not of what they did themselves."""
        if idea.asker.person_id != by:
            key = f"step-{idea.revision}"
            self._post(idea, idea.asker.person_id, said, ASKED, key, unit, now, quoted=word)
            self._mail(idea, said, key, unit, now, quoted=word)

    def end(self, idea: Idea, said: str, by: str, unit: UnitOfWork, now: datetime, word: str = "") -> None:
        """As `step`, to the voters, the sponsor and whoever does it too."""
        self.step(idea, said, by, unit, now, word)
        for person_id, why in _others(idea, unit).items():
            if person_id != by:
                self._post(idea, person_id, said, why, f"end-{idea.revision}", unit, now, quoted=word)

    def story(self, idea: Idea, story: StoryLink | None, unit: UnitOfWork, now: datetime) -> None:
        """All of them once that there is a story of what came of it, but for who told it. What they have says how the
        story is called by now, or that it is there no more."""
        said = f"What came of “{idea.title}” is told as a story: “{story.title}”." if story else (
            f"The story of what came of “{idea.title}” was taken down.")  # fmt: skip
        path, key = story.path if story else f"{PAGE}/{idea.id}", _key(idea, "story")
        outbox = Outbox(unit)
        for person_id, why in {idea.asker.person_id: ASKED.partition(".")[0] + ".", **_others(idea, unit)}.items():
            person, place = People(unit).get(person_id), reach(person_id, unit)
            if person is None or place is None or (story is not None and story.teller_id == person_id):
                continue
            is_new = outbox.place_of(place.conversation, key) is None
            if story is None and is_new:
                continue
            message = _message(said, why, _url(self.base_url, place, path), (acts.show(idea),))
            outbox.show(Post(message, key), place, now, not_before=quiet_until(person, now))
            if is_new and person_id == idea.asker.person_id:
                self._mail(idea, said, "story", unit, now, path=path)

    def ask_to_decide(self, idea: Idea, curators: Collection[str], unit: UnitOfWork, now: datetime) -> int:
        """Its sponsor, where that is to approve, and the curators; how many of them could be asked."""
        said = f"{idea.asker.name} asks for something: {idea.kind_title} “{idea.title}”."
        asked = dict.fromkeys(sorted(curators), DECIDES)
        if idea.sponsor is not None and Role.SPONSOR in idea.needed:
            asked[idea.sponsor.person_id] = SPONSORS
            said = f"{said[:-1]}, with {idea.sponsor.name} as its sponsor."
        buttons = (acts.show(idea),)
        return sum(
            self._post(idea, each, said, why, f"asked-{idea.revision}", unit, now, buttons=buttons)
            for each, why in asked.items()
            if each != idea.asker.person_id
        )

    def owner(self, idea: Idea, by: str, unit: UnitOfWork, now: datetime) -> None:
        """Whoever does it from now on."""
        if idea.owner is None or idea.owner.person_id == by:
            return
        when = days_in_words(idea)
        said = f"“{idea.title}” is yours to do{f', {when}' if when else ''}."
        self._post(idea, idea.owner.person_id, said, DOES, f"owner-{idea.revision}", unit, now)

    def late(self, idea: Idea, unit: UnitOfWork, now: datetime) -> None:
        """Whoever does it, when its last day has passed."""
        said = f"“{idea.title}” was to be done by now. Say that it is, or plan other days."
        buttons = (acts.finish(idea), Button("Estimate and plan", acts.PLAN, idea.id, opens_form=True))
        if idea.owner is not None:
            self._post(idea, idea.owner.person_id, said, DOES, f"late-{idea.ends_on}", unit, now, buttons=buttons)

    def ask_value(self, idea: Idea, unit: UnitOfWork, now: datetime) -> None:
        """Whoever did it: what did it bring?"""
        expected = f" {self.rates.in_words(idea.value)} was expected." if idea.value else ""
        said = f"“{idea.title}” has been done for a while. What did it bring?{expected}"
        if idea.owner is not None:
            buttons = (acts.finish(idea),)
            self._post(idea, idea.owner.person_id, said, DOES, f"value-{now.date()}", unit, now, buttons=buttons)

    def reached(self, idea: Idea) -> str:
        """For the message that it is done."""
        said = reached_in_words(idea, self.rates)
        return f"“{idea.title}” is done{f': it brought {said}' if said else ''}."

    def _post(
        self,
        idea: Idea,
        person_id: str,
        said: str,
        why: str,
        key: str,
        unit: UnitOfWork,
        now: datetime,
        *,
        quoted: str = "",
        buttons: Sequence[Button] = (),
    ) -> bool:
        """Whether they can be reached."""
        person, place = People(unit).get(person_id), reach(person_id, unit)
        if person is None or place is None:
            return False
        offered = tuple(buttons) or ((acts.show(idea),) if idea.state is not State.WITHDRAWN else ())
        message = _message(said, why, _url(self.base_url, place, f"{PAGE}/{idea.id}"), offered, quoted)
        Outbox(unit).add(Post(message, _key(idea, key)), place, now, not_before=quiet_until(person, now))
        return True

    def _mail(
        self, idea: Idea, said: str, key: str, unit: UnitOfWork, now: datetime, *, quoted: str = "", path: str = ""
    ) -> None:
        """A letter to whoever asked, where they chose that."""
        place = mailbox(idea.asker.person_id, unit) if idea.by_mail and self.has_mail else None
        if place is not None:
            url = _url(self.base_url, place, path or f"{PAGE}/{idea.id}")
            Outbox(unit).add(Post(_message(said, BY_MAIL, url, (), quoted), _key(idea, key)), place, now)


def _others(idea: Idea, unit: UnitOfWork) -> Mapping[str, str]:
    """Who voted for it, its sponsor and whoever does it, and why they hear of it; without whoever asked."""
    others = dict.fromkeys(sorted(SqlIdeas(unit).voters(idea.id)), VOTED)
    if idea.sponsor is not None:
        others.setdefault(idea.sponsor.person_id, SPONSORS)
    if idea.owner is not None:
        others.setdefault(idea.owner.person_id, DOES)
    others.pop(idea.asker.person_id, None)
    return others


def _key(idea: Idea, what: str) -> str:
    return f"idea-{idea.id}-{what}"


def _message(said: str, why: str, url: str, buttons: tuple[Button, ...], quoted: str = "") -> Message:
    blocks: list[Block] = [Paragraph((Span(said, bold=True),))]
    blocks += [Quote(shortened(quoted, SAID_LENGTH))] if quoted else []
    blocks += [Actions(buttons)] if buttons else []
    return Message(said, (*blocks, Note(why)), url)


def _url(base_url: str, place: Place, path: str) -> str:
    pages = pages_from(place, base_url)
    return "" if pages is None else f"{pages}{path}"
