"""Guildhall in Microsoft's Agents Playground, in Chromium: ``python3 dev.py peers``. Pictures go to a temporary folder.

The Playground's licence is for evaluation: it is installed into a temporary folder and never stands in this repository.
No ordinary run collects this file.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from bot.bootstrap.parts import open_database, utc_now
from bot.chat.reply import Post
from bot.chat.turn import Place
from bot.storage.outbox import Outbox
from bot.storage.people import accounts
from tests.builders import message
from tests.drivers.story import LINK, STORIES
from tests.e2e.conftest import FLAGS
from tests.running import index_library, settings_in, write_library

PACKAGE = "@microsoft/m365agentsplayground@0.2.28"
INSTALLED = Path(tempfile.gettempdir()) / "guildhall-peers"
PICTURES = Path(tempfile.gettempdir()) / "guildhall-playground"
ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT.parent / "shared" / "peers" / "teams" / "m365agentsplayground.yml"
PATIENCE = 30_000  # milliseconds
QUESTION = "When does the renewal clock start?"
ANSWER = "120 days before the end date"


def install() -> None:
    """Into a temporary folder, before the network is shut off."""
    if not (INSTALLED / "node_modules" / "@microsoft" / "m365agentsplayground").exists():
        options = ("--no-audit", "--no-fund", "--ignore-scripts")
        subprocess.run(["npm", "install", "--prefix", str(INSTALLED), *options, PACKAGE], check=True)


@contextmanager
def process(name: str, command: list[str], home: Path, environment: dict[str, str], cwd: Path) -> Iterator[None]:
    with (home / f"{name}.log").open("wb") as log:
        started = subprocess.Popen(command, cwd=cwd, env=os.environ | environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            started.terminate()
            started.wait(20)


def wait_for_port(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(port)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("playground")
    index_library(settings_in(folder), write_library(folder))
    return folder


@pytest.fixture(scope="module")
def page(home: Path) -> Iterator[Page]:
    """The Playground's page, with Guildhall behind it."""
    if not CONFIGURATION.exists() or shutil.which("node") is None or shutil.which("chromium") is None:
        pytest.skip("needs ../shared, node and chromium")
    bot, playground = free_port(), free_port()
    shutil.copy(CONFIGURATION, home / ".m365agentsplayground.yml")
    PICTURES.mkdir(exist_ok=True)
    product = {
        "GUILDHALL_HOME": str(home / "home"),
        "GUILDHALL_PORT": str(bot),
        "GUILDHALL_BASE_URL": f"http://127.0.0.1:{bot}",
        "GUILDHALL_STARTER": "",
        "GUILDHALL_TEAMS_PLAYGROUND": "true",
        "GUILDHALL_ANSWER_FROM": "0.5",
        "GUILDHALL_OFFER_FROM": "0.2",
    }
    cli = str(INSTALLED / "node_modules/@microsoft/m365agentsplayground/cli.js")
    options = ["-e", f"http://127.0.0.1:{bot}/api/messages", "-c", "msteams", "-p", str(playground),
               "--disable-telemetry", "true", "--enable-events-recording", "true"]  # fmt: skip
    quiet = {"APPLICATION_INSIGHTS_NO_STATSBEAT": "1", "TEAMSAPPTESTER_BROWSER": "none"}
    (home / "port").write_text(str(bot))
    with ExitStack() as stack:
        stack.enter_context(process("product", [sys.executable, "-m", "bot", "serve"], home, product, ROOT))
        wait_for_port(bot)
        stack.enter_context(process("playground", ["node", cli, "start", *options], home, quiet, home))
        wait_for_port(playground)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        opened = browser.new_page(viewport={"width": 1280, "height": 1000})
        opened.set_default_timeout(PATIENCE)
        opened.goto(f"http://127.0.0.1:{playground}/")
        opened.locator("[contenteditable][role=textbox]").wait_for()
        yield opened
        browser.close()


