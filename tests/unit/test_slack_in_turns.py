"""Slack's payloads become turns, or nothing."""

import pytest

from bot.chat.turn import (
    EVERYONE,
    Commanded,
    File,
    Opened,
    Person,
    Place,
    Pointed,
    Pressed,
    Reacted,
    Reworded,
    Said,
    Submitted,
    Turn,
    Withdrawn,
)
from bot.platforms.slack.inbound import Heard, heard_in, team_of
from bot.platforms.slack.interactions import commanded_in, pointed_in, pressed_in, submitted_in
from bot.platforms.slack.workspace import Workspace
from tests.slack_requests import ACME, BOT, CHANNEL, DIRECT, NOON, TEAM, USER, WORDS, payload, payload_names

ROOT = "1355517523.000005"
FORM = File("Renewal form.pdf", "https://acme.slack.com/files/U123ABC456/F123ABC456/form.pdf")
IN_DIRECT = Place("slack", f"{TEAM}:{DIRECT}", ROOT)
IN_CHANNEL = Place("slack", f"{TEAM}:{CHANNEL}", ROOT, is_shared=True)


def heard(name: str, workspace: Workspace = ACME) -> Heard:
    found = heard_in(payload(name), workspace, NOON)
    assert found is not None
    return found


def changed(name: str, **parts: object) -> dict[str, object]:
    """A recorded event with other parts in it."""
    body = payload(name)
    event = body["event"]
    assert isinstance(event, dict)
    return {**body, "event": {**event, **parts}}


def test_a_direct_message_is_said_to_us() -> None:
    turn = heard("message_im").turn
    assert turn == Turn(
        f"{TEAM}:{DIRECT}:{ROOT}",
        Person(f"slack:{TEAM}:{USER}", ""),
        IN_DIRECT,
        NOON,
        Said("How do I renew a contract?", f"{DIRECT}:{ROOT}"),
        f"{TEAM}:{USER}",
    )


def test_a_reply_in_a_thread_stays_in_its_thread() -> None:
    assert heard("message_im_thread").turn.place == IN_DIRECT
    assert heard("message_channel_thread").turn.place == IN_CHANNEL


def test_a_mention_is_the_same_turn_whichever_event_brings_it() -> None:
    mention, message = heard("app_mention"), heard("message_channel_mention")
    assert mention == message
    assert mention.concerns_us
    assert mention.turn.place == IN_CHANNEL
    assert mention.turn.content == Said("how do I renew & extend a contract?", f"{CHANNEL}:{ROOT}")


@pytest.mark.parametrize("name", ["message_channel", "message_channel_thread"])
def test_what_people_say_to_each_other_is_overheard(name: str) -> None:
    found = heard(name)
    assert not found.concerns_us
    assert isinstance(found.turn.content, Said)
    assert not found.turn.content.addressed


def test_being_called_without_a_word_is_a_call_for_help() -> None:
    found = heard_in(changed("app_mention", text=f"<@{BOT}> "), ACME, NOON)
    assert found is not None
    assert found.turn.content == Said("help", f"{CHANNEL}:{ROOT}")


def test_a_file_with_words_is_said() -> None:
    said = Said("Is this the right form?", f"{DIRECT}:{ROOT}", files=(FORM,))
    assert heard("message_file_share").turn.content == said


def test_a_file_without_words_is_said() -> None:
    sent = heard_in(changed("message_file_share", text=""), ACME, NOON)
    assert sent is not None
    assert sent.turn.content == Said("", f"{DIRECT}:{ROOT}", files=(FORM,))
    overheard = heard_in(changed("message_file_share", text="", channel=CHANNEL), ACME, NOON)
    assert overheard is not None
    assert overheard.turn.content == Said("", f"{CHANNEL}:{ROOT}", addressed=False, files=(FORM,))
    assert heard_in(changed("message_im", text=""), ACME, NOON) is None


