"""Who knows about something, through the dispatcher: shown is what the reader may see, of those who said yes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.ports import Profile
from bot.chat.reply import Actions, Facts, Message, Paragraph, Reply, Suggestions, plain
from bot.chat.turn import Commanded, Content, Person, Place, Pressed, Said, Submitted, Turn
from bot.directory import Directory
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.experts.asked import who_knows_about
from bot.features.experts.chat import ExpertsChat, experts_feature
from bot.features.experts.expert_form import Offered, form_again
from bot.features.experts.model import Evidence, Expert
from bot.features.experts.pages import ExpertPages
from bot.features.experts.store import SqlExperts
from bot.features.feature import Feature
from bot.features.page import PageNotFound, PageRequest, Redirect, View
from bot.router import Router
from bot.storage.audit import latest
from bot.storage.lanes import heads
from bot.storage.outbox import Outbox
from bot.storage.people import People, Preferences
from bot.storage.unit_of_work import Database, UnitOfWork
from knowledge.document import Chunk, SourceDocument
from knowledge.passage import Passage
from tests.builders import NOON, document, minutes, turn

DANA, SAM, GUEST = "slack:T1:U1", "slack:T1:U2", "slack:T1:U3"
CHANNEL = Place("slack", "T1:C1", "17.2", is_shared=True)
BOARD = frozenset({"board"})
PLAIN: dict[str, str | tuple[str, ...]] = {
    "topics": (), "more_topics": "", "languages": (), "days": ("0", "1", "2", "3", "4"), "works_from": "09:00",
    "works_to": "17:00", "weekly_limit": "5", "back_on": "", "stand_in": "",
}  # fmt: skip


class Library:
    """One playbook that everybody reads and one that the board does, both Dana's; another names an unknown owner."""

    def documents(self, readers: frozenset[str]) -> list[SourceDocument]:
        kept = (
            document("renewals", topics=("pricing", "renewals"), owner="Dana Okafor"),
            document("heron", topics=("acquisition",), owner="dana@example.com", audience=BOARD),
            document("brand", topics=("brand",), owner="Brand team"),
        )
        return [each for each in kept if each.audience & readers]

    def search(self, text: str, readers: frozenset[str], *, limit: int = 20) -> list[Passage]:
        """A discount is spoken of in the playbook on pricing."""
        found = [each for each in self.documents(readers) if each.title == "Renewals"]
        return [Passage(each, Chunk(each.id, 0, "A discount needs approval."), 0.9, 0) for each in found]


class House:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOON
        self.directory = Directory(database, lambda: self.now)
        self.chat = ExpertsChat(Library(), base_url="https://hall.example")
        self.catalog = Catalog([experts_feature(self.chat), Feature("talk", message=self._unknown)])
        self.dispatcher = Dispatcher(database, Router(self.catalog), lambda: self.now, identify=self.directory.identify)
        self.pages = ExpertPages(database, self.chat, Library(), lambda: self.now)
        for account, name, mail in ((DANA, "Dana Okafor", "dana"), (SAM, "Sam Lee", "sam")):
            offered = Profile(name, f"{mail}@example.com", True, "Europe/Berlin")
            self.directory.sign_in(Person(account, name), offered)
            self.directory.person_of(Person(account, name), account.removeprefix("slack:"))

    def person(
        self, account: str, *, groups: frozenset[str] = frozenset(), is_admin: bool = False, is_guest: bool = False
    ) -> Person:
        known = self.directory.person_of(Person(account, ""))
        return replace(known, groups=groups, is_admin=is_admin, is_guest=is_guest)

    def turn(self, content: Content, account: str, place: Place | None = None, *, is_guest: bool = False) -> Turn:
        direct = account.removeprefix("slack:")
        person = Person(account, "", is_guest=is_guest)
        made = turn(content, person=person, place=place or Place("slack", direct), at=self.now)
        return replace(made, direct=direct)

    def do(self, content: Content, account: str = SAM, place: Place | None = None, **more: bool) -> Message:
        """The last message that went out for it."""
        self.dispatcher.answer_now(self.turn(content, account, place, **more))
        return self.said()[-1][1]

    def said(self) -> list[tuple[Place, Message, str]]:
        found: list[tuple[Place, Message, str]] = []
        with self.database.begin() as unit:
            while ready := heads(unit, self.now, {"slack": minutes(0)}).ready:
                delivery = Outbox(unit).claim(ready[0], self.now)
                assert delivery is not None
                Outbox(unit).sent(delivery, f"id-{delivery.id}", self.now)
                found.append((delivery.place, delivery.message, delivery.nonce))
        return found

    def press(self, action: str, account: str) -> Reply:
        """The button of what `expertise` shows."""
        self.dispatcher.answer_now(self.turn(Commanded("expertise"), account))
        nonce = self.said()[-1][2]
        return self.dispatcher.answer_now(self.turn(Pressed(action, "", nonce), account))

    def join(self, account: str = DANA, **values: str | tuple[str, ...]) -> Message:
        opened = self.press("experts.change", account)
        assert opened.form is not None
        return self.do(Submitted(opened.form.id, {**PLAIN, **values}, opened.form.state, opened.nonce), account)

    def answered(self, text: str, *topics: str, readers: frozenset[str] = frozenset({"everyone"})) -> None:
        with self.database.begin() as unit:
            SqlExperts(unit).add_evidence(Evidence(text[:32], DANA, text, topics, readers, NOON))

    def expert(self, account: str = DANA) -> Expert | None:
        with self.database.reading() as unit:
            return SqlExperts(unit).get(account)

    @staticmethod
    def _unknown(asked: Turn, unit: UnitOfWork) -> Reply:
        return Reply()


