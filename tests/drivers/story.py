"""The whole way of a question that the library does not answer, step by step, as people take it on their platforms:
asked, claimed, asked back, answered, confirmed and thanked for, approved, answered from, told."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.drivers.driver import (
    SILENCE,
    Driver,
    Outcome,
    Remark,
    Seen,
    Shown,
    Someone,
    Spot,
    Values,
    offers,
    says,
    wait_for,
    wait_for_private,
)
from tests.drivers.product import ADMIN, ADMIN_EMAIL
from tests.drivers.web import WebDriver

UNKNOWN = "found nothing in the library"
TOLD = "What you asked has an answer now"
LINK = "https://guide.example/more"
ALWAYS: Values = {
    "days": ("0", "1", "2", "3", "4", "5", "6"),
    "works_from": "00:00",
    "works_to": "23:30",
    "weekly_limit": "5",
    "languages": ("en",),
}
OPEN_TO_EXPERTS: Values = {
    "asks_first": "ask",
    "next_after": "240",
    "answer_within": "480",
    "for_experts": "yes",
    "shadow": "off",
}


@dataclass(frozen=True)
class Story:
    """What is asked and said. `topic` is what the expert declares."""

    topic: str
    question: str
    asked_back: str
    reply: str
    answer: str
    thanks: str = "That saved my afternoon."


STORIES: Mapping[str, Story] = {
    "web": Story(
        "tea urns",
        "Which vinegar cleans the tea urn?",
        "The one in the hall or the one upstairs?",
        "The one in the hall.",
        "Plain white vinegar, one part to four of water.",
    ),
    "slack": Story(
        "lighthouse paint",
        "Which paint goes on the lighthouse door?",
        "Outside or inside?",
        "Outside, towards the sea.",
        "Signal red in two coats, never in the rain.",
    ),
    "teams": Story(
        "sourdough baking",
        "How long does the sourdough rest overnight?",
        "Rye or wheat?",
        "Wheat, for once.",
        "Eleven hours in the cellar, then one in the warm.",
    ),
    "teams-native": Story(
        "trombones",
        "Where is the spare trombone kept?",
        "The tenor or the bass one?",
        "The tenor one.",
        "In the loft above the stage, behind the old curtains.",
    ),
    "across": Story(
        "goldfish ponds",
        "What do the goldfish eat in winter?",
        "Is the pond frozen over?",
        "Not yet.",
        "Nothing below eight degrees, and shelled peas above that.",
    ),
}
"""One each, for what one approves the others would be answered from."""


@dataclass(frozen=True)
class Actor:
    """Somebody on their platform."""

    driver: Driver
    who: Someone

    async def reads(self, *seen: Seen) -> Shown:
        """What only they read."""
        return await wait_for_private(self.driver, self.who, fits(*seen))

    async def asks(self, spot: Spot, text: str) -> Remark:
        return await self.driver.say(self.who, spot, text, mention=spot.is_shared)

    async def press(self, shown: Shown, label: str) -> Outcome:
        return await self.driver.press(self.who, await self.driver.as_seen_by(self.who, shown), label)

    async def fill(self, shown: Shown, label: str, values: Values) -> None:
        """The form that a button opens."""
        opened = await self.press(shown, label)
        form = opened.form
        assert form is not None, f"{label} opens no form: {opened.notice}"
        assert set(values) <= set(form.fields), form.fields
        sent = await self.driver.submit(self.who, shown.spot, form, values)
        assert sent.form is None, sent.form
        assert "nothing was" not in sent.notice.lower(), sent.notice


@dataclass(frozen=True)
class Cast:
    """`spot` is where it is asked. `hall` is a channel of experts, where the expert's platform has any; without one
    the expert hands the question on to the `colleague`."""

    asker: Actor
    fellow: Actor
    expert: Actor
    colleague: Actor
    curator: Actor
    spot: Spot
    hall: Spot | None = None


async def cast(asking: Driver, answering: Driver, approving: Driver, story: Story) -> Cast:
    """`fellow` has asked the same before, alone; the expert can be found."""
    asker, fellow = await actor(asking, "Dana Okafor"), await actor(asking, "Robin Reyes")
    expert, colleague = await actor(answering, "Sam Lee"), await actor(answering, "Kim Park")
    curator = await admin(approving)
    shared = "channel" not in asking.lacks
    spot = await asking.channel(asker.who, fellow.who) if shared else await asking.direct(asker.who)
    hall = None if "channel" in answering.lacks else await experts_channel(answering, expert, colleague)
    for each in (curator, colleague):  # whom Guildhall knows it can write to
        remark = await each.asks(await each.driver.direct(each.who), "help")
        await wait_for(each.driver, remark.spot, says("library"))
    remark = await fellow.asks(await asking.direct(fellow.who), story.question)
    await wait_for(asking, remark.spot, says(UNKNOWN))
    await offers_help(expert, story.topic)
    await is_found(expert, await actor(asking, "Noor Nasser"), story.topic)
    return Cast(asker, fellow, expert, colleague, curator, spot, hall)


async def asked_by_button(cast: Cast, story: Story) -> Remark:
    """With their name."""
    asker = cast.asker
    remark = await asker.asks(cast.spot, story.question)
    unknown = await wait_for(asker.driver, remark.spot, says(UNKNOWN))
    await asker.fill(unknown, "Ask an expert", {"text": story.question, "name": "shown"})
    await wait_for(asker.driver, remark.spot, says(f"Asked {cast.expert.who.name}, who knows {story.topic}"))
    return remark


async def asked_by_word(cast: Cast, story: Story) -> Remark:
    """Without their name."""
    asker = cast.asker
    remark = await asker.asks(cast.spot, story.question)
    await wait_for(asker.driver, remark.spot, says(UNKNOWN))
    await asker.asks(remark.spot, "expert")
    consent = await asker.reads(offers("Ask without my name"), says(f"Shall I ask {cast.expert.who.name}"))
    await asker.press(consent, "Ask without my name")
    await wait_for(asker.driver, remark.spot, says(f"Asked {cast.expert.who.name}, who knows {story.topic}"))
    return remark


async def nothing() -> None:
    return None


async def claimed(cast: Cast, story: Story, then: Callable[[], Awaitable[None]] = nothing) -> Actor:
    """By one and, after what happens `then`, kindly not by the other. Returns whose it is."""
    expert, colleague = cast.expert, cast.colleague
    card = await expert.reads(says("A question for you", story.question, f"knows {story.topic}"), offers("Claim"))
    if cast.hall is None:
        return await _handed_on(cast, story, card, then)
    for_all = await wait_for(expert.driver, cast.hall, fits(says(story.question), offers("Claim")))
    await expert.press(card, "Claim")
    await then()
    lost = await colleague.press(for_all, "Claim")
    assert "nothing was" in lost.notice.lower(), lost
    await wait_for(expert.driver, cast.hall, says(f"Claimed by {expert.who.name}", story.question))
    return expert


async def _handed_on(cast: Cast, story: Story, card: Shown, then: Callable[[], Awaitable[None]]) -> Actor:
    expert, colleague = cast.expert, cast.colleague
    await expert.fill(card, "Hand on", {"name": colleague.who.name, "word": "You did it last."})
    theirs = await colleague.reads(says("A question for you", "You did it last."), offers("Claim"))
    still = await expert.reads(says("You passed this on"), offers("Claim"))
    await colleague.press(theirs, "Claim")
    await then()
    lost = await expert.press(still, "Claim")
    assert "nothing was" in lost.notice.lower(), lost
    await expert.reads(says(f"Claimed by {colleague.who.name}", story.question))
    return colleague


async def asked_back(cast: Cast, story: Story, owner: Actor, remark: Remark) -> None:
    mine = await owner.reads(says("Yours to answer", story.question), offers("Ask back"))
    await owner.fill(mine, "Ask back", {"text": story.asked_back})
    asker = cast.asker
    word = await wait_for(asker.driver, remark.spot, says("asks you back", story.asked_back))
    await asker.fill(word, "Reply", {"text": story.reply})


async def answered(cast: Cast, story: Story, owner: Actor, remark: Remark) -> None:
    """By form; it stands where it was asked, and privately where others read along there."""
    card = await owner.reads(says("replied", story.reply), offers("Answer"))
    await owner.fill(card, "Answer", {"text": story.answer, "links": LINK})
    stands = await wait_for(cast.asker.driver, remark.spot, says(f"{owner.who.name} answers", story.answer))
    assert LINK in stands.links
    await cast.asker.reads(says(f"{owner.who.name} answers", story.answer))


async def confirmed_and_thanked(cast: Cast, story: Story, owner: Actor, remark: Remark) -> None:
    asker, thank = cast.asker, f"Thank {owner.who.name.split()[0]}"
    stands = await wait_for(asker.driver, remark.spot, says("answers", story.answer))
    await asker.press(stands, "That helped")
    await asker.fill(await asker.reads(offers(thank)), thank, {"text": story.thanks})
    await owner.reads(says("thanks you for your answer", story.thanks))
    await owner.reads(says("Your answer helped", story.question))


async def approved(cast: Cast, story: Story) -> None:
    draft = await cast.curator.reads(says("FAQ draft to approve", story.question, story.answer), offers("Approve"))
    await cast.curator.press(draft, "Approve")
    await cast.curator.reads(says("Approved and live", story.question))


async def everybody_knows(cast: Cast, story: Story) -> None:
    """Whoever had asked it is told once, and whoever asks it now is answered from it."""
    await cast.fellow.reads(says(TOLD, story.answer))
    newcomer = await actor(cast.asker.driver, "Noor Nasser")
    remark = await newcomer.asks(await newcomer.driver.direct(newcomer.who), story.question)
    shown = await wait_for(newcomer.driver, remark.spot, says(story.answer))
    assert any("/library/" in link for link in shown.links)
    await asyncio.sleep(SILENCE)
    for each in (cast.asker, cast.fellow, newcomer):
        told = [shown for shown in await each.driver.private(each.who) if TOLD in shown.text]
        assert len(told) == (1 if each is cast.fellow else 0)


async def nothing_is_told_twice(cast: Cast, remark: Remark) -> None:
    """Whatever they read by now they read once."""
    for each in (cast.asker, cast.fellow, cast.expert, cast.colleague, cast.curator):
        assert_each_once(await each.driver.private(each.who))
    assert_each_once(await cast.asker.driver.messages(remark.spot))
    if cast.hall is not None:
        assert_each_once(await cast.expert.driver.messages(cast.hall))


def assert_each_once(shown: Sequence[Shown]) -> None:
    read = Counter(each.text for each in shown)
    assert [text for text, times in read.items() if times > 1] == [], "read twice"


async def actor(driver: Driver, name: str) -> Actor:
    return Actor(driver, await driver.person(name))


async def admin(driver: Driver) -> Actor:
    if isinstance(driver, WebDriver):
        return Actor(driver, await driver.person("admin", as_it_is=True))
    return Actor(driver, await driver.person(ADMIN, ADMIN_EMAIL))


async def offers_help(expert: Actor, topic: str) -> None:
    direct = await expert.driver.direct(expert.who)
    await expert.driver.command(expert.who, direct, "expertise")
    card = await wait_for(expert.driver, direct, offers("Offer your help"))
    await expert.fill(card, "Offer your help", {**ALWAYS, "more_topics": topic})
    await wait_for(expert.driver, direct, says("You are listed as an expert now", topic))


async def is_found(expert: Actor, seeker: Actor, topic: str) -> None:
    """Soon after they have offered their help."""
    direct = await seeker.driver.direct(seeker.who)
    for times in range(1, 15):
        await seeker.asks(direct, f"Who knows about {topic}?")
        found = await wait_for(seeker.driver, direct, says(topic), count=times)
        if expert.who.name in found.text:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"Nobody finds {expert.who}.")


async def experts_channel(driver: Driver, *people: Actor) -> Spot:
    """A channel in which questions for experts are shown."""
    keeper = await admin(driver)
    channel = await driver.channel(keeper.who, *(each.who for each in people))
    remark = await keeper.asks(channel, "channel")
    card = await wait_for(driver, remark.spot, offers("Experts"))
    await keeper.fill(card, "Experts", OPEN_TO_EXPERTS)
    await wait_for(driver, remark.spot, says("experts"))
    return channel


def fits(*seen: Seen) -> Seen:
    return lambda shown: all(each(shown) for each in seen)