@pytest.mark.parametrize(
    "file",
    [
        {"id": "F1", "mode": "tombstone"},
        {"id": "F1", "file_access": "check_file_info"},
        {"id": "F1", "permalink": "https://acme.slack.com.example.org/files/form.pdf"},
        {"id": "F1", "permalink": "http://acme.slack.com/files/form.pdf"},
        {"id": "F1", "permalink": 7},
    ],
)
def test_a_file_without_an_address_in_slack_is_no_link(file: dict[str, object]) -> None:
    sent = heard_in(changed("message_file_share", files=[file]), ACME, NOON)
    assert sent is not None
    assert sent.turn.content == Said("Is this the right form?", f"{DIRECT}:{ROOT}")
    assert heard_in(changed("message_file_share", text="", channel=CHANNEL, files=[file]), ACME, NOON) is None


def joined(**parts: object) -> dict[str, object]:
    """As docs.slack.dev has it, for us: with whoever invited us."""
    return changed("message_joined", user=BOT, inviter=USER, **parts)


def test_who_invites_us_to_a_channel_brings_us_in_once() -> None:
    first, again = heard_in(joined(), ACME, NOON), heard_in(joined(ts="1355517999.000001"), ACME, NOON)
    assert first is not None and again is not None
    assert first.turn.content == Opened("channel")
    assert first.turn.place == Place("slack", f"{TEAM}:{CHANNEL}", is_shared=True)
    assert first.turn.person.id == f"slack:{TEAM}:{USER}"
    assert first.concerns_us
    assert first.turn.key == again.turn.key


def test_nobody_is_answered_where_nobody_invited_us() -> None:
    assert heard_in(changed("message_joined", user=BOT), ACME, NOON) is None


@pytest.mark.parametrize(
    "name",
    [
        "message_bot",
        "message_app",
        "message_own",
        "message_joined",
        "message_outsider",
        "message_unfurled",
        "assistant_app_thread",
        "member_joined_channel",
        "function_executed",
    ],
)
def test_what_no_colleague_wrote_is_nothing(name: str) -> None:
    assert heard_in(payload(name), ACME, NOON) is None


def test_a_reaction_to_what_guildhall_posted_counts_and_can_be_taken_back() -> None:
    added, removed = heard("reaction_added"), heard("reaction_removed")
    message = f"{CHANNEL}:{ROOT}"
    assert added.concerns_us
    assert added.turn.content == Reacted(message, "thumbsup")
    assert removed.turn.content == Reacted(message, "thumbsup", is_gone=True)
    assert added.turn.place == Place("slack", f"{TEAM}:{CHANNEL}", is_shared=True)
    assert added.turn.person.id == f"slack:{TEAM}:{USER}"
    assert added.turn.key != removed.turn.key
    assert heard("reaction_added").turn.key == added.turn.key


def test_a_reaction_in_a_direct_conversation_is_where_guildhall_writes_to_that_person() -> None:
    body = changed("reaction_added", item={"type": "message", "channel": DIRECT, "ts": ROOT})
    found = heard_in(body, ACME, NOON)
    assert found is not None
    assert found.turn.place == Place("slack", f"{TEAM}:{USER}")
    assert found.turn.content == Reacted(f"{DIRECT}:{ROOT}", "thumbsup")


@pytest.mark.parametrize(
    "parts",
    [
        {"item_user": USER},
        {"item_user": None},
        {"user": BOT},
        {"reaction": ""},
        {"item": {"type": "file", "file": "F123ABC456"}},
        {"item": {"type": "message", "channel": CHANNEL, "ts": "yesterday"}},
        {"event_ts": None},
    ],
)
def test_a_reaction_to_anything_else_is_nothing(parts: dict[str, object]) -> None:
    assert heard_in(changed("reaction_added", **parts), ACME, NOON) is None


def test_where_outsiders_are_nobody_says_whose_reaction_it_is() -> None:
    assert heard_in({**payload("reaction_added"), "is_ext_shared_channel": True}, ACME, NOON) is None


def test_a_colleague_from_the_same_organization_is_no_outsider() -> None:
    body = changed("message_im", team="E0ACME1234", user_team="E0ACME1234")
    assert heard_in(body, Workspace(TEAM, BOT, enterprise="E0ACME1234"), NOON) is not None
    assert heard_in(body, ACME, NOON) is None


def test_where_outsiders_read_along_nobody_may_read_anything() -> None:
    place = heard("message_ext_shared").turn.place
    assert place.is_shared
    assert place.members == frozenset()
    assert heard("app_mention").turn.place.members == frozenset({EVERYONE})


