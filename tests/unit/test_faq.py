"""From a message to a draft, and from drafts to a file that the library reads."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import Form, TextField, missing_or_invalid
from bot.chat.reply import Post
from bot.chat.turn import Opened, Person, Place, Pointed, Pressed, Submitted
from bot.features.channels.model import Channel, Policy
from bot.features.channels.store import SqlChannels
from bot.features.faq import use_cases
from bot.features.faq.chat import FaqChat, faq_feature
from bot.features.faq.export import faq_file
from bot.features.faq.model import ANSWER_LIMIT, Draft, DraftState, Link
from bot.features.faq.review import Review
from bot.features.faq.review_chat import ReviewChat
from bot.features.faq.review_requests import ReviewRequests
from bot.features.faq.store import SqlDrafts
from bot.storage.unit_of_work import Database, UnitOfWork
from indexer.documents import Origin, documents_of, effective_meta
from indexer.formats.markdown import parse_markdown
from knowledge.document import DocumentKind, SourceDocument
from knowledge.inline import render_inline
from tests.builders import ADMIN, DANA, NOON, SAM, turn
from tests.fakes import FakeKnowledge

CHANNEL = Place("slack", "T1:C1", "17.2", is_shared=True)
SAID = Pointed("faq.save", "120 days before the contract ends.", "Sam Lee", "https://acme.slack.com/archives/C1/p17")
DRAFT = Draft("d1", "When?", "Then.", DANA.id, DANA.name, NOON, Place("slack", "T1:U1"))


class Desk:
    """The feature inside one transaction."""

    def __init__(self, unit: UnitOfWork) -> None:
        self.unit = unit
        self.store = SqlDrafts(unit)
        review = Review(ReviewRequests(FakeKnowledge(), "https://guild.example"))
        self.feature = faq_feature(FaqChat(review), ReviewChat(review))

    def point(self, pointed: Pointed = SAID) -> Form:
        reply = self.feature.message_actions["faq.save"].handler(turn(pointed, place=CHANNEL), self.unit)
        assert reply.form is not None
        return reply.form

    def save(self, form: Form, **values: str) -> Post:
        sent = {"question": "When does the clock start?", "answer": initial(form, "answer"), **values}
        route = self.feature.forms["faq.save"]
        assert missing_or_invalid(route.form(form.state), sent) == {}
        made = turn(Submitted("faq.save", dict(sent), form.state, "n"), place=CHANNEL)
        (post,) = route.handler(replace(made, direct="T1:U1"), self.unit).posts
        return post

    def press(self, post: Post, person: Person = DANA) -> Post:
        (button,) = post.message.buttons
        pressed = Pressed(button.action, button.value, "n", post.key)
        (answer,) = self.feature.buttons[button.action](turn(pressed, person=person), self.unit).posts
        return answer


@pytest.fixture
def desk(sqlite_database: Database) -> Iterator[Desk]:
    with sqlite_database.begin() as unit:
        yield Desk(unit)


def initial(form: Form, name: str) -> str:
    (field,) = [field for field in form.fields if field.name == name]
    assert isinstance(field, TextField)
    return field.initial


def test_the_message_is_the_answer_that_the_form_begins_with(desk: Desk) -> None:
    form = desk.point()
    assert (initial(form, "answer"), initial(form, "question")) == (SAID.text, "")


def test_a_message_that_no_form_takes_is_cut_to_what_one_takes(desk: Desk) -> None:
    form = desk.point(replace(SAID, text="word " * 2_000, author="a" * 900, url="https://x.example/" + "b" * 5_000))
    assert len(initial(form, "answer")) <= ANSWER_LIMIT
    desk.save(form)


def test_a_message_without_words_is_nothing_to_save(desk: Desk) -> None:
    with pytest.raises(UserFacingError, match="no words"):
        desk.point(replace(SAID, text="👍"))


def test_a_saved_draft_is_confirmed_to_the_saver_alone_with_what_happens_next(desk: Desk) -> None:
    post = desk.save(desk.point())
    (draft,) = desk.store.waiting()
    assert post.place == Place("slack", "T1:U1")
    assert (draft.author, draft.source_url, draft.saved_by) == (SAID.author, SAID.url, DANA.id)
    assert post.message.summary == "Saved as a FAQ draft: When does the clock start?"
    assert "or a curator, looks at it next" in str(post.message)


def test_a_draft_is_withdrawn_and_handed_in_again_in_the_same_message(desk: Desk) -> None:
    post = desk.save(desk.point())
    withdrawn = desk.press(post)
    assert (withdrawn.key, desk.store.waiting()) == (post.key, [])
    desk.press(withdrawn)
    assert desk.store.count_waiting() == 1


def test_only_the_saver_withdraws(desk: Desk) -> None:
    post = desk.save(desk.point())
    with pytest.raises(UserFacingError, match="Only the person who saved"):
        desk.press(post, SAM)
    assert desk.store.count_waiting() == 1


@pytest.mark.parametrize("field", ["question", "answer"])
def test_a_draft_needs_words(desk: Desk, field: str) -> None:
    with pytest.raises(FormRejected) as rejected:
        desk.save(desk.point(), **{field: " … "})
    assert set(rejected.value.problems) == {field}
    assert desk.store.waiting() == []


def test_what_is_said_in_a_channel_of_one_hub_is_that_hubs(desk: Desk) -> None:
    channel = Channel(CHANNEL.platform, CHANNEL.channel, Policy(hubs=frozenset({"emea"})), revision=1)
    SqlChannels(desk.unit).change(channel)
    desk.save(desk.point())
    assert [each.hub for each in desk.store.waiting()] == ["emea"]


def test_a_link_that_is_no_web_address_is_not_kept(desk: Desk) -> None:
    desk.save(desk.point(replace(SAID, url="javascript:alert(1)")))
    assert desk.store.waiting()[0].source_url == ""


def test_curators_are_told_of_drafts_and_others_are_not(desk: Desk) -> None:
    (at_home,) = desk.feature.home
    opened = turn(Opened("home"), place=Place("slack", "T1:U1", "home"), person=ADMIN)
    assert at_home(opened, desk.unit) is None
    desk.save(desk.point())
    section = at_home(opened, desk.unit)
    assert section is not None
    assert "https://guild.example/faq/drafts" in str(section.blocks)
    assert at_home(replace(opened, person=DANA), desk.unit) is None
    curator = replace(DANA, is_curator=True)
    assert at_home(replace(opened, person=curator), desk.unit) == section


def test_what_an_admin_deletes_can_be_put_back(desk: Desk) -> None:
    store = desk.store
    store.add(DRAFT)
    assert use_cases.delete_draft(store, "d1").state is DraftState.DELETED
    with pytest.raises(UserFacingError, match="does not wait any more"):
        use_cases.edit_draft(store, "d1", "Why?", "So.")
    with pytest.raises(UserFacingError, match="does not wait any more"):
        use_cases.withdraw_draft(store, "d1", DANA)
    use_cases.restore_draft(store, "d1")
    assert use_cases.edit_draft(store, "d1", "Why?", "So.").question == "Why?"


def read_back(*drafts: Draft) -> list[SourceDocument]:
    parsed = parse_markdown(faq_file(drafts))
    documents, _ = documents_of(parsed, Origin("Uploads", "faq.md"), effective_meta(parsed.meta))
    return [each for each in documents if each.kind is DocumentKind.FAQ]


def test_the_indexer_reads_the_file_as_one_entry_for_each_draft() -> None:
    links = (Link("A [map]", "https://acme.example/map"),)
    answer = "First line.\n- one\n- two\n\nLast."
    other = replace(DRAFT, question="Who owns it", answer=answer, source_url=SAID.url, links=links)
    when, who = read_back(DRAFT, other)
    assert (when.title, who.title) == ("When?", "Who owns it?")
    texts = [block.text for block in who.blocks]
    linked = "[A \\[map\\]](https://acme.example/map)"
    assert texts == ["First line.", "one", "two", "Last.", linked, f"[Where this was said]({SAID.url})"]


@pytest.mark.parametrize(
    "answer",
    [
        "# Is this mine?",
        "Yes.\n\nIs this mine?\n===",
        "Yes.\n\n## Is this mine?\n\nNo.",
        "Is this mine?\n---",
        "---\naudience: [board]\n---\nYes.",
        "<h2>Is this mine?</h2>",
        "```\ncode",
        "[link](https://evil.example)",
        "![image](https://evil.example/x.png)",
        "::: hidden\n\nYes.",
        "Yes.\u2028# Is this mine?\x85---",
    ],
)
def test_markup_in_an_answer_stays_words(answer: str) -> None:
    (entry,) = read_back(replace(DRAFT, answer=answer))
    assert entry.title == "When?"
    shown = "".join(render_inline(block.text, lambda href: href) for block in entry.blocks)
    assert "<" not in shown.replace("<p>", "")


@given(st.text(max_size=200).filter(lambda text: any(letter.isalnum() for letter in text)))
def test_whatever_is_said_makes_one_entry(text: str) -> None:
    question, answer = use_cases.cleaned("What was said?", text)
    assert [each.title for each in read_back(replace(DRAFT, question=question, answer=answer))] == ["What was said?"]


@given(st.text(max_size=100).filter(lambda text: any(letter.isalnum() for letter in text)))
def test_whatever_is_asked_makes_one_entry(text: str) -> None:
    question, answer = use_cases.cleaned(text, "Then.")
    assert len(read_back(replace(DRAFT, question=question, answer=answer))) == 1
