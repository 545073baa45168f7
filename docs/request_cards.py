"""What people see of a question that goes to experts, of drafts and of freshness: every card and form in its states,
made by the product's own code, for `slack_cards` and `teams_cards` to draw."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.form import Form
from bot.chat.moments import moment_at
from bot.chat.reply import Message
from bot.chat.turn import EVERYONE, Person, Place
from bot.features.channels import policy_card
from bot.features.channels.experts_form import experts_form
from bot.features.channels.model import Channel, Policy
from bot.features.channels.policy_form import FormState
from bot.features.channels.shadow import Rate
from bot.features.escalations import asker_cards, asker_forms, expert_cards, expert_forms
from bot.features.escalations.asker_cards import AskersView
from bot.features.escalations.edit_form import EditState, edit_form
from bot.features.escalations.expert_cards import ExpertsView
from bot.features.escalations.jobs import waits_for_word
from bot.features.escalations.model import (
    Answer,
    Entry,
    Escalation,
    Follower,
    Impact,
    Link,
    Offer,
    OfferState,
    State,
    Step,
)
from bot.features.escalations.proposal_card import proposal_message
from bot.features.escalations.proposals import Part
from bot.features.escalations.requests_card import requests_message
from bot.features.escalations.shadow import CORRECT_DRAFT, draft_buttons
from bot.features.escalations.thanks import MINUTES_EACH, impact_in_words, private_message, public_message
from bot.features.faq import draft_card, review_card
from bot.features.faq.entry import Entry as FaqEntry
from bot.features.faq.entry import as_document
from bot.features.faq.model import Draft, DraftState
from bot.features.faq.personal import personal_data
from bot.features.faq.review_card import Beside
from bot.features.freshness import card as freshness
from bot.features.freshness.card import Editing, Standing
from bot.features.freshness.model import Check, Reason
from bot.features.freshness.model import State as CheckState
from bot.features.questions import consent
from bot.features.questions.telling import told_message
from bot.features.questions.told_store import Unhelped
from bot.storage.people import KnownPerson
from knowledge.document import Chunk, SourceDocument
from knowledge.passage import Passage
from tests.builders import document, question, turn

BASE = "https://guildhall.example.com"
NOW = datetime(2027, 3, 2, 9, 20, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
CHANNEL = Place("slack", "T1:C1", "17.2", is_shared=True, title="renewals-emea")
PRIVATE = Place("slack", "T1:D1")
DANA, SAM, KIM = "slack:T1:dana", "slack:T1:sam", "slack:T1:kim"
WHY = "owns “Renewal playbook” and 2 more, answered 4 like this, knows pricing"
ID = "e" * 32

ASKED = "Which notice period holds for a customer in Brazil who renews by e-mail?"
SAID = (
    "Thirty days, and an e-mail counts as long as it comes from the address in the contract. "
    "Ask Legal to confirm before you rely on it for contracts signed before 2025."
)
GIVEN = Answer(
    SAID, (Link("Renewal playbook", f"{BASE}/library/renewals"), Link("Annex B.pdf", "https://files.example.com/b"))
)


@dataclass(frozen=True, slots=True)
class Words:
    """What people wrote: as they mostly do, and at the worst."""

    asked: str = ASKED
    given: Answer = GIVEN
    back: str = "Was the contract signed before 2025?"
    reply: str = "Yes, in March 2023, and extended once since."
    word: str = "Sam wrote that part of the playbook."
    asker: str = "Dana Okafor"
    expert: str = "Sam Lee"
    other: str = "Kim Ortiz"
    why: str = WHY
    topics: tuple[str, ...] = ("renewals", "contracts", "Brazil")
    title: str = "Renewal playbook"


EVIL = "<!channel> <@U1> <at>all</at> *bold* _x_ [x](javascript:alert(1)) https://evil.example/a {{evil}} & "
LONG = EVIL + "Vertragsverlängerungsvereinbarung Käse 界界界 " * 40
HOSTILE = Words(
    (LONG * 2)[:2_000],
    Answer((LONG * 2)[:900], tuple(Link(LONG[:200], f"https://files.example.com/{n}") for n in range(6))),
    LONG[:500],
    LONG[:500],
    LONG[:400],
    EVIL[:60],
    "Maximiliana Konstantinopolitanskaja-Wolfeschlegelsteinhausen",
    EVIL[:80],
    LONG[:300],
    (LONG[:40], "renewals", "x" * 40),
    LONG[:200],
)

Sheet = Mapping[str, Message | Form]
"""By what is seen."""


def sheets(words: Words) -> Mapping[str, Sheet]:
    """By the picture's name."""
    scene = Scene(words)
    return {
        "request-expert": scene.experts_cards(),
        "request-asker": scene.askers_cards(),
        "request-words": scene.words_said(),
        "request-forms": scene.forms(),
        "request-asker-forms": scene.askers_forms(),
        "faq-review": scene.drafts(),
        "freshness": scene.freshness(),
        "channel-experts": scene.channel(),
    }