def test_an_edit_is_reworded_once_per_edit() -> None:
    turn = heard("message_changed").turn
    assert turn.content == Reworded(f"{DIRECT}:{ROOT}", "How do I renew for two years?")
    assert turn.key == f"{TEAM}:{DIRECT}:{ROOT}:edited:1355517700.000000"
    assert turn.place == IN_DIRECT


def test_a_mention_that_was_forgotten_at_first_asks() -> None:
    message = {"user": USER, "text": f"<@{BOT}> how?", "ts": ROOT, "edited": {"user": USER, "ts": "1355517700.000000"}}
    body = changed("message_changed", channel=CHANNEL, message=message)
    found = heard_in(body, ACME, NOON)
    assert found is not None
    assert found.concerns_us
    assert found.turn.content == Said("how?", f"{CHANNEL}:{ROOT}")
    assert found.turn.key == heard("app_mention").turn.key


def test_an_edit_of_what_was_not_said_to_us_does_not_concern_us() -> None:
    found = heard_in(changed("message_changed", channel=CHANNEL), ACME, NOON)
    assert found is not None
    assert not found.concerns_us


@pytest.mark.parametrize(("name", "place"), [("message_deleted", IN_DIRECT), ("message_tombstone", IN_CHANNEL)])
def test_a_deletion_is_withdrawn(name: str, place: Place) -> None:
    found = heard(name)
    channel = place.channel.partition(":")[2]
    assert found.concerns_us
    assert found.turn.content == Withdrawn(f"{channel}:{ROOT}")
    assert found.turn.key == f"{place.channel}:{ROOT}:deleted"
    assert found.turn.place == place


def test_opening_the_home_is_a_turn_of_its_own_place() -> None:
    turn = heard("app_home_opened_home").turn
    assert turn.content == Opened("home")
    assert turn.place == Place("slack", f"{TEAM}:{USER}", "home")


def test_the_chat_is_opened_for_the_first_time_once() -> None:
    again = heard_in(changed("app_home_opened_messages", event_ts="1355519999.000001"), ACME, NOON)
    assert again == heard("app_home_opened_messages")


def test_opening_the_chat_is_a_turn_on_both_of_slacks_surfaces() -> None:
    newer, older = heard("app_home_opened_messages").turn, heard("assistant_thread_started").turn
    assert newer.content == older.content == Opened("chat")
    assert newer.place == Place("slack", f"{TEAM}:{DIRECT}")
    assert older.place == Place("slack", f"{TEAM}:{DIRECT}", "1729999327.187299")


def test_a_pressed_button_carries_its_nonce_and_value() -> None:
    turn = pressed_in(payload("block_actions_message"), ACME, NOON)
    assert turn is not None
    assert turn.content == Pressed("questions.helpful", "q-17", "nonce-1")
    assert turn.place == IN_CHANNEL
    assert turn.place.title == "sales"
    assert turn.key == f"{TEAM}:{USER}:1548426417.840180:questions.helpful#0"
    assert turn.person == Person(f"slack:{TEAM}:{USER}", "dana")


def test_feedback_buttons_are_buttons() -> None:
    turn = pressed_in(payload("block_actions_feedback"), ACME, NOON)
    assert turn is not None
    assert turn.content == Pressed("questions.unhelpful", "q-17", "nonce-1")


def test_a_button_in_the_home_belongs_to_the_home() -> None:
    turn = pressed_in(payload("block_actions_home"), ACME, NOON)
    assert turn is not None
    assert turn.place == Place("slack", f"{TEAM}:{USER}", "home")
    assert turn.content == Pressed("profile.settings", "", "nonce-2")


def test_a_link_is_no_press() -> None:
    assert pressed_in(payload("block_actions_link"), ACME, NOON) is None


def test_a_press_by_somebody_of_another_company_is_nothing() -> None:
    body = {**payload("block_actions_message"), "user": {"id": "U0OUTSIDE1", "team_id": "T0OTHER456"}}
    assert pressed_in(body, ACME, NOON) is None