@pytest.fixture
def house(sqlite_database: Database) -> Iterator[House]:
    house = House(sqlite_database)
    yield house
    house.dispatcher.stop()


def words(message: Message) -> str:
    lines: list[str] = [message.summary]
    for block in message.blocks:
        match block:
            case Actions() | Suggestions():
                pass
            case Facts(pairs=pairs):
                lines += [f"{label}: {plain(text)}" for label, text in pairs]
            case Paragraph(text=text):
                lines.append(plain(text))
            case _:
                lines += [plain(each) for each in getattr(block, "items", (getattr(block, "text", ""),))]
    return "\n".join(lines)


def learned_in(shown: View | Redirect) -> list[str]:
    assert isinstance(shown, View)
    learned = shown.values["learned"]
    assert isinstance(learned, list)
    return [each.topic for each in learned]


@pytest.mark.parametrize(
    ("sentence", "subject"),
    [
        ("Who knows about pricing?", "pricing"),
        ("who knows a lot about  the renewal playbook", "the renewal playbook"),
        ("Who can help me with “CPQ”?", "CPQ"),
        ("who's the expert on data quality?!", "data quality"),
        ("Who are our experts in pricing", "pricing"),
        ("Wer kennt sich mit Rabatten aus?", "Rabatten"),
        ("¿Quién sabe de precios?", "precios"),
        ("Who approves a discount?", None),
        ("Who owns the renewal playbook?", None),
        ("Who should I ask for approval?", None),
        ("How do I know who knows about pricing?", None),
        ("Who knows?", None),
        ("who knows about " + "x" * 200, None),
    ],
)
def test_only_a_question_for_somebody_who_knows_is_taken_for_one(sentence: str, subject: str | None) -> None:
    assert who_knows_about(sentence) == subject


def test_nobody_is_shown_who_has_not_said_so(house: House) -> None:
    assert "Nobody has said" in house.do(Said("Who knows about pricing?")).summary


def test_who_knows_is_answered_with_people_why_and_whether_they_are_there(house: House) -> None:
    house.join(topics=("pricing",))
    house.answered("What may I discount?", "pricing")
    found = words(house.do(Said("Who knows about pricing?")))
    assert "Dana Okafor knows about “pricing”." in found
    assert "knows pricing, owns “Renewals”, answered 1 on it. Working now." in found


@pytest.mark.parametrize("asked", ["pricing", "knows about pricing", "who knows about pricing?"])
def test_the_command_takes_the_subject_or_the_whole_sentence(house: House, asked: str) -> None:
    house.join(more_topics="Pricing and packaging")
    assert house.do(Commanded("who", asked)).summary == "Dana Okafor knows about “pricing”."


