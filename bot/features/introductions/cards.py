"""What people read about introductions and first weeks. Pure."""

from collections.abc import Mapping, Sequence

from bot.chat.reply import Actions, Block, Bullets, Button, Facts, Message, Note, Paragraph, Quote, Span, Text
from bot.features.introductions.first_week import Step
from bot.features.introductions.lobby import apart_button
from bot.features.introductions.model import Answer, Circle, Meeting, Member, Week

MET = "introductions.met"
PLANNED = "introductions.planned"
NOT_MET = "introductions.not_met"
HAND_ON = "introductions.hand_on"

SAID = {
    Answer.MET: "You met {}. In the next rounds you meet others first.",
    Answer.PLANNED: "You are going to meet {}.",
    Answer.NOT_MET: "You did not meet {}. You may be introduced again.",
}


def introduction(
    circle: Circle,
    meeting: Meeting,
    reader_id: str,
    members: Mapping[str, Member],
    emails: Mapping[str, str],
    opening: str = "",
) -> Message:
    """`members` and `emails` by person id; of whom nothing is known nothing is said."""
    meet = "meet" if opening else "Meet"
    others = others_in_words(meeting, reader_id)
    said = f"{opening}{meet} {others}. Find half an hour for each other before the next round."
    facts: list[tuple[str, Text]] = []
    for each in meeting.participants:
        member = members.get(each.person_id)
        known = (member.function, member.office) if member else ()
        about = " · ".join(word for word in (*known, emails.get(each.person_id, "")) if word)
        if each.person_id != reader_id and about:
            facts.append((each.person_name, about))
    blocks: list[Block] = [Paragraph((Span(said, bold=True),))]
    blocks += [Facts(tuple(facts))] if facts else []
    return Message(said, (*blocks, Paragraph("Something to begin with:"), Quote(meeting.prompt), _why(circle)))


def changed(circle: Circle) -> Message:
    """In the place of an introduction."""
    said = f"Your introduction in “{circle.title}” has changed since: the newer message says whom you meet."
    return Message(said, (Paragraph(said),))


def alone(circle: Circle) -> Message:
    said = f"In “{circle.title}” there was nobody for you to meet this time."
    more = "You are in the next round too. The more colleagues join, the more there are to meet: tell one about it."
    return Message(said, (Paragraph((Span(said, bold=True),)), Paragraph(more), _why(circle)))


def did_you_meet(circle: Circle, meeting: Meeting, reader_id: str) -> Message:
    asked = f"Did you meet {others_in_words(meeting, reader_id)}?"
    buttons = met_buttons(meeting)
    why = "Your answer decides whom you meet next. Nobody else sees it."
    return Message(asked, (Paragraph((Span(asked, bold=True),)), Actions(buttons), Note(why)))


def met_buttons(meeting: Meeting) -> tuple[Button, ...]:
    return (
        Button("We met", MET, meeting.id, "primary"),
        Button("It is planned", PLANNED, meeting.id),
        Button("Not this time", NOT_MET, meeting.id),
    )


def answered(meeting: Meeting, reader_id: str, answer: Answer) -> Message:
    """In the place of the question. Who planned it, or did not meet, may still say that they did."""
    said = SAID[answer].format(others_in_words(meeting, reader_id))
    blocks: list[Block] = [Paragraph(said)]
    if answer is not Answer.MET:
        buttons = [Button("We met after all", MET, meeting.id)]
        if answer is Answer.NOT_MET:
            buttons += [apart_button(each.person_id, each.person_name) for each in meeting.others(reader_id)]
        blocks.append(Actions(tuple(buttons)))
    return Message(said, tuple(blocks))


def step_card(week: Week, step: Step, total: int, pages: Sequence[tuple[str, str]]) -> Message:
    """`week` as it is with this step; `pages` are title and link, an empty one where nothing leads there."""
    said = f"Your first week, {week.steps} of {total}: {step.title}."
    blocks: list[Block] = [Paragraph((Span(said, bold=True),)), Paragraph(step.text)]
    if pages:
        blocks.append(Bullets(tuple((Span(title, href=url or None),) for title, url in pages)))
    if week.buddy_name:
        blocks.append(Facts((("Your buddy", week.buddy_name),)))
    last = "This was the last of these. Ask whatever you wonder, at any time."
    more = "The next comes on your next working day. “introductions” lets you stop them."
    return Message(said, (*blocks, Note(more if week.is_running else last)))


def newcomer_card(week: Week, total: int, email: str = "") -> Message:
    """For the buddy, brought up to date with each step."""
    if not week.is_running:
        return over(week)
    said = f"{week.person_name} is new here, and you are their buddy."
    facts = (("Office", week.office), ("Function", week.function), ("E-mail", email))
    known: list[tuple[str, Text]] = [(label, value) for label, value in facts if value]
    known.append(("First week", f"{week.steps} of {total}"))
    hello = "Say hello, and find half an hour this week. They read a few pages each day, and have questions."
    sure = f"Another buddy is looked for, and {week.person_name} hears who it is."
    blocks = (
        Paragraph((Span(said, bold=True),)),
        Paragraph(hello),
        Facts(tuple(known)),
        Actions((Button("I have no time", HAND_ON, week.person_id, confirm=sure),)),
        Note("You get this because you offered to be a buddy. “introductions” lets you stop."),
    )
    return Message(said, blocks)


def over(week: Week) -> Message:
    """For the buddy: whether the week is over, or goes on with somebody else, is the newcomer's."""
    said = f"Your time as the buddy of {week.person_name} is over. Thank you for being there."
    return Message(said, (Paragraph(said),))


def handed_on(week: Week) -> Message:
    found = f"{week.buddy_name} is there for them now." if week.buddy_name else "Another buddy is looked for."
    said = f"{week.person_name} is not with you any more. {found}"
    return Message(said, (Paragraph(said),))


def others_in_words(meeting: Meeting, reader_id: str) -> str:
    return " and ".join(each.person_name for each in meeting.others(reader_id))


def _why(circle: Circle) -> Note:
    return Note(f"You get this because you are in “{circle.title}”. “introductions” lets you pause or leave.")
