"""Stories in a chat, and by the same buttons on a page: what curators do."""

from collections.abc import Mapping

from bot.chat.errors import UserFacingError
from bot.chat.form import one
from bot.chat.moments import day_in_words
from bot.chat.reply import Reply
from bot.chat.turn import Turn
from bot.features.broadcasts import use_cases as broadcasting
from bot.features.channels.choosing import channels_in_chats
from bot.features.page import number_in
from bot.features.stories import forms, send_form, sending
from bot.features.stories.chat import show
from bot.features.stories.desk import Desk
from bot.features.stories.model import Story, StoryState, as_told
from bot.features.stories.sending import Wanted
from bot.features.stories.store import SqlStories
from bot.features.stories.use_cases import NOT_CURATOR, seen
from bot.storage.unit_of_work import UnitOfWork

NOWHERE = "No channel is known that it was not sent to yet. Bring Guildhall into one first."


class CuratorsChat:
    """Turn -> desk -> Reply. `by_mail`: e-mail leaves from here."""

    def __init__(self, desk: Desk, *, by_mail: bool) -> None:
        self._desk = desk
        self._by_mail = by_mail

    def on_approve(self, turn: Turn, unit: UnitOfWork) -> Reply:
        story_id, _, revision = turn.carried.partition("/")
        made = self._desk.approve(story_id, number_in(revision), turn.person, unit, turn.at)
        done = f"“{as_told(made).title}” is approved: every colleague reads it, and answers may cite it."
        return self._show(made, turn, unit, done)

    def on_give_back(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply(form=forms.give_back_form(self._to_decide(turn.carried, turn, unit).id))

    def on_give_back_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        made = self._desk.give_back(turn.carried, turn.person, one(turn.values, forms.WORD), unit, turn.at)
        return self._show(made, turn, unit, f"“{as_told(made).title}” is back with {made.author_name}.")

    def on_send(self, turn: Turn, unit: UnitOfWork) -> Reply:
        story = self._to_decide(turn.carried, turn, unit)
        if story.state is not StoryState.PUBLISHED:
            raise UserFacingError(sending.NOT_PUBLISHED)
        there = {
            (each.recipient.platform, each.recipient.channel)
            for each in sending.told(story, unit)
            if each.state not in sending.FREE
        }
        left = [each for each in channels_in_chats(unit) if (each.platform, each.channel) not in there]
        if not left and not self._by_mail:
            raise UserFacingError(NOWHERE)
        return Reply(form=send_form.send_form(story.id, left, by_mail=self._by_mail))

    def in_sent(self, turn: Turn, unit: UnitOfWork) -> Mapping[str, str]:
        """What is wrong with what was sent."""
        return self._wanted(turn, unit)[2]

    def on_send_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        story, wanted, _ = self._wanted(turn, unit)
        sent = self._desk.send(story.id, wanted, turn.person, unit, turn.at)
        places = sum(broadcasting.progress_of(each, unit).total for each in sent)
        many = "1 place" if places == 1 else f"{places} places"
        at = wanted.local_at
        when = f" on {day_in_words(at.date())}, {at:%H:%M} there" if at else ""
        done = f"“{as_told(story).title}” goes to {many}{when}. A message says how far it has come."
        return self._show(story, turn, unit, done)

    def on_stop(self, turn: Turn, unit: UnitOfWork) -> Reply:
        story, _ = self._desk.stop(turn.carried, turn.person, unit, turn.at)
        return self._show(story, turn, unit, f"“{as_told(story).title}” is stopped: what has not gone stays here.")

    def on_again(self, turn: Turn, unit: UnitOfWork) -> Reply:
        story, _ = self._desk.try_again(turn.carried, turn.person, unit, turn.at)
        return self._show(story, turn, unit, f"“{as_told(story).title}” is tried again where it failed.")

    def _wanted(self, turn: Turn, unit: UnitOfWork) -> tuple[Story, Wanted, Mapping[str, str]]:
        """Where it is to go, and what is wrong with that, by field."""
        offered = send_form.offered_in(turn.carried)
        story = self._to_decide(offered.story_id, turn, unit)
        problems: dict[str, str] = {}
        offered = offered._replace(by_mail=offered.by_mail and self._by_mail)
        wanted = send_form.wanted_from(turn.values, offered, channels_in_chats(unit), turn.at, problems)
        try:
            sending.check_addresses(wanted.addresses, unit)
        except UserFacingError as refused:
            problems[send_form.ADDRESSES] = str(refused)
        first = send_form.send_form_again(turn.carried).fields[0].name
        if first not in problems and (nowhere := sending.nowhere(story, wanted, unit)):
            problems[first] = nowhere
        return story, wanted, problems

    def _to_decide(self, story_id: str, turn: Turn, unit: UnitOfWork) -> Story:
        story = seen(SqlStories(unit), story_id, turn.person)
        if not turn.person.curates:
            raise UserFacingError(NOT_CURATOR)
        return story

    def _show(self, story: Story, turn: Turn, unit: UnitOfWork, done: str) -> Reply:
        return show(story, turn, unit, done, self._desk.showing)
