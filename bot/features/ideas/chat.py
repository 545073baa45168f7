"""Requests and ideas in a chat, and by the same buttons on a page: what people do."""

from dataclasses import replace
from uuid import uuid4

from bot.chat.colleagues import check_colleague
from bot.chat.errors import FormRejected
from bot.chat.form import Form, one
from bot.chat.reply import Note, Post, Reply
from bot.chat.turn import EVERYONE, Commanded, Pressed, Submitted, Turn
from bot.features.escalations.expert_forms import kept_in_the_form
from bot.features.feature import WAITS, FormRoute, Handler, HomeSection
from bot.features.ideas import acts, propose_form
from bot.features.ideas.cards import IdeaView, earlier_message, idea_message, list_message, waits_for
from bot.features.ideas.changes import check_asker, seen
from bot.features.ideas.desk import Desk
from bot.features.ideas.gap_desk import GapDesk
from bot.features.ideas.model import RUNNING, SPONSOR, Colleague, Idea, State
from bot.features.ideas.propose_form import (
    KIND,
    MAIL,
    NONE,
    SAME,
    TITLE,
    WHERE,
    Begun,
    alike_among,
    given_in,
    rejected,
    value_in,
)
from bot.features.ideas.store import SqlIdeas
from bot.features.ideas.viewing import Viewing, is_guest
from bot.features.ideas.worth import in_order
from bot.features.library.links import pages_from
from bot.features.profile.mailbox import mailbox
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork

KEY = "idea-"
"""Begins the key of every message that shows an idea, or tells something of one."""

SHOWN = 5
LISTED = 500
SOUNDS_ALIKE = 0.6
"""From here on it is worth a look whether two titles mean the same."""


