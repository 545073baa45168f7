"""What people see of stories, requests and ideas, announcements, digests and the pulse in chats, for
`community_cards`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.reply import Message
from bot.features.announcements import forms as announcement_forms
from bot.features.announcements.cards import AnnouncementView, announcement_message
from bot.features.announcements.cards import list_message as announcements_listed
from bot.features.announcements.messages import going_out
from bot.features.announcements.messages import taken_down as announcement_taken_down
from bot.features.announcements.model import Announcement, AnnouncementState, Audience, Correction
from bot.features.announcements.sending import Outcome
from bot.features.announcements.store import Reads
from bot.features.broadcasts.cards import progress_in_words, progress_message, way_in_words
from bot.features.broadcasts.model import Broadcast, BroadcastState, Figures, Progress, Recipient, Target, TargetState
from bot.features.channels.model import Channel
from bot.features.digest_entry import DigestItem, DigestKind
from bot.features.digests import acts as digest_acts
from bot.features.digests import cards as digests
from bot.features.digests import forms as digest_forms
from bot.features.digests.model import Digest, DigestState, Edition, EditionState
from bot.features.digests.viewing import View as DigestView
from bot.features.ideas import decision_forms, propose_form
from bot.features.ideas.cards import IdeaView, StoryLink, idea_message, needs_of
from bot.features.ideas.cards import list_message as ideas_listed
from bot.features.ideas.model import Approval, Colleague, Idea, Role, State, Unit, Value
from bot.features.ideas.rule_reader import read_intake
from bot.features.pulse import cards as pulse
from bot.features.pulse.model import LEAST, Group
from bot.features.stories import acts as story_acts
from bot.features.stories import forms as story_forms
from bot.features.stories import messages as story_messages
from bot.features.stories import send_form as story_send_form
from bot.features.stories import tell_form
from bot.features.stories.cards import StoryView, story_message
from bot.features.stories.cards import list_message as stories_listed
from bot.features.stories.model import Clearance, Consent, Credit, Story, StoryState
from bot.features.stories.model import Value as Worth
from bot.features.stories.origin import Beginning
from docs.request_cards import BASE, Sheet

NOW = datetime(2027, 3, 2, 13, 20, tzinfo=UTC)
DAY = timedelta(days=1)
NINE = datetime.fromisoformat("2027-03-08T09:00")
CHANNELS = (Channel("slack", "T1:C1", title="general"), Channel("slack", "T1:C2", title="renewals-emea"))


# Stories

TOLD = Story(
    "5" * 32,
    "Renewal quotes in a day",
    "kim",
    "Kim Ortiz",
    NOW,
    "Quotes for Umbrella Insurance took two weeks: four teams, three templates, and nobody who saw all of it.",
    "Dana Okafor and Sam Lee drew up one template with the prices in it, and tried it on five renewals first.",
    "From ten days to one, over 40 renewals. Two customers said so by themselves.",
    customer="Umbrella Insurance",
    called="an insurer in the north",
    clearance=Clearance.INTERNAL,
    cleared_by="Their account manager",
    credits=(Credit("dana", "Dana Okafor", NOW), Credit("sam", "Sam Lee", NOW, Consent.AGREED, "Sam Lee")),
    value=Worth.TIME,
    topics=("renewals", "pricing"),
    industry="Insurance",
    product="CRM",
)
PUBLISHED = replace(
    TOLD,
    state=StoryState.PUBLISHED,
    decided_by="Mara Lindqvist",
    published_at=NOW,
    picture="p",
    credits=tuple(replace(each, consent=Consent.AGREED, shown_as=each.name) for each in TOLD.credits),
)
SENT = Broadcast("b1", TOLD.about, "mara", NOW, story_messages.for_channels(PUBLISHED, BASE))


def stories() -> dict[str, Message]:
    def seen(story: Story, reader: str = "lee", *, curates: bool = False) -> Message:
        return story_message(StoryView(story, reader, curates, BASE, may_approve=curates))

    returned = replace(TOLD, state=StoryState.RETURNED, word="How many of the 40 were in Spain?")
    views = [StoryView(PUBLISHED, "dana", pages=BASE), StoryView(TOLD, "dana", pages=BASE)]
    return {
        "The list": stories_listed(views, 12, BASE, may_tell=True),
        "None yet": stories_listed([], 0, BASE, may_tell=True),
        "For its author": seen(TOLD, "kim"),
        "Asked for a name": seen(TOLD, "dana"),
        "For a curator": seen(TOLD, "mara", curates=True),
        "Came back": seen(returned, "kim"),
        "Published": seen(PUBLISHED),
        "Published, for somebody named": seen(PUBLISHED, "dana"),
        "Published, for a curator": seen(PUBLISHED, "mara", curates=True),
        "Taken back": seen(replace(PUBLISHED, state=StoryState.WITHDRAWN), "kim"),
    }


def stories_sent() -> dict[str, Message]:
    def on_its_way(state: BroadcastState, *failed: Target, **counts: int) -> Message:
        progress = Progress({TargetState(name.replace("_", " ")): number for name, number in counts.items()})
        sent = replace(SENT, state=state)
        way = way_in_words(sent, ("general", "renewals-emea", "old-renewals"), progress.total)
        title = f"Story “{PUBLISHED.title}” {way}"
        return progress_message(title, sent, progress, failed, story_acts.for_broadcast(sent, progress, failed), BASE)

    archived = Target("b1", 3, Recipient("slack", "C3"), "old-renewals", reason="The channel is archived.")
    return {
        "In a channel": story_messages.for_channels(PUBLISHED, BASE),
        "With people from outside": story_messages.for_channels(PUBLISHED, BASE, outside=True),
        "By e-mail": story_messages.for_mail(PUBLISHED, BASE),
        "Taken down": story_messages.taken_down(PUBLISHED),
        "On its way": on_its_way(BroadcastState.SENDING, arrived=180, queued=120, waiting=200),
        "Arrived": on_its_way(BroadcastState.SENT, arrived=500),
        "One failed": on_its_way(BroadcastState.SENT, archived, arrived=499, failed=1),
        "A correction failed": on_its_way(
            BroadcastState.SENT, replace(archived, state=TargetState.ARRIVED), arrived=500
        ),
        "Stopped": on_its_way(BroadcastState.STOPPED, arrived=180, stopped=320),
    }


def stories_forms() -> Sheet:
    return {
        "Tell": tell_form.tell_form(Beginning()),
        "Name me otherwise": story_forms.rename_form(TOLD.id, TOLD.credits[0]),
        "Give it back": story_forms.give_back_form(TOLD.id),
        "Send it out": story_send_form.send_form(
            TOLD.id, [*CHANNELS, Channel("slack", "T1:C3", title="partners", has_outsiders=True)], by_mail=True
        ),
    }


# Requests and ideas

INTAKE = read_intake(None)
KIND = INTAKE.kinds["improvement"]
BUNDLES = Idea(
    "i1",
    "improvement",
    KIND.title,
    "Prices for bundles in the calculator",
    Colleague("noor", "Noor Nasser"),
    NOW,
    {
        "problem": "The pricing calculator does not know the new bundles, so deals wait for the desk.",
        "data": "31 of 80 deals in May waited two days or more.",
        "result": "No deal waits for a price longer than an hour.",
    },
    value=Value(24_000, Unit.MONEY),
    effort=10,
)
RUNS = replace(
    BUNDLES,
    state=State.UNDER_WAY,
    owner=Colleague("sam", "Sam Lee"),
    starts_on=date(2027, 3, 1),
    ends_on=date(2027, 3, 12),
)
APPROVED = (Approval(Role.CURATOR, "mara", "Mara Lindqvist", NOW),)


def idea_view(idea: Idea, reader: str = "dana", **values: object) -> IdeaView:
    titles = [(need.id, need.title) for need in KIND.needs]
    made = IdeaView(idea, INTAKE.rates, reader, votes=4, needs=needs_of(idea, titles), pages=BASE)
    return replace(made, **values)


def ideas() -> dict[str, Message]:
    missing = ("What shows it: say this in at least 3 words, e.g. “31 of 80 deals in May waited two days or more”.",)
    incomplete = replace(BUNDLES, state=State.INCOMPLETE, missing=missing, given={"problem": "They are off."})
    done = replace(RUNS, state=State.DONE, reached=Value(18_000, Unit.MONEY), lesson="Counted over a quarter.")
    declined = replace(BUNDLES, state=State.DECLINED, word="A new calculator comes in June.")
    story = StoryLink("Renewal quotes in a day", "/stories/5")
    return {
        "The list": ideas_listed([idea_view(BUNDLES), idea_view(RUNS)], 9, BASE, may_propose=True),
        "Nothing yet": ideas_listed([], 0, BASE, may_propose=True),
        "Not complete, for its asker": idea_message(idea_view(incomplete, "noor")),
        "For its asker": idea_message(idea_view(BUNDLES, "noor")),
        "For a colleague": idea_message(idea_view(BUNDLES)),
        "For a curator": idea_message(idea_view(BUNDLES, "mara", role=Role.CURATOR, decides=True, runs=True)),
        "Under way, for who does it": idea_message(idea_view(RUNS, "sam", runs=True, approvals=APPROVED)),
        "Done": idea_message(idea_view(done, "noor", approvals=APPROVED, tell=story_acts.tell(done.origin))),
        "Done, and told": idea_message(idea_view(done, approvals=APPROVED, story=story)),
        "Declined": idea_message(idea_view(declined, "noor")),
    }


def idea_forms() -> Sheet:
    first = propose_form.Begun("i1")
    alike = (("i2", "Bundles in the pricing calculator"),)
    return {
        "Which kind": propose_form.propose_form(first, INTAKE),
        "Say it": propose_form.propose_form(first._replace(kind="campaign"), INTAKE),
        "Is it one of these?": propose_form.propose_form(first._replace(kind="help", alike=alike), INTAKE),
        "Estimate and plan": decision_forms.plan_form(BUNDLES, INTAKE.rates),
        "It is done": decision_forms.finish_form(RUNS, INTAKE.rates),
        "Decline": decision_forms.decline_form(BUNDLES.id),
    }


# Announcements

NEWS = Announcement(
    "a1",
    "The renewal template changes",
    "From Monday the new template counts. It has the prices in it, so nobody asks the desk for them any more.\n"
    "Quotes that are out stay as they are.",
    "mara",
    "Mara Lindqvist",
    NOW,
    Audience(("experts",), (("slack", "T1:C1"),)),
    NINE,
    asks_read=True,
    writer_id="mara",
)


def announcements() -> dict[str, Message]:
    def seen(state: AnnouncementState, reader: str = "sam", **values: object) -> Message:
        sent_at = NOW if state is AnnouncementState.SENT else None
        is_open = state in (AnnouncementState.DRAFT, AnnouncementState.HANDED_IN)
        known = replace(NEWS, state=state, approved_name="" if is_open else "Sam Lee", sent_at=sent_at)
        view = AnnouncementView(known, reader, curates=True, pages=BASE, to="Experts, #general", places=24)
        return announcement_message(replace(view, **values))

    arrived = Progress({TargetState.ARRIVED: 24})
    said = progress_in_words(replace(SENT, state=BroadcastState.SENT), arrived)
    figures = Figures(24, 17, {"thumbsup": 6})
    outcome = Outcome(said, arrived, BroadcastState.SENT, figures)
    sent = replace(NEWS, state=AnnouncementState.SENT, approved_name="Sam Lee", sent_at=NOW)
    own = AnnouncementView(sent, "dana", pages=BASE)
    other = NEWS.text.replace("From Monday", "From 1 April")
    correction = Correction(NEWS.title, other, "mara", "Mara Lindqvist", asks_again=True)
    changed = replace(NEWS, text=other, approved_name="Sam Lee", edition=2, corrected_at=NOW, sent_at=NOW)
    changed = replace(changed, state=AnnouncementState.SENT)
    far = AnnouncementView(sent, "sam", curates=True, pages=BASE, to="Experts, #general", outcome=outcome)
    alone = replace(sent, approved_by="mara", approved_name="Mara Lindqvist")
    return {
        "As it goes out": going_out(replace(NEWS, approved_name="Sam Lee"), BASE, outside=False),
        "Changed in substance": going_out(changed, BASE),
        "Where one curates alone": going_out(alone, BASE),
        "Taken down": announcement_taken_down(NEWS),
        "The list": announcements_listed([own], BASE, may_write=False, total=7),
        "For a colleague": announcement_message(own),
        "A draft": seen(AnnouncementState.DRAFT, "mara"),
        "To approve": seen(AnnouncementState.HANDED_IN),
        "Approved": seen(AnnouncementState.APPROVED),
        "Sent, for a curator": seen(AnnouncementState.SENT, outcome=outcome, reads=Reads(15)),
        "A correction, to approve": announcement_message(
            replace(far, announcement=replace(sent, correction=correction))
        ),
        "Changed, for a curator": announcement_message(replace(far, announcement=changed, reads=Reads(2, 13))),
        "Changed, for who had read it": announcement_message(replace(own, announcement=changed, read=1)),
    }


def announcement_forms_of() -> Sheet:
    return {
        "Write": announcement_forms.write_form("a1", CHANNELS),
        "Correct": announcement_forms.correct_form(NEWS),
        "Give it back": announcement_forms.give_back_form("a1"),
        "I have read it": announcement_forms.read_form("a1"),
    }


# Digests

OWN = Digest("d1", NINE - 14 * DAY, "FREQ=WEEKLY", "dana", NOW, NOW, person_id="dana", zone="Europe/Berlin")
STALE = "An opportunity with no activity for 21 days is stale."
BROUGHT = "From ten days to one, over 40 renewals."
HERE = replace(OWN, person_id="", platform="slack", channel="T1:C1", topics=("renewals",), reminds=True)
ITEMS = (
    DigestItem(DigestKind.NEW, "Renewal playbook", "Playbook, 26 February", page="/library/x"),
    DigestItem(DigestKind.NEW, "Price exceptions", "FAQ, 24 February", page="/library/y"),
    DigestItem(DigestKind.ASKED, "Pipeline hygiene", "asked by 7 people", STALE, "/library/z"),
    DigestItem(DigestKind.STORIES, "Renewal quotes in a day", "Time saved · told by Kim Ortiz", BROUGHT, "/stories/5"),
    DigestItem(DigestKind.DATES, "Pricing clinic", "Office hours", page="/office-hours/c", at=NOW + DAY),
    DigestItem(DigestKind.OPEN, "Which notice period holds in Brazil?", "waits since Monday", page="/requests"),
    DigestItem(DigestKind.IDEAS, "Prices for bundles in the calculator", "under way", page="/ideas/i1"),
)


def digest_view(digest: Digest, name: str = "", *, is_letter: bool = False) -> DigestView:
    zone = ZoneInfo("Europe/Berlin")
    leave_url = f"{BASE}/leave?key=k" if is_letter else ""
    return DigestView(digest, digest.series(zone.key), zone, BASE, name, is_letter, is_letter, leave_url)


def digest_cards() -> dict[str, Message]:
    edition = Edition("d1", date(2027, 3, 1), EditionState.SENT, items=ITEMS, at=NOW)
    own, here = digest_view(OWN), digest_view(HERE, "#general")
    worded = replace(edition, word="Read the first one before Thursday’s clinic.", word_by="Mara Lindqvist")
    coming = replace(worded, state=EditionState.PLANNED, at=None)
    next_at = NOW + 6 * DAY
    return {
        "None yet": digests.none_message(digest_acts.set_up(), BASE),
        "How it stands": digests.digest_message(own, next_at, NOW, ("renewals", "pricing")),
        "Paused": digests.digest_message(digest_view(replace(OWN, state=DigestState.PAUSED)), None, NOW, ()),
        "One’s own": digests.edition_message(edition, own),
        "In a channel": digests.edition_message(worded, here),
        "By e-mail": digests.edition_message(edition, digest_view(OWN, is_letter=True)),
        "To look at first": digests.reminder_message(coming, here, NOW + DAY, NOW),
        "The next one": digests.preview_message(coming, here, NOW, digest_acts.for_next(HERE, coming)),
        "Nothing to say": digests.preview_message(replace(coming, items=(), word="", word_by=""), own, NOW),
    }


def digest_forms_of() -> Sheet:
    return {
        "One’s own": digest_forms.set_up_form(digest_forms.SetUp(by_mail=1, topics="renewals"), OWN, "Europe/Berlin"),
        "In a channel": digest_forms.set_up_form(digest_forms.SetUp("slack", "T1:C1"), HERE, "Europe/Berlin"),
        "Edit the next one": digest_forms.edit_form(HERE, Edition("d1", date(2027, 3, 8)), ITEMS),
    }


# The pulse


def pulse_cards() -> Sheet:
    trend = [Group(date(2027, at, 1), date(2027, at, 1), "", 20 + at, 16 + at, *[59 + 5 * at] * 2) for at in (1, 2)]
    return {
        "The question": pulse.question_message(LEAST, BASE),
        "Thank you": pulse.thanks_message(BASE, may_add=True),
        "With a word": pulse.thanks_message(BASE, may_add=False),
        "Left": pulse.left_message(BASE),
        "Asked again": pulse.back_message(BASE),
        "How it goes": pulse.overview_message(trend, LEAST, BASE, opted_out=False),
        "Too few yet": pulse.overview_message([], LEAST, BASE, opted_out=True),
        "Add a word": pulse.word_form(""),
    }


def sheets() -> Mapping[str, Sheet]:
    """By the picture's name."""
    return {
        "stories": stories(),
        "stories-sent": stories_sent(),
        "stories-forms": stories_forms(),
        "ideas": ideas(),
        "ideas-forms": idea_forms(),
        "announcements": announcements(),
        "announcements-forms": announcement_forms_of(),
        "digests": digest_cards(),
        "digests-forms": digest_forms_of(),
        "pulse": pulse_cards(),
    }


def letters() -> Mapping[str, Message]:
    """By the picture's name."""
    return {
        "mail-story": stories_sent()["By e-mail"],
        "mail-story-down": stories_sent()["Taken down"],
        "mail-digest": digest_cards()["By e-mail"],
    }


def chosen() -> Sheet:
    """Some of them, for a first look."""
    return {
        "Somebody is asked whether they may be named": stories()["Asked for a name"],
        "The digest of a channel": digest_cards()["In a channel"],
    }