def picture(page: Page, name: str) -> None:
    page.wait_for_timeout(700)
    page.screenshot(path=PICTURES / f"{name}.png")


def say(page: Page, text: str) -> None:
    box = page.locator("[contenteditable][role=textbox]").last
    box.click()
    page.keyboard.type(text)
    page.get_by_role("button", name="Send Message").click()


def test_a_question_is_answered_and_judged(page: Page) -> None:
    say(page, QUESTION)
    page.get_by_text(ANSWER).first.wait_for()
    picture(page, "answer")
    page.get_by_role("button", name="Helpful", exact=True).last.click()
    page.get_by_role("button", name="Undo").last.wait_for()
    picture(page, "judged")


def test_a_form_opens_in_the_card_and_is_taken(page: Page) -> None:
    say(page, "Who approves discounts?")
    unhelpful = page.get_by_role("button", name="Not helpful", exact=True).last
    unhelpful.wait_for()
    unhelpful.click()
    page.get_by_text("Why did it not help?").last.wait_for()
    picture(page, "form")
    page.get_by_text("It is outdated").last.click()
    page.get_by_role("button", name="Send", exact=True).last.click()
    page.get_by_role("button", name="Undo").last.wait_for()
    picture(page, "form-sent")


def test_candidates_and_not_knowing(page: Page) -> None:
    say(page, "How do I run a discovery call?")
    page.get_by_role("button", name="None of these").last.wait_for()
    picture(page, "candidates")
    say(page, "Where do I park my car?")
    page.get_by_role("button", name="Ask an expert").last.wait_for()
    picture(page, "unknown")
    for command in ("help", "settings", "home", "library renewal"):
        say(page, command)
        page.wait_for_timeout(1_500)
        picture(page, command.partition(" ")[0])


def test_what_nobody_asked_for_arrives(page: Page, home: Path) -> None:
    database = open_database(settings_in(home))
    with database.begin() as unit:
        direct = unit.connection.execute(accounts.select().where(accounts.c.platform == "teams")).first()
        assert direct is not None
        Outbox(unit).add(Post(message("Your question was answered."), "news"), Place("teams", direct.direct), utc_now())
    database.close()
    page.get_by_text("Your question was answered.").last.wait_for()
    picture(page, "proactive")


def mention(page: Page, words: str, button: str) -> None:
    """In a channel the first box is for a new post, each other one for replies to a post."""
    page.locator("[contenteditable][role=textbox]").first.click()
    page.keyboard.type("@")
    picture(page, "mention")
    page.get_by_text("Probe Bot").last.click()
    page.keyboard.type(f" {words}")
    page.get_by_role("button", name=button).last.click()


def test_a_mention_in_a_group_is_answered(page: Page) -> None:
    page.get_by_text("Group Chat", exact=True).click()
    page.get_by_text(ANSWER).first.wait_for(state="detached")
    mention(page, QUESTION, "Send Message")
    page.get_by_text(ANSWER).last.wait_for()
    picture(page, "group")


def test_a_mention_in_a_channel_is_answered_in_its_thread(page: Page) -> None:
    page.get_by_text("General", exact=True).click()
    page.get_by_text("Start a new post").wait_for()
    mention(page, QUESTION, "Post")
    page.get_by_text(ANSWER).last.wait_for()
    picture(page, "channel")


def on_the_page(page: Page, home: Path, name: str) -> Page:
    """Guildhall's own page, signed in under that name, in a browser that knows nobody else."""
    port = (home / "port").read_text()
    assert page.context.browser is not None
    own = page.context.browser.new_context(viewport={"width": 1000, "height": 900}).new_page()
    own.set_default_timeout(PATIENCE)
    own.goto(f"http://127.0.0.1:{port}/")
    own.get_by_label("Your name").fill(name)
    own.get_by_role("button", name="Sign in").click()
    own.get_by_label("Your question").wait_for()
    return own


def ask(own: Page, question: str) -> None:
    own.get_by_label("Your question").fill(question)
    own.get_by_role("button", name="Send").click()