class Scene:
    """Dana asks in a channel, Sam is the expert, Kim asked the same."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.asked = Escalation(
            ID, words.asked, DANA, words.asker, CHANNEL, PRIVATE, NOW - timedelta(hours=17), frozenset({EVERYONE}),
            url="https://acme.slack.com/archives/C1/p17", topics=words.topics, offered_to=SAM,
        )  # fmt: skip
        self.claimed = replace(
            self.asked, state=State.CLAIMED, owner_id=SAM, owner_name=words.expert, offered_to="",
            due_at=NOW + timedelta(hours=6, minutes=40),
        )  # fmt: skip
        self.answered = replace(
            self.claimed, state=State.ANSWERED, due_at=None, answer=words.given, answers=1, answered_at=NOW
        )  # fmt: skip
        self.closed = replace(self.answered, state=State.CLOSED, is_confirmed=True, closed_at=NOW)
        self.open = replace(self.asked, offered_to="", lead_told_at=NOW)

    def entry(self, step: Step, text: str = "", *, by: str = SAM) -> Entry:
        names = {SAM: self.words.expert, DANA: self.words.asker, KIM: self.words.other}
        return Entry(ID, step, NOW, by, names[by], text)

    def log(self, *steps: tuple[Step, str]) -> tuple[Entry, ...]:
        told = {Step.REPLIED, Step.CONFIRMED, Step.THANKED, Step.ASKED_ON}
        return tuple(self.entry(step, text, by=DANA if step in told else SAM) for step, text in steps)

    def waiter(self, person_id: str = DANA, *, confirmed: bool = False) -> Follower:
        name = self.words.asker if person_id == DANA else self.words.other
        question_id = ID if person_id == DANA else "f" * 32
        text = self.words.asked if person_id == DANA else "How long is the notice period in Brazil?"
        return Follower(ID, question_id, person_id, name, text, CHANNEL, PRIVATE, NOW, confirmed)

    def expert(self, each: Escalation, *log: tuple[Step, str], reader: str = SAM, **values: object) -> Message:
        offer = Offer(ID, SAM, NOW, why=self.words.why) if reader == SAM else None
        place = PRIVATE if reader else CHANNEL
        view = ExpertsView(
            each, self.log(*log), (self.waiter(confirmed=each.is_confirmed), self.waiter(KIM)),
            lambda at: moment_at(at, NOW, place, BERLIN), reader, offer, drafted=draft_buttons(each, reader),
        )  # fmt: skip
        return expert_cards.expert_message(replace(view, **values))

    def asker(self, each: Escalation, *log: tuple[Step, str], reader: str = DANA, place: Place = CHANNEL) -> AskersView:
        return AskersView(
            each, self.waiter(reader), self.log(*log), place, lambda at: moment_at(at, NOW, place, BERLIN),
            speaks=reader == DANA, offered_to=self.words.expert if each.offered_to else "", why=self.words.why,
            thread="" if place.is_shared else each.url,
        )  # fmt: skip

    def experts_cards(self) -> Sheet:
        words = self.words
        back, reply = (Step.ASKED_BACK, words.back), (Step.REPLIED, words.reply)
        handed = Offer(ID, SAM, NOW, OfferState.OFFERED, "", words.word, KIM)
        drafted = replace(self.asked, draft=words.given)
        thanked = ((Step.ANSWERED, ""), (Step.CONFIRMED, ""), (Step.THANKED, "That saved the deal."))
        return {
            "Offered": self.expert(self.asked),
            "In the experts' channel": self.expert(self.asked, reader=""),
            "Handed on": self.expert(self.asked, offer=handed, handed_by=words.other),
            "With a draft (shadow mode)": self.expert(drafted),
            "Claimed": self.expert(self.claimed, (Step.CLAIMED, "")),
            "Asked back": self.expert(replace(self.claimed, state=State.ASKED_BACK, due_at=None), back),
            "The asker replied": self.expert(self.claimed, back, reply),
            "Overdue": self.expert(replace(self.claimed, due_at=NOW - timedelta(hours=1)), (Step.OVERDUE, "")),
            "Claimed by somebody else": self.expert(replace(self.claimed, owner_id=KIM, owner_name=words.other)),
            "Nobody has taken it: the lead's": self.expert(self.open, reader=KIM),
            "Answered": self.expert(self.answered, (Step.ANSWERED, "")),
            "It helped": self.expert(self.closed, *thanked),
            "Taken back": self.expert(replace(self.asked, state=State.WITHDRAWN)),
            "An earlier card": expert_cards.earlier_message(
                ExpertsView(self.claimed, (), (), lambda _: "today, 17:00 your time", SAM)
            ),
            "What waits": requests_message(
                [replace(self.claimed, owner_id=SAM), replace(self.asked, offered_at=NOW)],
                turn("requests", place=PRIVATE, at=NOW, person=Person(SAM, words.expert, time_zone="Europe/Berlin")),
            ),
        }

    def askers_cards(self) -> Sheet:
        words, request, answer = self.words, asker_cards.request_message, asker_cards.answer_message
        given = (Step.ANSWERED, "")
        back = (Step.ASKED_BACK, words.back)
        waits = replace(self.claimed, state=State.ASKED_BACK, due_at=None)
        asked = question("q", text=words.asked, understood=words.asked, person_id=DANA)
        return {
            "Said “expert”: consent": consent.consent_post(asked, f"{words.expert}, who {words.why}", PRIVATE).message,
            "Asked": request(self.asker(self.asked)),
            "Claimed": request(self.asker(self.claimed, (Step.CLAIMED, ""))),
            "Asked back": request(self.asker(waits, back)),
            "What was asked back": asker_cards.asked_back_message(self.asker(waits, back)),
            "Nobody has taken it": request(self.asker(self.open, (Step.OFFERED, ""))),
            "Somebody asked the same": request(self.asker(self.claimed, (Step.CLAIMED, ""), reader=KIM)),
            "Answered": request(self.asker(self.answered, given)),
            "The answer in the thread": answer(self.asker(self.answered, given)),
            "The answer, privately": answer(self.asker(self.answered, given, place=PRIVATE)),
            "It helped": answer(self.asker(self.closed, given, (Step.CONFIRMED, ""))),
            "Corrected": answer(self.asker(self.answered, given, (Step.CORRECTED, ""), place=PRIVATE)),
            "A reminder to reply": waits_for_word(waits, words.back, self.asked.url),
            "Thanks, for the channel": public_message(words.asker, self.closed, "That saved the deal."),
        }

    def words_said(self) -> Sheet:
        words = self.words
        part = Part(SAM, "1", ID, "c" * 32, PRIVATE, words.given.text, words.given.links, NOW)
        impact = impact_in_words(Impact(6, 7, 3), MINUTES_EACH)
        return {
            "Said in the thread": proposal_message(self.asked, [part]),
            "It sounds like asking back": proposal_message(self.claimed, [replace(part, text=words.back, links=())]),
            "Thanks, for the expert": private_message(words.asker, self.closed, "That saved the deal.", impact),
        }

    def forms(self) -> Sheet:
        words, state = self.words, expert_forms.carrying(ID).text
        best = expert_forms.carrying(ID, [(KIM, words.other), (SAM, words.expert)]).text
        given = EditState.of(ID, words.given)
        return {
            "Answer": expert_forms.answer_form(state, question=words.asked),
            "Correct": expert_forms.answer_form(state, expert_cards.CORRECT, words.given, words.asked),
            "Correct a draft": edit_form(CORRECT_DRAFT, given, words.given.text),
            "Ask back": expert_forms.ask_back_form(state),
            "Not mine": expert_forms.decline_form(state),
            "Hand on": expert_forms.hand_on_form(best),
            "Give back": expert_forms.give_back_form(state),
            "Snooze": expert_forms.snooze_form(state),
        }

    def askers_forms(self) -> Sheet:
        words, state = self.words, asker_forms.carried(ID, self.answered)
        asked = question("q", text=words.asked, understood=words.asked)
        return {
            "Ask an expert": consent.consent_form(asked, f"{words.expert}, who {words.why}"),
            "Reply": asker_forms.reply_form(state),
            "I still wonder": asker_forms.ask_on_form(state),
            "Thank them": asker_forms.thanks_form(state),
        }

    def drafts(self) -> Sheet:
        words = self.words
        text = f"{words.given.text} Call Mr Costa on +55 11 5550 1234."
        draft = Draft(
            "d" * 32, words.asked[:300], text[:3_000], SAM, words.expert, NOW, PRIVATE, author=words.expert,
            author_id=SAM,
        )  # fmt: skip
        entry = FaqEntry(
            "d" * 32, words.asked[:300], words.given.text[:3_000], KIM, words.other, NOW, author=words.expert
        )  # fmt: skip
        similar = Passage(
            self.document(), Chunk("x", 0, "A renewal opens 120 days before the contract ends.", (), ""), 0.8, 0
        )
        beside = Beside(personal_data(text, ["Sam Lee"]), (similar,), BASE, "entry")
        helped = Unhelped("q", DANA, PRIVATE, NOW - timedelta(days=20), words.asked)
        dana = KnownPerson(DANA, words.asker, NOW, time_zone="Europe/Berlin")
        rejected = replace(
            draft, state=DraftState.REJECTED, decided_by_name=words.other, word="Legal has changed this since."
        )
        taken = replace(draft, state=DraftState.APPROVED, decided_by_name=words.other, entry_id="d" * 32)
        return {
            "For the author": draft_card.draft_post(draft).message,
            "For a curator": review_card.review_message(draft, beside, review_card.AS_CURATOR),
            "For the topic's owner": review_card.review_message(
                replace(draft, answer=words.given.text[:3_000]), Beside(pages=BASE), review_card.AS_OWNER
            ),
            "Approved": review_card.approved_message(entry, BASE),
            "Rejected": review_card.rejected_message(rejected),
            "The author is told": review_card.told_post(taken, BASE).message,
            "The author is told why not": review_card.told_post(rejected, BASE).message,
            "Whom it helps is told": told_message(entry, helped, dana, None, BASE),
        }

    def document(self) -> SourceDocument:
        return document(
            "renewals", "Notice is given ninety days before the end, in writing and on paper.", title=self.words.title,
            owner=self.words.expert, changed_on=date(2026, 4, 2), review_by=date(2027, 3, 10),
            url="https://git.example.com/playbooks/renewals.md",
        )  # fmt: skip

    def freshness(self) -> Sheet:
        words = self.words
        check = Check(
            "k" * 32, "starter/renewals.md", words.title, Reason.DUE, NOW, "Its review is due on 10 March 2027.",
            due_on=date(2027, 3, 10), person_id=SAM, asked_at=NOW, times=1,
        )  # fmt: skip
        entry = FaqEntry(
            "d" * 32, words.asked[:300], words.given.text[:3_000], KIM, words.other, NOW, owner=words.expert,
            review_by=date(2027, 3, 10),
        )  # fmt: skip
        of_document = Standing((self.document(),), None, None, words.expert, BASE)
        of_entry = Standing((as_document(entry),), entry, None, words.expert, BASE)
        down = replace(
            check, reason=Reason.VOTED_DOWN, because="2 people said that it is outdated.",
            remarks=("The notice period is thirty days since January.", words.word),
        )  # fmt: skip
        against = replace(
            check, reason=Reason.CONTRADICTED,
            because=f"It did not help with a question that {words.expert} then answered.",
        )  # fmt: skip
        confirmed = replace(
            check, state=CheckState.CONFIRMED, decided_by=SAM, decided_by_name=words.expert, decided_at=NOW
        )  # fmt: skip
        curators = replace(check, state=CheckState.CURATORS, person_id="")
        left = replace(curators, decided_by=SAM)
        return {
            "Due: a document": freshness.check_message(check, of_document, SAM),
            "Due: an entry of the FAQ": freshness.check_message(replace(check, title=words.asked[:300]), of_entry, SAM),
            "Voted down": freshness.check_message(down, of_document, SAM),
            "Contradicted": freshness.check_message(against, replace(of_document, answered=self.closed), SAM),
            "For a curator": freshness.check_message(curators, of_document, KIM),
            "Still true": freshness.check_message(confirmed, of_document, SAM),
            "Not mine": freshness.check_message(left, of_document, SAM),
            "Asked again": freshness.asked_again_message(check),
            "Edit": freshness.edit_form(Editing("k" * 32, 1).text, words.asked[:300], words.given.text[:3_000]),
            "Ask a colleague": freshness.hand_on_form("k" * 32),
        }

    def channel(self) -> Sheet:
        policy = Policy(for_experts=True, lead=KIM, shadow=True)
        channel = Channel("slack", "T1:C1", policy, "renewals-emea", 3, Policy(), SAM, NOW)
        names = {SAM: self.words.expert, KIM: self.words.other}
        rate, done = Rate(17, 18), Rate(35, 35)
        return {
            "A channel in shadow mode": policy_card.policy_card(channel, names.__getitem__, [KIM], rate),
            "It passed its bar": policy_card.spoken_again_message(channel, done),
            "Experts in here": experts_form(FormState("channel-1", 3), policy, "kim@example.com"),
        }