def test_what_the_library_counts_to_a_topic_leads_to_who_knows_that(house: House) -> None:
    house.join(topics=("pricing",))
    assert "knows pricing" in words(house.do(Said("Who knows about discounts?")))
    assert "Nobody" in house.do(Said("Who knows about parking?")).summary


def test_an_answer_in_a_channel_rests_on_what_every_member_may_read(house: House) -> None:
    house.join()
    house.answered("When does the acquisition start?", "acquisition", readers=BOARD)
    in_channel = house.do(Said("Who knows about the acquisition?"), SAM, CHANNEL)
    assert "Nobody" in in_channel.summary
    board = house.person(SAM, groups=BOARD)
    with house.database.reading() as unit:
        found = house.chat.found("acquisition", board.principals, frozenset(), unit, NOON)
    assert [(each.colleague.person.id, len(each.documents), each.answers) for each in found] == [(DANA, 1, 1)]


@pytest.mark.parametrize("place", [None, CHANNEL, replace(CHANNEL, members=frozenset())])
def test_who_knows_what_is_not_for_guests(house: House, place: Place | None) -> None:
    house.join(topics=("pricing",))
    house.dispatcher.answer_now(house.turn(Said("Who knows about pricing?"), GUEST, place, is_guest=True))
    ((where, message, _),) = house.said()
    assert where == Place("slack", "T1:U3")
    assert "Dana" not in words(message)
    guest = house.person(GUEST, is_guest=True)
    shown = house.pages.show_all(PageRequest(guest, query={"q": "pricing"}))
    assert shown.values["colleagues"] == []
    with pytest.raises(PageNotFound):
        house.pages.show_one(PageRequest(guest, {"person": DANA}))


def test_where_outsiders_read_along_a_colleague_is_answered_privately(house: House) -> None:
    house.join(topics=("pricing",))
    outside = replace(CHANNEL, members=frozenset[str]())
    house.dispatcher.answer_now(house.turn(Said("Who knows about pricing?"), SAM, outside))
    ((where, message, _),) = house.said()
    assert where == Place("slack", "T1:U2")
    assert "Dana Okafor knows" in message.summary


def test_an_expert_of_other_hubs_is_not_offered(house: House) -> None:
    house.join(topics=("pricing",))
    with house.database.begin() as unit:
        expert = SqlExperts(unit).get(DANA)
        assert expert is not None
        SqlExperts(unit).put(replace(expert, hubs=("emea",)))
    with house.database.reading() as unit:
        everyone = frozenset({"everyone"})
        found = {
            hubs: len(house.chat.found("pricing", everyone, frozenset(hubs), unit, NOON))
            for hubs in ((), ("emea",), ("apac",))
        }
    assert found == {(): 1, ("emea",): 1, ("apac",): 0}


def test_whoever_is_away_comes_last(house: House) -> None:
    house.join(topics=("pricing", "renewals"), back_on="2027-04-01")
    house.join(SAM, more_topics="pricing talks")
    assert house.do(Said("Who knows about pricing?")).summary == "Sam Lee and 1 other know about “pricing”."


def test_all_that_somebody_is_said_to_know_is_shown_to_them_and_can_be_corrected(house: House) -> None:
    house.join(topics=("brand",))
    house.answered("What is a renewal?", "renewals")
    own = words(house.do(Commanded("expertise"), DANA))
    assert "Learned: renewals (1 document, 1 answer), pricing (1 document)" in own
    opened = house.press("experts.change", DANA)
    assert opened.form is not None
    assert "not_mine" in {field.name for field in opened.form.fields}
    house.do(Submitted(opened.form.id, {**PLAIN, "not_mine": ("pricing",)}, opened.form.state, opened.nonce), DANA)
    assert "Not yours: pricing" in words(house.do(Commanded("expertise"), DANA))
    assert "Nobody" in house.do(Said("Who knows about pricing packages?")).summary
    assert "Dana" in house.do(Said("Who knows about renewals?")).summary