def test_a_press_on_the_message_of_another_workspaces_guildhall_is_nothing() -> None:
    assert pressed_in(payload("block_actions_message"), Workspace(TEAM, "U0ANOTHER1"), NOON) is None


def test_a_form_comes_back_with_its_values_state_and_place() -> None:
    turn = submitted_in(payload("view_submission"), ACME, NOON)
    assert turn is not None
    values = {"reason": "It is about last year", "kind": "outdated", "topics": ("a", "b"), "until": "2027-03-31"}
    assert turn.content == Submitted("questions.unhelpful", values, "q-17", "nonce-1")
    assert turn.place == IN_CHANNEL
    assert turn.key == "V456ABC123:12466734323.1395872400"


def test_a_form_of_another_workspace_is_nothing() -> None:
    assert submitted_in(payload("view_submission"), Workspace("T0OTHER456", BOT), NOON) is None


def test_a_message_can_be_pointed_at() -> None:
    turn = pointed_in(payload("message_action"), ACME, NOON)
    assert turn is not None
    assert turn.content == Pointed(
        "questions.ask_about",
        "Is the renewal page (https://wiki.example.com/x) still right?",
        "Sam Lee",
        f"https://acme.slack.com/archives/{CHANNEL}/p1548261231000200?thread_ts={ROOT}&cid={CHANNEL}",
    )
    assert turn.place == IN_CHANNEL
    assert turn.direct == f"{TEAM}:{USER}"


def test_the_files_of_a_message_come_with_it() -> None:
    body = payload("message_action")
    sent = payload("message_file_share")["event"]
    assert isinstance(sent, dict)
    body["message"] = {"ts": ROOT, "text": "", "files": sent["files"]}
    turn = pointed_in(body, ACME, NOON)
    assert turn is not None
    assert isinstance(turn.content, Pointed)
    assert (turn.content.text, turn.content.files) == ("", (FORM,))


def test_a_permalink_is_made_from_the_workspaces_domain_where_its_address_is_unknown() -> None:
    body = payload("message_action")
    body["message"] = {"ts": ROOT, "text": "x"}
    turn = pointed_in(body, Workspace(TEAM, BOT), NOON)
    assert turn is not None
    assert isinstance(turn.content, Pointed)
    assert turn.content.url == f"https://acme.slack.com/archives/{CHANNEL}/p1355517523000005"


def commanded(text: str, **fields: str) -> Turn:
    turn = commanded_in({**payload("slash_command"), "text": text, **fields}, ACME, NOON, WORDS)
    assert turn is not None
    return turn


def test_a_known_word_after_the_slash_is_a_command_that_only_its_giver_sees_answered() -> None:
    turn = commanded("Reindex  force")
    assert turn.content == Commanded("reindex", "force")
    assert turn.place == Place("slack", f"{TEAM}:{USER}")


def test_a_command_about_the_channel_belongs_to_it() -> None:
    turn = commanded("channel")
    assert turn.content == Commanded("channel")
    assert turn.place == Place("slack", f"{TEAM}:{CHANNEL}", None, is_shared=True)
    assert turn.place.title == "sales"
    assert commanded("channel", channel_id=DIRECT).place == Place("slack", f"{TEAM}:{USER}")


def test_what_slack_says_instead_of_a_private_channels_name_is_none() -> None:
    assert commanded("channel", channel_name="privategroup").place.title == ""
    where = {"id": "G1", "name": "privategroup"}
    turn = pressed_in(payload("block_actions_message") | {"channel": where}, ACME, NOON)
    assert turn is not None
    assert turn.place.title == ""


def test_a_bare_slash_command_is_a_call_for_help() -> None:
    assert commanded(" ").content == Commanded("help")


def test_a_question_after_the_slash_is_answered_where_only_its_asker_reads() -> None:
    turn = commanded("how do I renew a contract?")
    assert isinstance(turn.content, Said)
    assert turn.content.text == "how do I renew a contract?"
    assert turn.place == Place("slack", f"{TEAM}:{USER}")


@pytest.mark.parametrize("name", [name for name in payload_names() if name != "url_verification"])
def test_every_payload_names_its_workspace(name: str) -> None:
    assert team_of(payload(name)) == TEAM
