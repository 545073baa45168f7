"""What people read of requests and ideas. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.chat.moments import day_in_words
from bot.chat.reply import Actions, Block, Bullets, Button, Facts, Message, Note, Paragraph, Quote, Span, Text
from bot.chat.wording import shortened
from bot.features.ideas import acts
from bot.features.ideas.model import RUNNING, SPONSOR, Approval, Idea, Role, State
from bot.features.ideas.worth import Rates, payback_in_words, reached_in_words

PAGE = "/ideas"
SAID_LENGTH = 400
MOST_BUTTONS = 4
NONE_YET = "Nobody has asked for anything yet. Say what you need, or what should be better."
NAMES = {
    State.INCOMPLETE: "Not complete",
    State.NEW: "To decide",
    State.ACCEPTED: "Accepted",
    State.UNDER_WAY: "Under way",
    State.DONE: "Done",
    State.DECLINED: "Declined",
    State.WITHDRAWN: "Taken back",
}


@dataclass(frozen=True, slots=True)
class StoryLink:
    """The story that came of it: `path` is its page, `teller_id` who told it."""

    title: str
    path: str
    teller_id: str = ""


@dataclass(frozen=True, slots=True)
class IdeaView:
    """An idea as one reader sees it. `role` is the one in which they approve. `needs` are title and what was said.
    `tell` begins its story. `pages` comes before the path of a page, None where they reach none."""

    idea: Idea
    rates: Rates
    reader_id: str
    votes: int = 0
    has_voted: bool = False
    approvals: tuple[Approval, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    role: Role | None = None
    decides: bool = False
    runs: bool = False
    is_colleague: bool = True
    story: StoryLink | None = None
    tell: Button | None = None
    pages: str | None = None

    @property
    def is_asker(self) -> bool:
        return self.idea.asker.person_id == self.reader_id

    @property
    def is_mine(self) -> bool:
        idea = self.idea
        return self.reader_id in {each.person_id for each in (idea.asker, idea.sponsor, idea.owner) if each}

    @property
    def words(self) -> str:
        """What it can be found by."""
        idea = self.idea
        return " ".join((idea.title, idea.kind_title, idea.asker.name, NAMES[idea.state])).casefold()


def said_of(view: IdeaView) -> str:
    """One sentence: what it is, whose, how it stands."""
    idea = view.idea
    whose = "you" if view.is_asker else idea.asker.name
    return f"{NAMES[idea.state]}: {idea.kind_title} “{idea.title}”, asked for by {whose}."


def idea_message(view: IdeaView, done: str = "") -> Message:
    """`done` is what the reader did just now, in one whole sentence."""
    idea = view.idea
    said = done or said_of(view)
    blocks: list[Block] = [Paragraph((Span(said, bold=True),))]
    if idea.word and idea.state in (State.INCOMPLETE, State.DECLINED):
        blocks.append(Quote(idea.word))
    if idea.missing and idea.state is State.INCOMPLETE:
        blocks += [Paragraph("What is missing:"), Bullets(idea.missing)]
    spoken = [(title, text) for title, text in view.needs if text]
    blocks += [Paragraph((Span(f"{title}: ", bold=True), Span(shortened(text, SAID_LENGTH)))) for title, text in spoken]
    blocks.append(Facts(facts_of(view)))
    buttons = buttons_of(view)[:MOST_BUTTONS]
    blocks += [Actions(buttons)] if buttons else []
    return Message(said, (*blocks, Note(_why(view))), _url(view))


def buttons_of(view: IdeaView) -> tuple[Button, ...]:
    """What this reader can do with it, the likely one first."""
    own = acts.for_asker(view.idea) if view.is_asker else ()
    theirs = acts.for_deciders(
        view.idea, view.role, is_own=view.is_asker, decides=view.decides, runs=view.runs
    )  # fmt: skip
    votes = view.is_colleague and view.idea.is_running and not view.is_asker
    vote = (acts.vote(view.idea, has_voted=view.has_voted),) if votes else ()
    is_teller = view.is_asker or view.runs
    story = (view.tell,) if view.tell and is_teller and view.idea.state is State.DONE and view.story is None else ()
    return (*own, *theirs, *story, *vote)


def facts_of(view: IdeaView) -> tuple[tuple[str, Text], ...]:
    idea, rates = view.idea, view.rates
    story: Text = view.story.title if view.story else ""
    if view.story and view.pages is not None:
        story = (Span(view.story.title, href=f"{view.pages}{view.story.path}"),)
    pairs: tuple[tuple[str, Text], ...] = (
        ("Asked for by", idea.asker.name),
        ("Sponsor", idea.sponsor.name if idea.sponsor else ""),
        ("Expected value", rates.in_words(idea.value) if idea.value else ""),
        ("Effort", effort_in_words(idea)),
        ("Payback", payback_in_words(idea, rates)),
        ("Votes", str(view.votes) if view.votes else ""),
        ("Approvals", acts.approvals_in_words(idea, view.approvals)),
        ("Done by", idea.owner.name if idea.owner else ""),
        ("When", days_in_words(idea)),
        ("Reached", reached_in_words(idea, rates)),
        ("What was learned", shortened(idea.lesson, SAID_LENGTH)),
        ("Story", story),
    )
    return tuple((label, text) for label, text in pairs if text)


def earlier_message(idea: Idea) -> Message:
    """In the place of a card of which there is a newer one."""
    said = f"“{idea.title}”: a newer message says how it stands."
    return Message(said, (Paragraph(said),))


def closed_message() -> Message:
    """In the place of a card of what its reader may not see any more, how it is called by now neither."""
    said = "This request is not complete, or was taken back, so you do not see it any more."
    return Message(said, (Paragraph(said), Note("“ideas” shows those that are open.")))


def list_message(
    views: Sequence[IdeaView], total: int, pages: str | None, *, may_propose: bool, is_chosen: bool = False
) -> Message:
    """`total` counts also those that are not shown. `is_chosen`: only some were wanted."""
    said = f"{total} requests and ideas are open." if total > 1 else "1 request is open." if total else NONE_YET
    if is_chosen:
        said = f"{total or 'No'} open {'request has' if total == 1 else 'requests have'} these words."
    begin = (Actions((acts.propose(),)),) if may_propose else ()
    blocks: list[Block] = [Paragraph((Span(said, bold=True),)), *begin]
    for view in views:
        votes = f", {votes_in_words(view.votes)}" if view.votes else ""
        described = f" · {view.idea.kind_title}, {NAMES[view.idea.state].lower()}{votes}."
        blocks += [Paragraph((Span(view.idea.title, bold=True), Span(described))), Actions((acts.show(view.idea),))]
    more = f"{total - len(views)} more are on the page. " if total > len(views) else ""
    note = Note(f"{more}Any colleague asks; curators and sponsors decide; you hear of each step.")
    return Message(said, (*blocks, note), f"{pages}{PAGE}" if pages is not None else "")


def waits_for(view: IdeaView) -> tuple[Block, ...] | None:
    """What this reader has to see to, with the button for it; None where that is nothing."""
    idea = view.idea
    if idea.state is State.INCOMPLETE and view.is_asker:
        said, button = ": something is missing before it is looked at.", acts.complete(idea)
    elif view.role is not None:
        said, button = (
            f": {idea.asker.name} asks for it, and you approve as its {acts.ROLES[view.role]}.",
            acts.show(idea),
        )
    elif idea.state is State.DONE and idea.reached is None and _is_owner(view):
        said, button = " is done: say what it brought.", acts.finish(idea)
    else:
        return None
    return Paragraph((Span(idea.title, bold=True, href=_url(view) or None), Span(said))), Actions((button,))


def needs_of(idea: Idea, titles: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Title and what was said, in the order of the kind's needs (id and title); what is of no need of today after
    them. The sponsor stands among the facts."""
    known = dict(titles)
    order = [*known, *(each for each in idea.given if each not in known)]
    return tuple(
        (known.get(each, each.capitalize()), idea.given.get(each, ""))
        for each in order
        if not (each == SPONSOR and idea.sponsor is not None)
    )


