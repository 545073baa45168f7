"""Teams' activities become turns, or nothing."""

import time
from dataclasses import replace

import pytest

from bot.chat.turn import File, Opened, Pressed, Reacted, Reworded, Said, Submitted, Withdrawn
from bot.platforms.teams.inbound import (
    delete_turn,
    has_us,
    message_turn,
    opened_turn,
    person_of,
    place_of,
    reaction_turns,
    update_turn,
)
from bot.platforms.teams.words import READ_LIMIT, html_text, said_text
from tests.teams_requests import CHANNEL, GROUP, MEGAN, NOON, TENANT, payload


def test_personal_message_is_said_in_the_persons_direct_channel() -> None:
    turn = message_turn(payload("message_personal"), NOON)
    assert turn is not None
    assert turn.content == Said("When does the renewal clock start?", "1737000000001")
    assert (turn.place.channel, turn.place.thread, turn.place.is_shared) == (f"@{MEGAN}", None, False)
    assert turn.private_place == turn.place
    assert (turn.person.id, turn.person.name) == (f"teams:{TENANT}:{MEGAN}", "Megan Bowen")
    assert (turn.person.language, turn.person.time_zone) == ("de", "America/Los_Angeles")


def test_file_is_a_link_to_where_it_opens_and_never_the_address_that_opens_it_for_anybody() -> None:
    turn = message_turn(payload("message_personal_file"), NOON)
    assert turn is not None
    folder = "https://contoso-my.sharepoint.com/personal/megan_contoso_com/Documents/Microsoft%20Teams%20Chat%20Files"
    form = File("Renewal form.pdf", f"{folder}/Renewal%20form.pdf")
    assert turn.content == Said("This is the form.", "1737000000002", files=(form,))


@pytest.mark.parametrize("url", ["https://contoso.example.org/sharepoint.com", "http://a.sharepoint.com/x", "", None])
def test_file_that_is_kept_elsewhere_is_no_link(url: str | None) -> None:
    file = {"contentType": "application/vnd.microsoft.teams.file.download.info", "contentUrl": url, "name": "x"}
    turn = message_turn(
        payload("message_personal", attachments=[file, "x", {"contentUrl": "https://x.sharepoint.com"}]), NOON
    )
    assert turn is not None
    assert isinstance(turn.content, Said)
    assert turn.content.files == ()


def test_mention_of_the_bot_goes_and_the_others_keep_their_names() -> None:
    turn = message_turn(payload("message_group_mention"), NOON)
    assert turn is not None
    assert turn.content == Said("when does the renewal clock start, Adele Vance ?", "1737000000001")
    assert (turn.place.channel, turn.place.is_shared) == (GROUP, True)
    assert turn.private_place.channel == f"@{MEGAN}"


def test_thread_of_a_channel_is_parted_from_its_channel() -> None:
    turn = message_turn(payload("message_channel_mention"), NOON)
    assert turn is not None
    assert (turn.place.channel, turn.place.thread) == (CHANNEL, "1737000000000")
    assert turn.place.title == "Sales › Renewals"


def test_another_reaction_takes_the_first_one_back() -> None:
    removed, added = reaction_turns(payload("message_reaction"), NOON)
    assert removed.content == Reacted("1737000000000", "like", is_gone=True)
    assert added.content == Reacted("1737000000000", "heart")
    assert (added.place.channel, added.place.thread, added.place.is_shared) == (CHANNEL, None, True)
    assert added.person.id == f"teams:{TENANT}:{MEGAN}"
    assert removed.key != added.key
    assert [each.key for each in reaction_turns(payload("message_reaction"), NOON)] == [removed.key, added.key]


@pytest.mark.parametrize(
    "parts",
    [
        {"replyToId": None},
        {"replyToId": "1" * 1_000},
        {"from": {"id": "28:c9e8c047-2a34-40a1-b28a-b162d5f5327c"}},
        {"reactionsAdded": "like", "reactionsRemoved": [{"type": 7}, "heart", {}]},
    ],
)
def test_a_reaction_that_is_none_is_nothing(parts: dict[str, object]) -> None:
    assert reaction_turns(payload("message_reaction", **parts), NOON) == []


def test_message_without_a_mention_is_overheard() -> None:
    turn = message_turn(payload("message_channel_overheard"), NOON)
    assert turn is not None
    assert isinstance(turn.content, Said)
    assert not turn.content.addressed


def test_somebody_elses_name_in_a_mark_is_no_mention_of_us() -> None:
    entities = [{"type": "mention", "text": "<at>Guildhall</at>", "mentioned": {"id": "29:x", "name": "Guildhall"}}]
    turn = message_turn(payload("message_group_mention", entities=entities), NOON)
    assert turn is not None
    assert isinstance(turn.content, Said)
    assert not turn.content.addressed


def test_message_resent_under_the_clients_own_id_has_the_same_key() -> None:
    data = {"tenant": {"id": TENANT}, "clientActivityID": "17370-1"}
    first = message_turn(payload("message_personal", id="1", channelData=data), NOON)
    again = message_turn(payload("message_personal", id="2", channelData=data), NOON)
    other = message_turn(payload("message_personal", id="3"), NOON)
    assert first is not None and again is not None and other is not None
    assert first.key == again.key != other.key