class IdeasChat:
    """Turn -> desk -> Reply."""

    def __init__(self, desk: Desk, viewing: Viewing, gap_desk: GapDesk) -> None:
        self._desk = desk
        self._viewing = viewing
        self._intake = viewing.intake
        self._gap_desk = gap_desk
        self._gaps = gap_desk.gaps

    @property
    def buttons(self) -> dict[str, Handler]:
        return {
            acts.SHOW: self.on_show,
            acts.PROPOSE: self.on_propose,
            acts.COMPLETE: self.on_complete,
            acts.VOTE: self.on_vote,
            acts.UNVOTE: self.on_unvote,
            acts.WITHDRAW: self.on_withdraw,
        }

    @property
    def forms(self) -> dict[str, FormRoute]:
        return {
            acts.PROPOSE: FormRoute(self.on_propose_sent, self.propose_form),
            acts.COMPLETE: FormRoute(self.on_complete_sent, self.complete_form),
        }

    def propose_form(self, state: str) -> Form:
        return propose_form.propose_form(Begun.from_text(state), self._intake)

    def complete_form(self, state: str) -> Form:
        return propose_form.complete_form_again(state, self._intake)

    def on_ideas(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """In private, for it says what is theirs: all that is open, or what the words after the command name; where
        that is one, all of it."""
        place = turn.private_place
        words = turn.content.text.casefold().split() if isinstance(turn.content, Commanded) else []
        views = [each for each in self._open(turn, unit) if all(word in each.words for word in words)]
        if words and len(views) == 1:
            return show(views[0].idea, turn, unit, "", self._viewing)
        pages = pages_from(place, self._viewing.base_url)
        may_propose = EVERYONE in turn.person.principals
        message = list_message(views[:SHOWN], len(views), pages, may_propose=may_propose, is_chosen=bool(words))
        return Reply((Post(message, f"{KEY}list-{uuid4().hex[:12]}", None if place == turn.place else place),))

    def on_show(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._show(seen(SqlIdeas(unit), turn.carried, turn.person), turn, unit, "")

    def on_propose(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        begun = propose_form.begin(turn.carried, by_mail=self._by_mail(turn, unit))
        return Reply(form=propose_form.propose_form(begun, self._intake))

    def on_propose_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """The first step is answered by the second, with what sounds alike."""
        check_colleague(turn.person)
        begun = Begun.from_text(turn.carried)
        if not begun.kind:
            return self._second_step(begun, turn, unit)
        same = one(turn.values, SAME)
        if same not in ("", NONE):
            idea = self._desk.vote(same, turn.person, unit, turn.at)
            self._gap_desk.asked_for(begun.gap, idea, turn.person, unit, turn.at)
            return self._show(idea, turn, unit, f"You voted for “{idea.title}”; nothing else was sent.")
        kind = propose_form.kind_of(begun.kind, self._intake)
        asker = Colleague(turn.person.id, turn.person.name)
        new = Idea(begun.id, kind.id, kind.title, "", asker, turn.at)
        filled = self._filled(new, turn, unit)
        with kept_in_the_form(TITLE):
            made = self._desk.propose(filled, kind, turn.person, unit, turn.at)
        self._gap_desk.asked_for(begun.gap, made, turn.person, unit, turn.at)
        return self._show(made, turn, unit, _sent(made))

    def on_complete(self, turn: Turn, unit: UnitOfWork) -> Reply:
        idea = seen(SqlIdeas(unit), turn.carried, turn.person)
        check_asker(idea, turn.person)
        return Reply(form=propose_form.complete_form(idea, self._intake, by_mail=self._by_mail(turn, unit)))

    def on_complete_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        at = propose_form.at_in(turn.carried)
        known = seen(SqlIdeas(unit), at.idea_id, turn.person)
        kind = propose_form.kind_of(known.kind, self._intake)
        check_asker(known, turn.person)
        edited = replace(self._filled(known, turn, unit), revision=at.revision)
        with kept_in_the_form(TITLE):
            made = self._desk.complete(edited, kind, turn.person, unit, turn.at)
        return self._show(made, turn, unit, _sent(made))

    def on_vote(self, turn: Turn, unit: UnitOfWork) -> Reply:
        idea = self._desk.vote(turn.carried, turn.person, unit, turn.at)
        return self._show(idea, turn, unit, f"You voted for “{idea.title}” and hear how it ends.")

    def on_unvote(self, turn: Turn, unit: UnitOfWork) -> Reply:
        idea = self._desk.unvote(turn.carried, turn.person, unit, turn.at)
        return self._show(idea, turn, unit, f"Your vote for “{idea.title}” is taken back.")

    def on_withdraw(self, turn: Turn, unit: UnitOfWork) -> Reply:
        idea = self._desk.withdraw(turn.carried, turn.person, unit, turn.at)
        return self._show(idea, turn, unit, f"“{idea.title}” is taken back. You can bring it back.")

    def at_home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        """What waits for them: to complete, to approve, to say what it brought."""
        store, person = SqlIdeas(unit), turn.person
        own = store.of_person(person.id, LISTED)
        undecided = store.in_states((State.NEW,), LISTED) if person.curates else ()
        found = {each.id: each for each in (*own, *undecided)}
        views = self._viewing.views(list(found.values()), person, turn.private_place, unit)
        waiting = [waits for each in views if (waits := waits_for(each)) is not None]
        blocks = [block for each in waiting[:SHOWN] for block in each]
        if len(waiting) > SHOWN:
            blocks.append(Note(f"{len(waiting) - SHOWN} more: say “ideas”."))
        return HomeSection(WAITS, tuple(blocks)) if blocks else None

    def _second_step(self, begun: Begun, turn: Turn, unit: UnitOfWork) -> Reply:
        kind, title = one(turn.values, KIND), one(turn.values, TITLE)
        if kind not in self._intake.kinds:
            raise FormRejected({KIND: propose_form.NO_KIND})
        with unit.database.reading() as reading:
            titles, cosines = self._gaps.alike(title, reading)
        alike = alike_among(titles, cosines, SOUNDS_ALIKE)
        again = begun._replace(kind=kind, title=title, alike=alike)
        return Reply(form=propose_form.propose_form(again, self._intake))

    def _filled(self, idea: Idea, turn: Turn, unit: UnitOfWork) -> Idea:
        """With what was typed. Raises FormRejected."""
        kind = propose_form.kind_of(idea.kind, self._intake)
        problems: dict[str, str] = {}
        given, value = given_in(turn.values, kind), value_in(turn.values, problems)
        title = one(turn.values, TITLE)
        if not any(each.isalnum() for each in title):
            problems[TITLE] = "It needs words."
        rejected(problems)
        sponsor = colleague_named(given.get(SPONSOR, ""), idea.sponsor, unit)
        where = one(turn.values, WHERE)
        by_mail = where == MAIL if where else idea.by_mail
        return replace(idea, title=title, given=given, value=value, sponsor=sponsor, by_mail=by_mail)

    def _by_mail(self, turn: Turn, unit: UnitOfWork) -> bool:
        """Whether they can choose e-mail."""
        return self._desk.telling.has_mail and mailbox(turn.person.id, unit) is not None

    def _open(self, turn: Turn, unit: UnitOfWork) -> list[IdeaView]:
        """What they may see and is not over, what pays back soonest first."""
        store, person = SqlIdeas(unit), turn.person
        public = store.in_states(RUNNING, LISTED) if EVERYONE in person.principals or person.curates else ()
        own = [each for each in store.of_person(person.id, LISTED) if each.state is State.INCOMPLETE or each.is_running]
        found = {each.id: each for each in (*public, *own)}
        views = self._viewing.views(list(found.values()), person, turn.private_place, unit)
        by_id = {each.idea.id: each for each in views}
        ordered = in_order(found.values(), lambda idea: by_id[idea.id].votes, self._intake.rates)
        return [by_id[each.id] for each in ordered]

    def _show(self, idea: Idea, turn: Turn, unit: UnitOfWork, done: str) -> Reply:
        return show(idea, turn, unit, done, self._viewing)


def show(idea: Idea, turn: Turn, unit: UnitOfWork, done: str, viewing: Viewing) -> Reply:
    """The idea as this person sees it, where only they do, and kept up to date there. What they did in that place
    changes the card that they have; what they did in a channel brings a new one, and the earlier one says so."""
    private, store = turn.private_place, SqlIdeas(unit)
    message = idea_message(viewing.view_for(idea, turn.person, private, unit), done)
    if isinstance(turn.content, Pressed | Submitted) and not turn.content.nonce:  # on a page nothing is posted
        return Reply((Post(message, f"{KEY}{idea.id}-{uuid4().hex[:12]}"),))
    have = next(((place, key) for who, place, key in store.cards(idea.id) if who == turn.person.id), None)
    key = turn.message_key or ""
    if not (key.startswith(KEY) and turn.place == private):
        was_theirs = have is not None and have[0] == private == turn.place and isinstance(turn.content, Submitted)
        key = have[1] if have and was_theirs else f"{KEY}{idea.id}-{uuid4().hex[:12]}"
    posts = [Post(message, key, None if private == turn.place else private)]
    if have is not None and have != (private, key):
        posts.append(Post(earlier_message(idea), have[1], have[0]))
    store.put_card(idea.id, turn.person.id, private, key)
    return Reply(tuple(posts))


def colleague_named(typed: str, known: Colleague | None, unit: UnitOfWork) -> Colleague | None:
    """By e-mail address or name, no guest; None for nobody, and for more than one."""
    name = " ".join(typed.split())
    if not name:
        return None
    if known is not None and known.name.casefold() == name.casefold():
        return known
    people = People(unit)
    found = [person] if (person := people.by_email(name.lower())) else list(people.called(name))
    theirs = [each for each in found if not is_guest(each.id, unit)]
    return Colleague(theirs[0].id, theirs[0].name) if len(theirs) == 1 else None


def _sent(idea: Idea) -> str:
    if idea.state is State.INCOMPLETE:
        return f"“{idea.title}” is kept, but something is missing before it is looked at."
    return f"“{idea.title}” is sent. Those who decide are asked, and you hear of each step."