def fill_in(page: Page, opens: str, send: str, **typed: str) -> None:
    """The form that a button opens in its card: what is typed by the label of its field."""
    button(page, opens).click()
    button(page, send).wait_for()
    for label, text in typed.items():
        page.get_by_label(re.compile(f"^{re.escape(label)}")).last.fill(text)
    picture(page, f"form-{opens.lower().replace(' ', '-')}")
    button(page, send).click()


def button(shown: Page | Locator, label: str) -> Locator:
    """The newest of that label."""
    return shown.get_by_role("button", name=label, exact=True).last


def test_a_question_from_the_page_is_answered_by_an_expert_here_and_becomes_knowledge(page: Page, home: Path) -> None:
    told = STORIES["across"]
    page.get_by_text("Personal Chat", exact=True).click()
    say(page, "expertise")
    page.get_by_role("button", name="Offer your help", exact=True).last.wait_for()
    fill_in(page, "Offer your help", "Save", **{"Other topics": told.topic})
    page.get_by_text("You are listed as an expert now").last.wait_for()

    asker = on_the_page(page, home, "Dana Okafor")
    ask(asker, told.question)
    button(asker, "Ask an expert").click()
    consent = asker.get_by_role("dialog")
    expect(consent).to_contain_text(f"It goes to Ada Tester, who knows {told.topic}")
    consent.get_by_label("Show my name").check()
    button(consent, "Ask").click()
    asker.get_by_text(f"Asked Ada Tester, who knows {told.topic}").first.wait_for()

    button(page, "Claim").wait_for()
    picture(page, "loop-offered")
    button(page, "Claim").click()
    button(page, "Ask back").wait_for()
    picture(page, "loop-claimed")
    fill_in(page, "Ask back", "Ask", **{"What do you need to know?": told.asked_back})
    button(asker, "Reply").click()
    asker.get_by_label("Your reply").fill(told.reply)
    button(asker.get_by_role("dialog"), "Reply").click()
    page.get_by_text(told.reply).last.wait_for()
    picture(page, "loop-replied")
    fill_in(page, "Answer", "Send", **{"Your answer": told.answer, "Links and documents": LINK})
    button(asker, "That helped").click()
    button(asker, "Thank Ada").click()
    asker.get_by_label("What did it do for you?").fill(told.thanks)
    button(asker, "Send thanks").click()
    page.get_by_text(told.thanks).last.wait_for()
    picture(page, "loop-thanked")

    curator = on_the_page(page, home, "admin")
    ask(curator, "drafts")
    button(curator, "Approve").click()
    curator.get_by_text("Approved and live").first.wait_for()
    page.get_by_text("took your answer into the FAQ").last.wait_for()
    page.wait_for_timeout(3_000)  # it is live within seconds
    say(page, told.question)
    page.get_by_role("link", name=told.question, exact=True).last.wait_for()
    picture(page, "loop-known")


def opened(page: Page, command: str, offers: str) -> None:
    """What a command shows in the personal chat."""
    page.get_by_text("Personal Chat", exact=True).click()
    say(page, command)
    button(page, offers).wait_for()
    picture(page, command.replace(" ", "-"))