def test_two_people_never_share_a_key() -> None:
    first = message_turn(payload("message_group_mention"), NOON)
    sender = {"id": "29:other", "name": "Adele Vance", "aadObjectId": "0f1"}
    second = message_turn(payload("message_group_mention", **{"from": sender}), NOON)
    assert first is not None and second is not None
    assert first.key != second.key


def test_edit_and_deletion_name_the_message() -> None:
    edited = update_turn(payload("message_update"), NOON)
    deleted = delete_turn(payload("message_delete"), NOON)
    assert edited is not None and deleted is not None
    assert edited.content == Reworded("1737000000001", "When does the renewal clock start in June?")
    assert deleted.content == Withdrawn("1737000000001")


def test_the_installations_activities_open_one_chat() -> None:
    turns = [opened_turn(payload(name), NOON) for name in ("installed_personal", "members_added_personal")]
    assert all(turn is not None and turn.content == Opened("chat") for turn in turns)
    assert len({turn.key for turn in turns if turn is not None}) == 1


def test_a_team_that_adds_us_is_greeted_once() -> None:
    channel = payload("members_removed_team")
    added = {"membersRemoved": [], "membersAdded": channel["membersRemoved"]}
    installed = {"type": "installationUpdate", "action": "add", "membersRemoved": []}
    turns = [opened_turn(channel | parts, NOON) for parts in (added, installed)]
    assert all(turn is not None and turn.content == Opened("channel") and turn.place.is_shared for turn in turns)
    assert len({turn.key for turn in turns if turn is not None}) == 1


def test_bots_and_people_without_an_account_do_nothing() -> None:
    assert message_turn(payload("message_from_bot"), NOON) is None
    assert person_of(payload("message_personal", **{"from": {"id": "29:x", "name": "Caller"}})) is None
    assert person_of(payload("message_personal", **{"from": {"id": "28:b", "aadObjectId": "1"}})) is None
    assert person_of(payload("message_personal", **{"from": {"id": "x", "aadObjectId": "1", "role": "bot"}})) is None


def test_chat_of_two_people_is_shared() -> None:
    conversation = {"conversationType": "personal", "id": "19:a_b@unq.gbl.spaces", "tenantId": TENANT}
    assert place_of(payload("message_action", conversation=conversation)).is_shared


def test_button_and_form_in_a_message_are_pressed_and_sent() -> None:
    turn = message_turn(payload("submit_in_message"), NOON)
    assert turn is not None
    assert turn.content == Pressed("questions.choose", "q1 0", "nonce-1", "answer-q1")
    ours = {"g": {"f": "questions.unhelpful", "s": "q1", "n": "n1", "one": [], "many": []}, "comment": "No."}
    sent = message_turn(payload("submit_in_message", value=ours), NOON)
    assert sent is not None
    assert sent.content == Submitted("questions.unhelpful", {"comment": "No."}, "q1", "n1")


def test_we_are_found_among_the_members() -> None:
    assert has_us(payload("members_added_personal"), "membersAdded")
    assert has_us(payload("members_removed_team"), "membersRemoved")
    assert not has_us(payload("members_added_personal", membersAdded=[{"id": "29:x"}]), "membersAdded")
    assert not has_us(payload("members_added_personal", recipient={}, membersAdded=[{}]), "membersAdded")


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>one</p><p>two &amp; three</p>", "one\ntwo & three"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ('<at id="0">Adele</at>, hi<br>there', "Adele, hi\nthere"),
        ("<script>alert(1)</script>safe<style>p{}</style>", "safe"),
        ("a &lt;b&gt; &nbsp; c", "a <b> c"),
        ("<!-- hidden -->left<?x?>", "left"),
        ('<div a="' * 3, '<div a="<div a="<div a="'),
        ("</script></style>left", "left"),
        ('<a title="x" href="https://x.example/m?a=1&amp;b=2">the map</a>.', "the map (https://x.example/m?a=1&b=2)."),
        ('<a href="https://x.example/m">https://x.example/m</a>', "https://x.example/m"),
        ('<a href="javascript:alert(1)">no</a> <a>none</a> <a href="https://x.example/">open', "no none open"),
        ("", ""),
    ],
)
def test_html_reads_as_its_words(html: str, words: str) -> None:
    assert html_text(html) == words


@pytest.mark.parametrize(
    "piece",
    [
        "<div",
        "<!--",
        "<a b='",
        '<div a="',
        "</",
        "<?",
        "&",
        "<script>",
        "\n ",
        "<b>",
        '<a href="https://x">',
        '<a href="https://x"></a>',
    ],
)
def test_unfinished_html_is_read_in_one_pass(piece: str) -> None:
    started = time.process_time()
    html_text(piece * (READ_LIMIT // len(piece)))
    assert time.process_time() - started < 1.0


def test_text_that_is_marked_up_reads_as_its_words() -> None:
    assert said_text({"text": "<p>a <b>bold</b> word</p>", "textFormat": "xml"}) == "a bold word"
    html = [{"contentType": "text/html", "content": "<p>only here</p>"}]
    assert said_text({"text": "", "attachments": html}) == "only here"
    assert said_text({"text": "a <tag> & b", "textFormat": "plain"}) == "a <tag> & b"


def test_title_is_no_part_of_what_a_place_is() -> None:
    place = place_of(payload("message_channel_mention"))
    assert place == replace(place, title="")
