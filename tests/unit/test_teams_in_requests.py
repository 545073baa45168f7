"""The endpoint: who is let in, and what is answered."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from itertools import islice

import pytest

from bot.chat.turn import Opened, Reacted, Said
from bot.platforms.teams.references import References
from bot.settings import TeamsCloud
from tests.teams_requests import CHANNEL, GROUP, MEGAN, SERVICE, TENANT, Caller, calling, payload, payload_names
from tests.token_issuer import unsigned


@pytest.fixture
async def teams() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


@pytest.fixture
async def playground() -> AsyncIterator[Caller]:
    async with calling(app_id="", tenant_id="") as caller:
        yield caller


async def test_signed_message_is_accepted(teams: Caller) -> None:
    assert await teams.send(payload("message_personal")) == (200, None)
    assert isinstance(teams.inbound.turn.content, Said)
    assert [place.channel for place in teams.typing_in] == [f"@{MEGAN}"]


async def test_same_message_twice_has_one_turn_and_shows_typing_once(teams: Caller) -> None:
    for _ in range(2):
        assert await teams.send(payload("message_personal")) == (200, None)
    assert len(teams.inbound.accepted) == 1
    assert len(teams.typing_in) == 1


async def test_reaction_is_accepted_once_for_each_thing_it_changes(teams: Caller) -> None:
    documented = {"isGroup": True, "conversationType": "channel", "id": CHANNEL}
    told = payload("message_reaction", conversation=documented)
    for _ in range(2):
        assert await teams.send(told) == (200, None)
    assert [turn.content for turn in teams.inbound.accepted.values()] == [
        Reacted("1737000000000", "like", is_gone=True),
        Reacted("1737000000000", "heart"),
    ]
    assert not teams.typing_in


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another-app"},
        {"iss": "https://evil.example"},
        {"lasts": timedelta(minutes=-6)},
        {"signed_by": "stranger"},
        {"kid": "made-up"},
    ],
)
async def test_token_that_proves_nothing_is_unauthorized(teams: Caller, changed: dict[str, object]) -> None:
    assert await teams.send(payload("message_personal"), teams.token(**changed)) == (401, None)
    assert not teams.inbound.accepted


@pytest.mark.parametrize("changed", [{"serviceurl": "https://smba.trafficmanager.net/emea/"}, {"serviceurl": ""}])
async def test_token_for_another_service_address_is_forbidden(teams: Caller, changed: dict[str, object]) -> None:
    assert await teams.send(payload("message_personal"), teams.token(**changed)) == (403, None)
    assert not teams.inbound.accepted


async def test_another_tenant_and_another_channel_are_forbidden(teams: Caller) -> None:
    other = {"conversationType": "personal", "id": "a:1", "tenantId": "another"}
    assert await teams.send(payload("message_personal", conversation=other)) == (403, None)
    assert await teams.send(payload("message_personal", channelId="webchat")) == (403, None)
    nowhere = {"conversationType": "personal", "id": "a:1"}
    assert await teams.send(payload("message_personal", conversation=nowhere, channelData={})) == (403, None)
    assert not teams.inbound.accepted


@pytest.mark.parametrize("cloud", ["gcc-high", "dod"])
async def test_in_a_government_cloud_its_own_tokens_count(cloud: TeamsCloud) -> None:
    async with calling(cloud=cloud) as teams:
        assert await teams.send(payload("message_personal")) == (401, None)
        token = teams.token(iss="https://api.botframework.us")
        assert await teams.send(payload("message_personal"), token) == (200, None)


async def test_without_a_tenant_nobody_is_let_in() -> None:
    async with calling(tenant_id="") as teams:
        assert await teams.send(payload("message_personal")) == (403, None)


async def test_key_that_is_not_endorsed_for_teams_is_unauthorized(teams: Caller) -> None:
    teams.issuer.endorsements = ("webchat",)
    assert await teams.send(payload("message_personal")) == (401, None)


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic eDp5",
        "Bearer a b",
        "Bearer é",
        "Bearer a.b.c",
        f"Bearer {unsigned({'alg': 'none', 'kid': 'key-1'}, {'aud': 'x'})}",
        "Bearer " + "x" * 7_000,
    ],
)
async def test_junk_in_place_of_a_token_is_unauthorized(teams: Caller, authorization: str | None) -> None:
    headers = {"Content-Type": "application/json"}
    if authorization is not None:
        headers["Authorization"] = authorization
    assert (await teams.raw(json.dumps(payload("message_personal")).encode(), headers))[0] == 401
    assert teams.issuer.fetched == []


async def test_hanging_key_server_ends_in_unauthorized() -> None:
    hang = asyncio.Event()
    async with calling(keys_timeout=0.2) as teams:
        teams.issuer.before_answer = hang.wait
        assert (await teams.send(payload("message_personal")))[0] == 401
        hang.set()


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{}", "application/json", 403),
        (b"\xff\xfe", "application/json", 400),
        (b'{"a":' * 5_000, "application/json", 400),
        (b'{"a":' + b"9" * 5_000 + b"}", "application/json", 400),
        (b" " * 1_100_000, "application/json", 413),
    ],
)
async def test_body_that_is_no_activity_is_refused(teams: Caller, body: bytes, content_type: str, status: int) -> None:
    headers = {"Content-Type": content_type, "Authorization": f"Bearer {teams.token()}"}
    assert (await teams.raw(body, headers))[0] == status


async def test_activity_without_a_conversation_is_refused(teams: Caller) -> None:
    sent = payload("message_personal")
    del sent["conversation"]
    assert (await teams.send(sent))[0] == 400
    assert (await teams.send(payload("message_personal", type=7)))[0] == 400


async def test_what_people_say_to_each_other_is_dropped_unless_it_is_wanted(teams: Caller) -> None:
    await teams.send(payload("message_channel_overheard"))
    assert not teams.inbound.accepted
    teams.inbound.overhearing = True
    await teams.send(payload("message_channel_overheard"))
    assert isinstance(teams.inbound.turn.content, Said)
    assert [place.thread for place in teams.inbound.asked_about] == ["1737000000000"] * 2


async def test_mention_needs_nobodys_leave(teams: Caller) -> None:
    await teams.send(payload("message_group_mention"))
    assert not teams.inbound.asked_about
    assert teams.inbound.turn.place.channel == GROUP
    assert not teams.typing_in


async def test_installation_greets_once_and_is_remembered_until_removed(teams: Caller) -> None:
    for name in ("installed_personal", "members_added_personal", "installed_personal"):
        assert await teams.send(payload(name)) == (200, None)
    assert teams.inbound.turn.content == Opened("chat")
    known = await References(teams.addresses).of_person(MEGAN)
    assert known is not None and known.conversation.startswith("a:17I0")
    await teams.send(payload("removed_personal"))
    after = await References(teams.addresses).of_person(MEGAN)
    assert after is not None and not after.conversation


async def test_team_that_removes_us_is_forgotten(teams: Caller) -> None:
    await teams.send(payload("message_channel_mention"))
    channel = "19:253b1f341670408fb6fe51050b6e5ceb@thread.tacv2"
    assert await References(teams.addresses).of_channel(channel) is not None
    await teams.send(payload("members_removed_team"))
    assert await References(teams.addresses).of_channel(channel) is None


def in_channel(name: str, channel: str, **data: object) -> dict[str, object]:
    sent = payload(name)
    conversation, known = sent["conversation"], sent["channelData"]
    assert isinstance(conversation, dict)
    assert isinstance(known, dict)
    return payload(name, conversation={**conversation, "id": channel}, channelData={**known, **data})


async def known_of(teams: Caller, *channels: str) -> list[bool]:
    return [await References(teams.addresses).of_channel(channel) is not None for channel in channels]


@pytest.mark.parametrize("how", [{}, {"type": "installationUpdate", "action": "remove", "membersRemoved": []}])
async def test_team_that_removes_us_is_forgotten_with_all_its_channels(teams: Caller, how: dict[str, object]) -> None:
    other = {"team": {"id": "19:another@thread.tacv2"}}
    await teams.send(in_channel("message_channel_mention", "19:one@thread.tacv2"))
    await teams.send(in_channel("message_channel_mention", "19:two@thread.tacv2"))
    await teams.send(in_channel("message_channel_mention", "19:three@thread.tacv2", **other))
    channels = ("19:one@thread.tacv2", "19:two@thread.tacv2", "19:three@thread.tacv2")
    assert await known_of(teams, *channels) == [True, True, True]
    await teams.send(in_channel("members_removed_team", "19:one@thread.tacv2") | how)
    assert await known_of(teams, *channels) == [False, False, True]
    assert await References(teams.addresses).of_person(MEGAN) is not None


async def test_channel_that_removes_us_is_forgotten_without_its_team(teams: Caller) -> None:
    await teams.send(in_channel("message_channel_mention", "19:one@thread.tacv2"))
    await teams.send(in_channel("message_channel_mention", "19:two@thread.tacv2"))
    await teams.send(in_channel("members_removed_team", "19:one@thread.tacv2", eventType="channelMemberRemoved"))
    assert await known_of(teams, "19:one@thread.tacv2", "19:two@thread.tacv2") == [False, True]


async def test_who_looks_something_up_is_known_where_we_are_and_nowhere_else(teams: Caller) -> None:
    """Elsewhere nobody can be asked who that is, and they read as a guest does."""
    references = References(teams.addresses)
    adele = "00000000-0000-4000-8000-000000000007"
    sender = {"id": "29:adele", "name": "Adele", "aadObjectId": adele}
    await teams.send(payload("search", **{"from": sender}))
    found = await references.of_person(adele)
    assert found is None or not (found.conversation or found.met_in)
    await teams.send(payload("message_group_mention"))
    await teams.send(payload("search", **{"from": sender}))
    found = await References(teams.addresses).of_person(adele)
    assert found is not None
    assert found.met_in == GROUP


async def test_message_of_another_bot_is_ignored(teams: Caller) -> None:
    assert await teams.send(payload("message_from_bot")) == (200, None)
    assert not teams.inbound.accepted


async def test_playground_is_let_in_from_this_machine(playground: Caller) -> None:
    sent = payload("message_personal", serviceUrl="http://127.0.0.1:56150/_connector")
    status, _ = await playground.raw(json.dumps(sent).encode(), {"Content-Type": "application/json"})
    assert status == 200
    assert isinstance(playground.inbound.turn.content, Said)


@pytest.mark.parametrize(
    ("service_url", "headers", "status"),
    [
        ("https://smba.trafficmanager.net/amer/", {}, 403),
        ("http://127.0.0.1.evil.example/", {}, 403),
        ("http://[", {}, 403),
        ("http://localhost:56150/", {"Origin": "https://evil.example"}, 403),
        ("http://localhost:56150/", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("http://localhost:56150/", {"Host": "evil.example"}, 403),
        ("http://localhost:56150/", {"X-Forwarded-For": "203.0.113.7"}, 403),
        ("http://localhost:56150/", {"Host": "["}, 403),
        ("http://localhost:56150/", {"Content-Type": "text/plain"}, 415),
    ],
)
async def test_nobody_else_is_let_in_without_an_app_id(
    playground: Caller, service_url: str, headers: dict[str, str], status: int
) -> None:
    body = json.dumps(payload("message_personal", serviceUrl=service_url)).encode()
    assert (await playground.raw(body, {"Content-Type": "application/json", **headers}))[0] == status
    assert not playground.inbound.accepted


ODD = (None, True, -1, 1.5, "", "x" * 5_000, "\x00", "\ud800", "{}", [], [None], [[]], {}, {"id": {}}, [{"type": []}])
KEPT = {"serviceUrl": SERVICE, "channelId": "msteams", "conversation": {"tenantId": TENANT, "id": GROUP}}


def changed(value: object) -> Iterator[object]:
    """`value` with each of its parts in turn replaced by each of the odd ones."""
    yield from ODD
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for place, part in inner:
        for odd in changed(part):
            copy: dict[object, object] | list[object] = value.copy() if isinstance(value, dict | list) else []
            copy[place] = odd
            yield copy


async def test_odd_activities_never_make_a_server_error(teams: Caller) -> None:
    token, seen = teams.token(), set()
    odd = (body for name in payload_names() for body in changed(payload(name)))
    for number, sent in enumerate(islice(odd, 0, None, 5)):
        body = {**sent, **KEPT} if isinstance(sent, dict) and number % 2 else sent
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        status, _ = await teams.raw(json.dumps(body).encode(), headers)
        seen.add(status)
        assert status < 500, body
    assert {200, 400, 403} <= seen
