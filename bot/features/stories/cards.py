"""What people see of a story in a chat, each what concerns them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.chat.reply import Actions, Block, Button, Facts, Message, Note, Paragraph, Quote, Span, Text
from bot.chat.wording import shortened
from bot.features.stories import acts
from bot.features.stories.messages import PAGE, VALUES, facts_of, page_of, parts_of, said_of
from bot.features.stories.model import Clearance, Consent, Credit, Story, StoryState, Told, as_told

SHOWN = 5
PART_LENGTH = 300
NONE_YET = "No success story is told yet. Tell the first one: what was the challenge, what was done, what came of it?"
CONSENTS = {Consent.ASKED: "was asked", Consent.AGREED: "agreed", Consent.DECLINED: "does not want to be named"}
CLEARED = {
    Clearance.ANONYMOUS: "Not named",
    Clearance.INTERNAL: "Named inside the company",
    Clearance.PUBLIC: "Named everywhere",
}


@dataclass(frozen=True)
class StoryView:
    """A story as one reader sees it. `pages` comes before the path of a page, None where they reach none.
    `may_approve`: they curate, and it is not their own, unless nobody else curates."""

    story: Story
    reader_id: str
    curates: bool = False
    pages: str | None = None
    may_approve: bool = False

    @cached_property
    def told(self) -> Told:
        """What others read; to whoever is asked for their name, what others would read if they agreed."""
        if self.own is None or not self.waits_for_their_name:
            return as_told(self.story)
        agreed = replace(self.own, consent=Consent.AGREED, shown_as=self.own.name)
        named = tuple(agreed if each is self.own else each for each in self.story.credits)
        return as_told(replace(self.story, credits=named))

    @property
    def own(self) -> Credit | None:
        """What it says of the reader."""
        return self.story.credit_of(self.reader_id)

    @property
    def is_author(self) -> bool:
        return self.story.author_id == self.reader_id

    @property
    def sees_to_it(self) -> bool:
        return self.is_author or self.curates

    @property
    def waits_for_their_name(self) -> bool:
        is_asked = self.own is not None and self.own.consent is Consent.ASKED
        return is_asked and self.story.state is not StoryState.WITHDRAWN

    @property
    def waits_for_them(self) -> bool:
        state = self.story.state
        is_decided_by_them = self.may_approve and state is StoryState.TOLD
        return self.waits_for_their_name or is_decided_by_them or (self.is_author and state is StoryState.RETURNED)

    def has_words(self, typed: str) -> bool:
        """Whether all of these stand in what it can be found by."""
        told, value = self.told, VALUES[self.story.value] if self.story.value else ""
        found = (told.title, told.customer, told.result, told.industry, told.product, *told.topics, value)
        text = " ".join((*found, told.teller, *told.people)).casefold()
        return all(word in text for word in typed.casefold().split())


def standing_of(view: StoryView) -> str:
    """One sentence: what it is, and how it stands for whoever reads it."""
    story, title = view.story, f"“{view.told.title}”"
    if story.state is StoryState.WITHDRAWN:
        return f"{withdrawn_in_words(story)} Nobody reads it any more."
    if view.waits_for_their_name:
        return f"{story.author_name} would like to name you in the success story {title}."
    match story.state:
        case StoryState.TOLD if view.is_author and view.may_approve:
            return f"The success story {title} waits for you: nobody else curates."
        case StoryState.TOLD if view.is_author and view.curates:
            return f"The success story {title} waits for another curator."
        case StoryState.TOLD if view.curates:
            return f"{story.author_name} told a success story: {title}. It waits for a curator."
        case StoryState.TOLD:
            return f"The success story {title} waits for a curator."
        case StoryState.RETURNED:
            return f"The success story {title} came back to {'you' if view.is_author else story.author_name}."
        case StoryState.PUBLISHED:
            return said_of(view.told)


def story_message(view: StoryView, done: str = "") -> Message:
    """`done` is what happened just now, in one whole sentence."""
    story, said, told = view.story, standing_of(view), view.told
    blocks: list[Block] = [Paragraph((Span(done, bold=True),)), Paragraph(said)] if done else []
    blocks = blocks or [Paragraph((Span(said, bold=True),))]
    if story.state is StoryState.WITHDRAWN:
        return Message(done or said, (*blocks, Note("“stories” shows those that are told.")))
    if story.state is StoryState.RETURNED and view.sees_to_it:
        blocks.append(Quote(story.word))
    blocks += [Paragraph(f"{label}: {shortened(text, PART_LENGTH)}") for label, text in parts_of(told)]
    url = page_of(story, view.pages)
    facts = (*facts_of(story, told, url), *(_for_those_who_see_to_it(view) if view.sees_to_it else ()))
    if view.own is not None:
        facts = (*facts, ("You", own_in_words(view.own)))
    blocks += [Facts(facts)] if facts else []
    buttons = buttons_of(view)
    blocks += [Actions(buttons)] if buttons else []
    return Message(done or said, (*blocks, Note(_why(view))), url)


def earlier_message(story: Story) -> Message:
    """In the place of a card of which there is a newer one."""
    said = f"“{as_told(story).title}”: a newer message says how it stands."
    return Message(said, (Paragraph(said),))


def no_longer_message(story: Story, own: Credit | None) -> Message:
    """In the place of a card whose reader may not see the story any more; `own` is what it says of them."""
    title = f"The success story “{as_told(story).title}”"
    if story.state is not StoryState.WITHDRAWN:
        is_theirs = own is not None or not story.is_open
        said = f"{title} {'is for colleagues' if is_theirs else 'does not name you'}, so you do not see it any more."
        return Message(said, (Paragraph(said), Note("“stories” shows those that you can read.")))
    said = withdrawn_in_words(story)
    match own:
        case None:
            why = "Nobody reads it any more."
        case Credit(consent=Consent.ASKED):
            why = "You need not say any more whether it may name you."
        case Credit(consent=Consent.AGREED):
            why = f"You had agreed to be named as {own.shown_as}."
        case _:
            why = "It did not name you."
    return Message(said, (Paragraph(said), Note(why)))


def buttons_of(view: StoryView) -> tuple[Button, ...]:
    """Of a card: what waits for the reader first."""
    if view.own is not None and (view.waits_for_their_name or not view.sees_to_it):
        return name_buttons(view)
    return role_buttons(view)


def role_buttons(view: StoryView) -> tuple[Button, ...]:
    """What they can do as its author, or as a curator."""
    if view.curates:
        return acts.for_curators(view.story, is_own=view.is_author, may_approve=view.may_approve)
    return acts.for_author(view.story) if view.is_author else ()


def name_buttons(view: StoryView) -> tuple[Button, ...]:
    """What they can say about their own name."""
    if view.own is None or view.story.state is StoryState.WITHDRAWN:
        return ()
    return acts.for_named(view.story, view.own)


def list_message(
    views: Sequence[StoryView], total: int, pages: str | None, *, may_tell: bool, is_chosen: bool = False
) -> Message:
    """What waits for the reader and the newest; `total` counts also those that are not shown. `is_chosen`: only some
    were wanted."""
    said = f"{total} success stories." if total != 1 else "1 success story."
    said = f"{said[:-1]} with these words." if is_chosen else said if total else NONE_YET
    begin = (Actions((acts.tell(),)),) if may_tell else ()
    blocks: list[Block] = [Paragraph((Span(said, bold=True),)), *begin]
    for view in views:
        waits = f" · {_waits(view)}" if view.waits_for_them else f" · {_short(view)}" if _short(view) else ""
        title = Paragraph((Span(view.told.title, bold=True), Span(waits)))
        blocks += [title, Actions((acts.show(view.story),))]
    more = f"{total - len(views)} more are on the page. " if total > len(views) else ""
    note = Note(f"{more}Any colleague tells stories, curators approve them, and nobody is named who did not agree.")
    return Message(said, (*blocks, note), f"{pages}{PAGE}" if pages is not None else "")


def waits_for(view: StoryView) -> tuple[Block, ...] | None:
    """What this reader has to see to, with the buttons for it; None where that is nothing."""
    if not view.waits_for_them:
        return None
    url = page_of(view.story, view.pages) or (PAGE + f"/{view.story.id}" if view.pages == "" else "")
    title = Span(view.told.title, bold=True, href=url or None)
    return Paragraph((title, Span(f": {_waits(view)}"))), Actions((acts.show(view.story), *buttons_of(view)[:2]))


def own_in_words(own: Credit) -> str:
    match own.consent:
        case Consent.ASKED:
            return "Named only if you agree; then it reads like this"
        case Consent.AGREED:
            return f"Named as {own.shown_as}"
        case Consent.DECLINED:
            return "Not named"


def consent_in_words(credit: Credit) -> str:
    """For those who see to it: ``agreed, as D. from Sales``."""
    other = f", as {credit.public_name}" if credit.public_name not in ("", credit.name) else ""
    return f"{CONSENTS[credit.consent]}{other}"


def withdrawn_in_words(story: Story) -> str:
    """Who took it out of the library, for colleagues."""
    title = f"the success story “{as_told(story).title}”"
    if story.is_decided_by_author:
        return f"{story.author_name} took {title} back."
    return f"{story.decided_by or 'A curator'} took {title} down."


def decision_in_words(story: Story) -> str:
    """Who told it and who approved it; openly where that is one."""
    if story.is_decided_by_author:
        return f"Told and approved by {story.author_name}, for nobody else curated."
    return f"Told by {story.author_name}.{f' {story.decided_by} approved it.' if story.decided_by else ''}"


def customer_in_words(story: Story) -> str:
    """For those who see to it: who it is, and how far that may be said."""
    if not story.customer:
        return ""
    by = f". Allowed by: {story.cleared_by}" if story.cleared_by else ""
    return f"{story.customer}. {CLEARED[story.clearance]}{by}"


def _for_those_who_see_to_it(view: StoryView) -> tuple[tuple[str, Text], ...]:
    story = view.story
    people = "; ".join(f"{each.name} {consent_in_words(each)}" for each in story.credits)
    pairs: tuple[tuple[str, Text], ...] = (("Customer", customer_in_words(story)), ("To be named", people))
    return tuple((label, text) for label, text in pairs if text)


def _waits(view: StoryView) -> str:
    if view.waits_for_their_name:
        return f"{view.story.author_name} asks whether you may be named"
    return "it waits for you as a curator" if view.curates and not view.is_author else "it waits for you"


def _short(view: StoryView) -> str:
    story = view.story
    if story.state is StoryState.PUBLISHED:
        return shortened(view.told.result, 150)
    return "it waits for a curator" if story.state is StoryState.TOLD else "it came back"


def _why(view: StoryView) -> str:
    if view.own is not None and not view.sees_to_it:
        return "You see this because it would name you. You can think better of it at any time, and it counts at once."
    if view.story.state is StoryState.PUBLISHED:
        return f"{decision_in_words(view.story)} It is in the library, and answers may cite it."
    if view.is_author:
        return "You see this because you told it. Nobody is named before they agree."
    return "You see this because you curate. This is what others would read of it; names of who did not agree are out."