def test_the_same_is_corrected_and_taken_back_on_the_page(house: House) -> None:
    house.join()
    dana = house.person(DANA)
    house.pages.disown(PageRequest(dana, form={"topic": "pricing"}))
    assert learned_in(house.pages.show_own(PageRequest(dana))) == ["renewals"]
    house.pages.own_again(PageRequest(dana, form={"topic": "pricing"}))
    expert = house.expert()
    assert expert is not None
    assert expert.not_mine == ()
    with pytest.raises(UserFacingError, match="not among yours"):
        house.pages.disown(PageRequest(dana, form={"topic": "anything"}))


def test_what_was_typed_is_kept_with_its_hours_absence_and_stand_in(house: House) -> None:
    house.join(SAM, more_topics="data quality")
    told = house.join(
        topics=("pricing",), more_topics="CPQ , cpq, deal desk", languages=("de", "en"), days=("0", "2"),
        works_from="08:30", works_to="12:00", weekly_limit="0", back_on="2027-03-08", stand_in="sam lee",
    )  # fmt: skip
    assert told.summary == "You are listed as an expert now."
    assert house.expert() == Expert(
        DANA,
        NOON,
        ("pricing", "CPQ", "deal desk"),
        ("de", "en"),
        (),
        (0, 2),
        "08:30",
        "12:00",
        0,
        date(2027, 3, 8),
        SAM,
    )
    assert "Away until 8 March 2027; Sam Lee stands in." in words(house.do(Said("Who knows about CPQ?")))
    house.now += timedelta(days=8)
    assert "There tomorrow, 08:30 your time." in words(house.do(Said("Who knows about CPQ?")))
    assert "There tomorrow, 08:30 their time." in words(house.do(Said("Who knows about CPQ?"), SAM, CHANNEL))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"days": ()}, "days"),
        ({"works_to": "09:00"}, "works_to"),
        ({"works_from": "99:00"}, "works_from"),
        ({"back_on": "2027-03-01"}, "back_on"),
        ({"back_on": "soon"}, "back_on"),
        ({"stand_in": "sam@example.com"}, "stand_in"),
        ({"stand_in": "Dana Okafor"}, "stand_in"),
        ({"weekly_limit": "7"}, "weekly_limit"),
        ({"more_topics": ",".join(map(str, range(21)))}, "more_topics"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_saved(
    house: House, values: dict[str, str | tuple[str, ...]], field: str
) -> None:
    with pytest.raises(FormRejected) as rejected:
        house.join(**values)
    assert list(rejected.value.problems) == [field]
    assert house.expert() is None


def test_leaving_forgets_everything_but_the_audit_log(house: House) -> None:
    house.join(topics=("pricing",))
    house.answered("What is a renewal?", "renewals")
    house.press("experts.leave", DANA)
    assert "forgotten" in house.said()[-1][1].summary
    with house.database.reading() as unit:
        assert SqlExperts(unit).get(DANA) is None
        assert SqlExperts(unit).evidence([DANA]) == []
        assert [each.action for each in latest(unit, 10)] == ["expert left", "expert joined"]
    assert "Nobody" in house.do(Said("Who knows about pricing?")).summary


def test_an_absence_ends_with_one_click(house: House) -> None:
    house.join(back_on="2027-03-08")
    house.press("experts.back", DANA)
    expert = house.expert()
    assert expert is not None
    assert expert.back_on is None


def test_owners_are_asked_once_and_whoever_declines_or_leaves_is_not_asked_again(house: House) -> None:
    admin = house.person(SAM, is_admin=True)
    assert house.pages.show_all(PageRequest(admin)).values["owners"] == 1
    house.pages.invite(PageRequest(admin))
    ((where, message, nonce),) = house.said()
    assert where == Place("slack", "T1:U1")
    assert "owner of 1 document" in message.summary
    house.do(Pressed("experts.decline", "", nonce), DANA)
    assert house.expert() is None
    assert house.pages.invite(PageRequest(admin)) == Redirect(
        "/experts", "Asked 0 owners, each privately and this once."
    )
    house.join()
    house.pages.leave(PageRequest(house.person(DANA)))
    house.pages.invite(PageRequest(admin))
    assert [each for _, each, _ in house.said() if "owner of" in each.summary] == []


def test_an_invitation_waits_for_the_end_of_quiet_hours_and_is_accepted_in_place(house: House) -> None:
    with house.database.begin() as unit:
        dana = People(unit).get(DANA)
        assert dana is not None
        People(unit).put(replace(dana, preferences=Preferences(quiet_from="12:00", quiet_to="15:00")), NOON)
    house.pages.invite(PageRequest(house.person(SAM, is_admin=True)))
    assert house.said() == []
    house.now += minutes(121)
    ((_, _, nonce),) = house.said()
    opened = house.dispatcher.answer_now(house.turn(Pressed("experts.change", "", nonce), DANA))
    assert opened.form is not None
    told = house.do(Submitted(opened.form.id, PLAIN, opened.form.state, opened.nonce), DANA)
    assert told.summary == "You are listed as an expert now."


def test_a_name_that_somebody_else_has_too_makes_nobody_an_owner(house: House) -> None:
    house.join()
    assert "Dana" in house.do(Said("Who knows about renewals?")).summary
    house.directory.person_of(Person("slack:T1:U9", "dana okafor"))
    assert "Nobody" in house.do(Said("Who knows about renewals?")).summary


def test_a_name_without_a_vouched_address_makes_nobody_an_owner(house: House) -> None:
    with house.database.begin() as unit:
        dana = People(unit).get(DANA)
        assert dana is not None
        People(unit).put(replace(dana, email=""), NOON)
    house.join()
    assert "Nobody" in house.do(Said("Who knows about renewals?")).summary


def test_home_shows_what_one_offers_or_the_way_to_it(house: House) -> None:
    (source,) = house.catalog.home
    for title, label in (("Your help", "Offer your help"), ("Your expertise", "Change")):
        asked = house.directory.identify(house.turn(Commanded("home"), DANA))
        with house.database.reading() as unit:
            section = source(asked, unit)
        assert section is not None
        assert (section.title, Message("", section.blocks).buttons[0].label) == (title, label)
        house.join()


def test_the_page_of_an_expert_shows_what_the_reader_may_see(house: House) -> None:
    house.join(topics=("brand",))
    shown = house.pages.show_one(PageRequest(house.person(SAM), {"person": DANA}))
    assert learned_in(shown) == ["pricing", "renewals"]
    assert house.pages.show_one(PageRequest(house.person(DANA), {"person": DANA})) == Redirect("/experts/me")
    with pytest.raises(PageNotFound):
        house.pages.show_one(PageRequest(house.person(DANA), {"person": SAM}))


def test_the_page_takes_the_same_form_and_keeps_what_was_typed(house: House) -> None:
    dana = house.person(DANA)
    form = {"topic-pricing": "yes", "more_topics": "CPQ", "language-de": "yes", "day-0": "yes", "works_from": "09:00",
            "works_to": "17:00", "weekly_limit": "3"}  # fmt: skip
    wrong = house.pages.save(PageRequest(dana, form={**form, "works_to": "09:00"}))
    assert isinstance(wrong, View)
    assert wrong.status == 422
    assert wrong.values["typed"] == {**form, "works_to": "09:00"}
    assert house.pages.save(PageRequest(dana, form=form)) == Redirect("/experts/me", "You are listed as an expert now.")
    expert = house.expert()
    assert expert is not None
    assert (expert.topics, expert.days, expert.weekly_limit) == (("pricing", "CPQ"), (0,), 3)


@pytest.mark.parametrize("state", ["", "{", "null", "[1, 2, 3]", '[["a"], {}, 7]', "[" * 10_000])
def test_a_state_that_was_tampered_with_offers_little_and_breaks_nothing(state: str) -> None:
    assert {"more_topics", "days"} <= {field.name for field in form_again(state).fields}


def test_what_is_offered_comes_back_from_its_state() -> None:
    offered = Offered(("Größe",), ("crm",), ("emea", "apac"))
    assert Offered.from_text(offered.to_text()) == offered