def test_office_hours_are_opened_here_booked_on_the_page_and_held_here(page: Page, home: Path) -> None:
    opened(page, "office hours", "Open office hours")
    soon = f"{utc_now() + timedelta(minutes=9):%H:%M}"  # late enough that it can be started now
    typed = {"What they are called": "Goldfish clinic", "When": f"every day {soon} UTC", "How many": "1"}
    fill_in(page, "Open office hours", "Open", **typed)
    page.get_by_text(f"every day at {soon} UTC").last.wait_for()
    picture(page, "office-hours-opened")

    guest = on_the_page(page, home, "Dana Okafor")
    ask(guest, "/office hours goldfish")
    button(guest, "Book").click()
    guest.get_by_label("What do you bring?").fill("A pale goldfish")
    button(guest.get_by_role("dialog"), "Book").click()
    guest.get_by_text("Booked: “Goldfish clinic”").first.wait_for()

    opened(page, "office hours goldfish", "Agenda")
    button(page, "Agenda").click()
    page.get_by_text("A pale goldfish").last.wait_for()
    picture(page, "office-hours-agenda")
    button(page, "Start").click()
    button(page, "Next: Dana Okafor").click()
    page.get_by_text("It is the turn of Dana Okafor").last.wait_for()
    picture(page, "office-hours-in-turn")
    fill_in(page, "Note the answer", "Note it", **{"The question": "Why is it pale?", "The answer": "It needs light."})
    button(page, "Finish").click()
    page.get_by_text("Those who still wait are told").last.wait_for()
    picture(page, "office-hours-finish")
    button(page, "Finish").click()
    button(page, "Who came").wait_for()
    picture(page, "office-hours-over")


def test_an_event_is_planned_here_announced_in_a_channel_and_signed_up_for(page: Page, home: Path) -> None:
    page.get_by_text("General", exact=True).click()
    page.get_by_text("Start a new post").wait_for()
    mention(page, QUESTION, "Post")
    page.get_by_text(ANSWER).last.wait_for()
    curator = on_the_page(page, home, "admin")

    opened(page, "events", "Plan an event")
    day = (utc_now() + timedelta(days=5)).date().isoformat()
    typed = {"What it is called": "Pond day", "Day": day, "From": "15:00", "Until": "16:00", "Time zone": "UTC"}
    fill_in(page, "Plan an event", "Keep the draft", **typed)
    button(page, "Ask to announce it").wait_for()
    picture(page, "event-planned")
    button(page, "Ask to announce it").click()
    page.get_by_text("asked to announce “Pond day”").last.wait_for()

    ask(curator, "/events pond")
    button(curator, "Announce it").click()
    announce = curator.get_by_role("dialog")
    announce.get_by_role("checkbox").first.check()
    button(announce, "Announce it").click()
    curator.get_by_text("is announced in").first.wait_for()
    page.get_by_text("General", exact=True).click()
    button(page, "Sign up").wait_for()
    picture(page, "event-announced")
    button(page, "Sign up").click()
    page.get_by_text("The organisers see that you come").last.wait_for()
    picture(page, "event-sign-up")


def test_a_circle_is_opened_and_joined(page: Page) -> None:
    opened(page, "introductions", "Open a circle")
    typed = {"What it is called": "Pond walks", "How often": "every second Tuesday 15:00 Berlin"}
    fill_in(page, "Open a circle", "Open", **typed)
    page.get_by_text("every second Tuesday at 15:00 Berlin time").last.wait_for()
    fill_in(page, "Join", "Join", **{"Your office": "Berlin", "What you do": "Sales"})
    page.get_by_text("You are in “Pond walks”").last.wait_for()
    picture(page, "circle-joined")


def test_work_is_submitted_in_two_steps_returned_and_completed(page: Page) -> None:
    opened(page, "reviews", "Ask for a review")
    button(page, "Ask for a review").click()
    page.get_by_text("Journey map", exact=True).last.click()
    picture(page, "review-kind")
    button(page, "Continue").click()
    page.get_by_label(re.compile("^Title")).last.fill("The way of a pond")
    picture(page, "review-form")
    button(page, "Submit").click()
    button(page, "Complete it").wait_for()
    picture(page, "review-returned")
    button(page, "Complete it").click()
    page.get_by_label(re.compile("^Where it is")).last.fill("https://wiki.example/pond")
    picture(page, "review-completed")


def test_the_calendar_shows_what_was_made_here(page: Page) -> None:
    page.get_by_text("Personal Chat", exact=True).click()
    say(page, "calendar")
    page.get_by_text("Goldfish clinic").last.wait_for()
    picture(page, "calendar")


if __name__ == "__main__":
    install()
