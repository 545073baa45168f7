"""The whole way of work that colleagues review, step by step, as people take it on their platforms: submitted in two
steps, returned, completed, accepted, written, released, answered and closed."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.drivers.driver import Driver, OpenForm, Spot, Values, offers, says
from tests.drivers.story import Actor, actor, is_found, nothing, offers_help

TITLE = "Renewal work"
LINK = "https://wiki.example.com/renewals"
REPLY = "I cut two steps."


@dataclass(frozen=True)
class Kind:
    """A rubric of the starter set, and what somebody knows who can review it."""

    id: str
    topic: str


KINDS: Mapping[str, Kind] = {
    "web": Kind("journey-map", "journey map"),
    "slack": Kind("campaign-brief", "campaign brief"),
    "teams": Kind("dashboard", "dashboard"),
    "teams-native": Kind("proposal", "proposal"),
}
"""One each, so that those of one platform are not asked on another."""


@dataclass(frozen=True)
class Cast:
    author: Actor
    reviewers: tuple[Actor, Actor]
    kind: Kind


async def cast(driver: Driver, kind: Kind) -> Cast:
    author = await actor(driver, "Dana Okafor")
    reviewers = (await actor(driver, "Kim Park"), await actor(driver, "Lee Winter"))
    for each in reviewers:
        await offers_help(each, kind.topic)
        await is_found(each, await actor(driver, "Noor Nasser"), kind.topic)
    return Cast(author, reviewers, kind)


async def submitted(everybody: Cast) -> None:
    """In two steps; the second says what its kind needs."""
    author = everybody.author
    direct = await author.driver.direct(author.who)
    await author.driver.command(author.who, direct, "reviews")
    card = await author.reads(offers("Ask for a review"))
    first = (await author.press(card, "Ask for a review")).form
    assert first is not None and first.fields == ("kind",), first
    second = await _sent(author, card.spot, first, {"kind": everybody.kind.id})
    assert second is not None, "the second step"
    values = {"title": TITLE, "links": LINK, "wanted": "Is it too long for a workshop?", "due": _in_a_week()}
    assert await _sent(author, card.spot, second, values) is None
    await author.reads(says(TITLE, "is not complete yet"), offers("Complete it"))


async def completed(everybody: Cast) -> None:
    """With what its rubric needs; what was said before stands in the form."""
    author = everybody.author
    card = await author.reads(says(TITLE), offers("Complete it"))
    form = (await author.press(card, "Complete it")).form
    assert form is not None
    needs = {name: "A sentence that says it." for name in form.fields if name.startswith("need-")}
    said = {"title": TITLE, "links": LINK, "wanted": "Is it too long for a workshop?", "due": _in_a_week()}
    assert await _sent(author, card.spot, form, {**said, **needs}) is None
    await author.reads(says(TITLE, "is in review"), offers("Take it back"))


async def accepted(everybody: Cast) -> None:
    for each in everybody.reviewers:
        card = await each.reads(says(f"Will you review “{TITLE}”?", everybody.author.who.name), offers("Accept"))
        assert LINK in card.links
        await each.press(card, "Accept")
        await each.reads(says(f"Your review of “{TITLE}” is due"), offers("Write the review"))


async def written(everybody: Cast, then: Callable[[], Awaitable[None]] = nothing) -> None:
    """What happens `then` happens as soon as the last one is handed in."""
    for number, each in enumerate(everybody.reviewers):
        card = await each.reads(says(TITLE), offers("Write the review"))
        form = (await each.press(card, "Write the review")).form
        assert form is not None
        levels = {name: "3" for name in form.fields if name.startswith("level-")}
        wrong = await each.driver.submit(each.who, card.spot, form, {**levels, "good": "n/a", "better": "Fewer steps."})
        assert wrong.form is not None and list(wrong.form.problems) == ["good"], wrong
        values = {**levels, "good": f"The quotes, says {number}.", "better": "Fewer steps."}
        assert await _sent(each, card.spot, wrong.form, values) is None
    await then()


async def answered_and_closed(everybody: Cast) -> None:
    author = everybody.author
    card = await author.reads(
        says(f"The reviews of “{TITLE}” are out", "The quotes, says 0.", "The quotes, says 1.", "Exemplary"),
        offers("Answer your reviewers"),
    )
    await author.fill(card, "Answer your reviewers", {"reply": REPLY})
    for each in everybody.reviewers:
        await each.reads(says(f"answered the reviews of “{TITLE}”", REPLY))
    card = await author.reads(says(REPLY), offers("Close it"))
    await author.press(card, "Show it as an example")
    card = await author.reads(says("With your consent"), offers("Close it"))
    await author.press(card, "Close it")
    await author.reads(says(f"The review of “{TITLE}” is closed", "what good looks like"), offers("Show it no more"))
    for each in everybody.reviewers:
        alive = [shown for shown in await each.driver.private(each.who) if TITLE in shown.text and shown.controls]
        assert alive == [], "nothing is left to press"


async def _sent(who: Actor, spot: Spot, form: OpenForm, values: Values) -> OpenForm | None:
    """The form that comes then, if one does."""
    assert set(values) <= set(form.fields), form.fields
    outcome = await who.driver.submit(who.who, spot, form, values)
    assert outcome.form is None or not outcome.form.problems, outcome.form
    assert "nothing was" not in outcome.notice.lower(), outcome.notice
    return outcome.form


def _in_a_week() -> str:
    return (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
