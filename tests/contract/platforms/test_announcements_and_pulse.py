"""An announcement of somebody else is approved and read, and the pulse is asked and answered: on each platform."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from bot.bootstrap.app import App
from bot.chat.turn import Person
from bot.features.announcements.desk import Desk
from bot.features.announcements.model import Announcement, AnnouncementState, Audience
from bot.features.announcements.showing import Showing
from bot.features.announcements.store import SqlAnnouncements
from bot.features.profile.roles import Roles
from bot.features.pulse.jobs import ASK
from bot.features.pulse.store import SqlPulse
from bot.storage.people import People
from bot.storage.timers import Timers
from tests.drivers.driver import Driver, offers, says, wait_for
from tests.drivers.product import Product
from tests.drivers.story import Actor, actor, admin

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = "<!channel> <at>all</at> [x](https://evil.example)"


def handed_in(app: App, title: str) -> None:
    """By somebody who curates elsewhere, for the admins."""
    with app.database.begin() as unit:
        made = Announcement(
            uuid4().hex[:16],
            title,
            f"From Monday the new template counts. {HOSTILE}",
            "somebody",
            "Cleo Cura",
            datetime.now(UTC),
            Audience(("admins",)),
            asks_read=True,
            writer_id="somebody",
            state=AnnouncementState.HANDED_IN,
        )
        assert SqlAnnouncements(unit).add(made)


def approved_elsewhere(app: App, title: str) -> None:
    """The correction of what has that title."""
    with app.database.begin() as unit:
        unsent = SqlAnnouncements(unit).unsent(datetime.now(UTC), 99)
        made = next(each for each in unsent if each.title == title)
        cleo = Person("somebody", "Cleo Cura", is_curator=True)
        Desk(Showing(Roles())).approve(made.id, made.revision, cleo, unit, datetime.now(UTC))


async def known(driver: Driver, who: Actor) -> Actor:
    """From now on they can be written to."""
    remark = await who.asks(await driver.direct(who.who), "help")
    await wait_for(driver, remark.spot, says("library"))
    return who


async def test_an_announcement_is_approved_by_somebody_else_and_read(
    driver: Driver, product: Product, native: Product
) -> None:
    app = native.app if driver in native.drivers.values() else product.app
    curator = await known(driver, await admin(driver))
    title = f"Template {uuid4().hex[:8]}"
    handed_in(app, title)
    await driver.command(curator.who, await driver.direct(curator.who), "announcements")
    listed = await curator.reads(says("announcement", title), offers("Show it"))
    await curator.press(listed, "Show it")
    card = await curator.reads(says(title, "waits for your approval"), offers("Approve it"))
    await curator.press(card, "Approve it")
    arrived = await curator.reads(says(f"Announcement: “{title}”", "From Monday"), offers("I have read it"))
    assert [each for each in arrived.alive if "127.0.0.1" not in each] == []
    assert not any("evil" in each for each in arrived.links)
    await curator.fill(arrived, "I have read it", {"word": ""})
    await curator.reads(says(f"Noted: you have read “{title}”"))
    card = await curator.reads(says(title, "it has arrived", "1 said so"), offers("Correct it"))
    await curator.fill(card, "Correct it", {"title": title, "text": "From 1 April.", "size": "yes"})
    await curator.reads(says(title, "As it would say then", "From 1 April"))
    approved_elsewhere(app, title)
    again = await curator.reads(says(f"Announcement: “{title}”", "It changed in substance", "From 1 April"))
    assert again.id == arrived.id
    await curator.fill(again, "I have read it", {"word": ""})
    card = await curator.reads(
        says(title, "it has arrived", "changed in substance", "1 said so"), offers("Take it down")
    )
    await curator.press(card, "Take it down")
    await curator.reads(says(f"The announcement “{title}” was taken down"))


async def test_the_pulse_is_asked_answered_and_followed_by_a_word(
    driver: Driver, product: Product, native: Product
) -> None:
    app = native.app if driver in native.drivers.values() else product.app
    reader = await known(driver, await actor(driver, "Pia Pulse"))
    now = datetime.now(UTC)
    with app.database.begin() as unit:
        account = People(unit).account(reader.who.id)
        assert account is not None
        assert SqlPulse(unit).ask(account.person_id, now, now - timedelta(days=92))
        Timers(unit).set(ASK, account.person_id, now)
    card = await reader.reads(says("Does the Center of Excellence help you"), offers("4 of 5, helps a good deal"))
    await reader.press(card, "4 of 5, helps a good deal")
    thanks = await reader.reads(says("your answer is counted"), offers("Add a word"))
    assert "good deal" not in thanks.text
    await reader.fill(thanks, "Add a word", {"text": "More examples."})
    done = await reader.reads(says("your answer and your word are kept"), offers("Do not ask me again"))
    await reader.press(done, "Do not ask me again")
    await reader.reads(says("You are not asked any more"), offers("Ask me again"))
