"""Guildhall in Microsoft's Agents Playground, in Chromium: ``python3 dev.py peers``. No ordinary run collects this
file."""

import re
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from bot.bootstrap.parts import open_database, utc_now
from bot.chat.reply import Post
from bot.chat.turn import Place
from bot.storage.outbox import Outbox
from bot.storage.people import accounts
from tests.builders import message
from tests.drivers.story import LINK, STORIES
from tests.peers.stage import ask, button, fill_in, install, mention, on_the_page, opened, picture, say
from tests.running import settings_in

QUESTION = "When does the renewal clock start?"
ANSWER = "120 days before the end date"


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
