from bot.chat.reply import Actions, Button, Heading, Message
from bot.chat.turn import Place
from bot.platforms.teams.references import References
from bot.platforms.teams.render import render_activity, render_card
from bot.platforms.teams.views import Views
from tests.adaptive_card import nodes
from tests.fake_teams import DANA, SAM, TENANT, Chat, Member, activity_from
from tests.fakes_people import MemoryAddresses

CHANNEL = Chat("19:renewals@thread.tacv2", "channel", [DANA, SAM])
HERE = Place("teams", CHANNEL.id, "17", is_shared=True)
TELLS = "slack:T1:UDANA"
"""Dana, who was known in Slack first."""


def account(member: Member) -> str:
    return f"teams:{TENANT}:{member.object_id}"


def places_of(person_id: str) -> list[Place]:
    linked = {TELLS: DANA, account(SAM): SAM}
    return [Place("slack", "T1:UDANA"), Place("teams", f"@{linked[person_id].object_id}")]


def claim_card(only_for: str) -> Message:
    return Message("Who answers?", (Heading("Who answers?"), Actions((Button("I do", "x.claim", "7"),), only_for)))


async def met(*members: Member) -> References:
    references = References(MemoryAddresses())
    for member in members:
        await references.keep(activity_from(member, CHANNEL, "https://smba.trafficmanager.net/emea/"))
    return references


async def test_somebody_known_from_slack_gets_their_own_card_in_teams() -> None:
    views = Views(await met(DANA, SAM), places_of)
    view = await views.of(HERE, claim_card(TELLS), "k", "n")
    [attachment] = render_activity(claim_card(TELLS), view)["attachments"]
    assert attachment["content"]["refresh"]["userIds"] == [DANA.id]
    assert nodes(attachment["content"], "ActionSet") == []

    own = await views.of(HERE, claim_card(TELLS), "k", "n", viewer=f"@{DANA.object_id}")
    assert len(nodes(render_card(claim_card(TELLS), own), "ActionSet")) == 1
    others = await views.of(HERE, claim_card(TELLS), "k", "n", viewer=f"@{SAM.object_id}")
    assert nodes(render_card(claim_card(TELLS), others), "ActionSet") == []


async def test_a_person_without_another_account_is_known_by_that_of_teams() -> None:
    views = Views(await met(SAM), places_of)
    view = await views.of(HERE, claim_card(account(SAM)), "k", "n")
    assert view.user_ids == {account(SAM): SAM.id}


async def test_somebody_whom_teams_has_not_named_yet_sees_what_all_see() -> None:
    view = await Views(await met(SAM), places_of).of(HERE, claim_card(TELLS), "k", "n")
    assert view.user_ids == {}
    assert len(nodes(render_card(claim_card(TELLS), view), "ActionSet")) == 1


async def test_alone_with_guildhall_nothing_is_hidden() -> None:
    chat = Place("teams", "a:1")
    view = await Views(await met(DANA), places_of).of(chat, claim_card(TELLS), "k", "n")
    assert (view.user_ids, view.is_shared) == ({}, False)