def brought_in_words(idea: Idea, rates: Rates) -> str:
    """``Brought 180 hours a year, 90% of …``; that it is not known yet of what is done; empty of what is not."""
    if idea.state is not State.DONE:
        return ""
    known = reached_in_words(idea, rates)
    return f"Brought {known}" if known else "Not known yet what it brought"


def effort_in_words(idea: Idea) -> str:
    if idea.effort is None:
        return ""
    return "1 working day" if idea.effort == 1 else f"{idea.effort:,} working days"


def days_in_words(idea: Idea, say: Callable[[date], str] = day_in_words) -> str:
    if idea.starts_on is None or idea.ends_on is None:
        return ""
    if idea.starts_on == idea.ends_on:
        return say(idea.starts_on)
    return f"{say(idea.starts_on)} to {say(idea.ends_on)}"


def votes_in_words(count: int) -> str:
    return "1 vote" if count == 1 else f"{count} votes"


def _is_owner(view: IdeaView) -> bool:
    return view.idea.owner is not None and view.idea.owner.person_id == view.reader_id


def _why(view: IdeaView) -> str:
    idea = view.idea
    if idea.state is State.INCOMPLETE:
        return "Only you and the curators see it. Once it is complete they are asked to decide."
    if view.is_asker:
        ends = " Taking it back ends that." if idea.state in RUNNING else ""
        by_mail = ", by e-mail too," if idea.by_mail else ""
        return f"You hear of each step{by_mail} because you asked for it.{ends}"
    if view.role is not None:
        return (
            f"You see this because you approve it as its {acts.ROLES[view.role]}. Whoever asked hears what you decide."
        )
    if view.has_voted:
        ends = " Taking your vote back ends that." if idea.state in RUNNING else ""
        return f"You hear how it ends because you voted for it.{ends}"
    return "Who votes for it hears how it ends. “ideas” shows all that is open."


def _url(view: IdeaView) -> str:
    return f"{view.pages}{PAGE}/{view.idea.id}" if view.pages is not None else ""
