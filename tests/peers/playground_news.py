"""Stories, announcements and digests where people read them: told in Microsoft's Agents Playground and sent from there
to its channel, to a Slack that nobody here wrote, and to a mail server. ``python3 dev.py peers`` runs it."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from slack_sdk import WebClient

from bot.bootstrap.parts import open_database
from tests.drivers.editions import is_due, newest
from tests.mail_server import Mailbox, mail_server
from tests.peers import emulate
from tests.peers.stage import ask, button, fill_in, mention, on_the_page, opened, picture
from tests.running import settings_in

QUESTION = "When does the renewal clock start?"
ANSWER = "120 days before the end date"
NEWS = "The template changes"
TITLE = "Quotes <at>all</at> in a day"


@pytest.fixture(scope="module")
def slack(port: int) -> Iterator[str]:
    """The address of its Web API."""
    if not (emulate.SHARED / "start_emulate.mjs").exists():
        pytest.skip("needs ../shared")
    (emulate.INSTALLED / "start_emulate.mjs").write_bytes((emulate.SHARED / "start_emulate.mjs").read_bytes())
    with emulate.slack(emulate.INSTALLED, f"http://127.0.0.1:{port}/slack/events") as url:
        yield url


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def more(slack: str, mailbox: Mailbox) -> Mapping[str, str]:
    return {
        "GUILDHALL_ADMINS": '["web:admin", "web:robin-weber"]',
        "SLACK_API_URL": slack,
        "SLACK_BOT_TOKEN": "xoxb-test",
        "SLACK_SIGNING_SECRET": emulate.SIGNED_WITH,
        "GUILDHALL_SMTP_HOST": "127.0.0.1",
        "GUILDHALL_SMTP_PORT": str(mailbox.port),
        "GUILDHALL_SMTP_TLS": "none",
        "GUILDHALL_SMTP_FROM": "coe@example.com",
    }


class General:
    """Slack's channel of that name, with Guildhall in it."""

    def __init__(self, url: str) -> None:
        self.bot, self.alice = WebClient("xoxb-test", base_url=url), WebClient("xoxp-alice", base_url=url)
        channels = self.bot.api_call("conversations.list", data={})["channels"]
        self.id = next(each["id"] for each in channels if each["name"] == "general")
        for who in (self.bot, self.alice):
            who.api_call("conversations.join", data={"channel": self.id})

    def ask(self) -> None:
        """From then on Guildhall knows it."""
        asked = self.alice.chat_postMessage(channel=self.id, text=f"<@{emulate.BOT}> {QUESTION}")
        where = {"channel": self.id, "ts": asked["ts"]}
        until(lambda: len(self.bot.api_call("conversations.replies", data=where)["messages"]) > 1)

    def says(self, words: str) -> bool:
        """In a message of Guildhall's that stands in the channel itself."""
        messages = self.bot.api_call("conversations.history", data={"channel": self.id})["messages"]
        return any(words in str(each.get("blocks")) for each in messages if each["user"] == emulate.BOT)


def until(seen: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.fixture(scope="module")
def general(page: Page, slack: str) -> General:
    """Guildhall is known in it and in the Playground's channel."""
    found = General(slack)
    found.ask()
    page.get_by_text("General", exact=True).click()
    page.get_by_text("Start a new post").wait_for()
    mention(page, QUESTION, "Post")
    page.get_by_text(ANSWER).last.wait_for()
    return found


def in_the_channel(page: Page, words: str, name: str) -> None:
    page.get_by_text("General", exact=True).click()
    page.get_by_text(words).last.wait_for()
    picture(page, name)


def test_a_story_is_told_here_agreed_to_approved_sent_everywhere_and_corrected(
    page: Page, home: Path, general: General, mailbox: Mailbox
) -> None:
    dana, curator = on_the_page(page, home, "Dana Okafor"), on_the_page(page, home, "admin")
    opened(page, "stories", "Tell a story")
    told = {
        "What it is called": TITLE,
        "The challenge": "Quotes for Umbrella took two weeks <!channel>.",
        "What was done": "Dana Okafor drew up [one](https://evil.example/) template.",
        "What came of it": "From ten days to one.",
        "Customer": "Umbrella",
        "Who that is without the name": "an insurer in the north",
        "People to name": "Dana Okafor",
    }
    fill_in(page, "Tell a story", "Hand it in", **told)
    page.get_by_text("is with the curators").last.wait_for()
    picture(page, "story-told")

    ask(dana, "/stories quotes")
    button(dana, "Name me").click()
    dana.get_by_text("names you as Dana Okafor").first.wait_for()
    ask(curator, "/stories quotes")
    button(curator, "Approve it").click()
    button(curator, "Send it out").click()
    send = curator.get_by_role("dialog")
    send.get_by_label("Every channel").check()
    send.get_by_label("By e-mail to").fill("everybody@example.com")
    button(send, "Send it").click()
    curator.get_by_text("A message says how far it has come").first.wait_for()
    in_the_channel(page, "Dana Okafor drew up", "story-in-channel")
    assert page.get_by_role("link", name="one", exact=True).count() == 0
    until(lambda: general.says("Dana Okafor drew up"))
    until(lambda: len(mailbox.taken) == 1)
    assert mailbox.recipients == ["everybody@example.com"]

    button(dana, "Leave me out").click()
    dana.get_by_text("does not name you").first.wait_for()
    in_the_channel(page, "A colleague drew up", "story-corrected")
    expect(page.get_by_text("Dana Okafor drew up")).to_have_count(0)
    until(lambda: general.says("A colleague drew up"))
    assert not general.says("Dana Okafor")
    assert not general.says("Umbrella")


def test_an_announcement_is_read_in_the_channel_and_stands_there_again(
    page: Page, home: Path, general: General
) -> None:
    writer, curator = on_the_page(page, home, "Robin Weber"), on_the_page(page, home, "admin")
    ask(writer, "/announcements")
    button(writer, "Write one").click()
    form = writer.get_by_role("dialog")
    form.get_by_label("Title").fill(NEWS)
    form.get_by_label("What it says").fill("From Monday the new one counts <at>all</at>.")
    form.get_by_label("Every channel").check()
    form.locator('[name="asks"][value="yes"]').check()
    button(form, "Keep the draft").click()
    button(writer, "Ask for approval").click()
    ask(curator, "/announcements")
    button(curator, "Show it").click()
    button(curator, "Approve it").click()
    in_the_channel(page, "From Monday", "announced")
    until(lambda: general.says("From Monday"))
    button(page, "I have read it").click()
    page.get_by_label("A question about it").wait_for()
    button(page, "I have read it").click()
    page.get_by_text("From Monday").last.wait_for()
    picture(page, "announcement-read")
    page.get_by_text("Personal Chat", exact=True).click()
    page.get_by_text(f"Noted: you have read “{NEWS}”").last.wait_for()


def test_a_digest_is_got_and_comes_here(page: Page, home: Path, general: General) -> None:
    opened(page, "digests", "Get a digest")
    fill_in(page, "Get a digest", "Save", **{"How often": "every Monday at 9:00 UTC"})
    button(page, "Show the next one").wait_for()
    picture(page, "digest")
    button(page, "Show the next one").click()
    page.get_by_text("This is how it stood").last.wait_for()
    picture(page, "digest-preview")
    database = open_database(settings_in(home))
    is_due(database, newest(database))
    database.close()
    page.get_by_text("Your digest of").last.wait_for()
    button(page, "Stop it").wait_for()
    picture(page, "digest-came")
    button(page, "Stop it").click()
    page.get_by_text("You get no digest any more").last.wait_for()
