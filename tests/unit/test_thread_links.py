"""Links from My questions back to where they were asked."""

import pytest

from bot.chat.turn import Place
from bot.features.questions import mine
from bot.features.questions.threads import thread_url as url_of
from bot.platforms.slack.thread_links import thread_url
from bot.platforms.teams.thread_links import message_url
from tests.builders import question

IN_CHANNEL = "https://app.slack.com/client/T1/C1/thread/C1-17.2"


@pytest.mark.parametrize(
    ("place", "said", "url"),
    [
        (Place("slack", "T1:C1", "17.2", is_shared=True), "C1:18.0", IN_CHANNEL),
        (Place("slack", "T1:D1", "17.2"), "", "https://app.slack.com/client/T1/D1/thread/D1-17.2"),
        (Place("slack", "T1:U1"), "D1:17.2", "https://app.slack.com/client/T1/D1/thread/D1-17.2"),
        (Place("slack", "T1:U1"), "123.456.abc", ""),
        (Place("slack", "T1:U1", "home"), "", ""),
        (Place("slack", "T1:../../x", "17.2"), "", ""),
    ],
)
def test_a_thread_in_slack_opens_where_its_channel_and_time_are_known(place: Place, said: str, url: str) -> None:
    assert thread_url(place, said) == url


def test_a_thread_of_a_government_workspace_opens_there() -> None:
    place = Place("slack", "T1:C1", "17.2", is_shared=True)
    assert thread_url(place, "", api_url="https://slack-gov.com/api/").startswith("https://app.slack-gov.com/client/T1")


@pytest.mark.parametrize(
    ("place", "said", "url"),
    [
        (
            Place("teams", "19:a@thread.tacv2", "1700", is_shared=True),
            "1701",
            "https://teams.microsoft.com/l/message/19:a@thread.tacv2/1701?tenantId=t&parentMessageId=1700",
        ),
        (
            Place("teams", "19:b@thread.v2", is_shared=True),
            "1701",
            "https://teams.microsoft.com/l/message/19:b@thread.v2/1701"
            "?tenantId=t&context=%7B%22contextType%22%3A%22chat%22%7D",
        ),
        (Place("teams", "@dana"), "1701", ""),
        (Place("teams", "19:b@thread.v2", is_shared=True), "", ""),
        (Place("teams", "19:b@thread.v2", is_shared=True), "../x", ""),
    ],
)
def test_a_message_in_teams_opens_where_others_read_along(place: Place, said: str, url: str) -> None:
    assert message_url(place, said, tenant_id="t") == url


def test_a_listed_question_leads_back_to_its_thread_and_without_a_page_nowhere_else() -> None:
    asked = question(place=Place("slack", "T1:C1", "17.2", is_shared=True), said_id="C1:17.2")
    elsewhere = question("q2", place=Place("teams", "@dana"))
    listed = str(mine.my_questions_message([asked, elsewhere], None, {"slack": thread_url}))
    assert listed.count("href='") == 1
    assert IN_CHANNEL in listed


def test_a_thread_of_the_page_opens_on_it_where_people_reach_it() -> None:
    asked = question(place=Place("web", "web:dana", "t-1"))
    assert url_of(asked, {}, pages="https://guild.example") == "https://guild.example/t/t-1"
    assert url_of(asked, {}, pages=None) == ""
