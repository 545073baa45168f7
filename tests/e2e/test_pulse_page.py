"""The pulse in the browser: asked, answered, followed by a word; its trend, and a word that a curator hides."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import expect

from bot.bootstrap.parts import open_database
from bot.features.pulse.model import ASKED
from bot.features.pulse.store import SqlPulse
from bot.features.pulse.use_cases import show_what_may_be
from bot.storage.unit_of_work import Database
from tests.e2e.conftest import OpenPage
from tests.running import running, settings_in

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)> [click](https://evil.example) " + "x" * 150
WORDS = ("Ask Kim Park, not me.", "Shorter answers.", "Examples from my industry.", "Somebody in Tokyo.", HOSTILE)
MONTHS = (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Database]]:
    """A product of its own: three months, with five words in the last of them."""
    settings = settings_in(tmp_path_factory.mktemp("pulse")).model_copy(update={"starter": None})
    settings.home.mkdir()
    database = open_database(settings)
    with database.begin() as unit:
        store = SqlPulse(unit)
        for number, month in enumerate(MONTHS):
            given = {"": {ASKED: 30}, "emea": {3: 4, 4: 6 + number}, "apac": {5: 5}}
            for hub, scores in given.items():
                for score, times in scores.items():
                    for _ in range(times):
                        store.count(month, hub, score)
            for word in WORDS if month == MONTHS[-1] else ():
                store.add_word(month, word)
            show_what_may_be(store, datetime(2026, number + 2, 1, tzinfo=UTC), 5)
    with running(settings) as base:
        yield base, database
    database.close()


@pytest.fixture(scope="module")
def address(told: tuple[str, Database]) -> str:
    return told[0]


@pytest.fixture(scope="module")
def database(told: tuple[str, Database]) -> Database:
    return told[1]


def ask(database: Database, person_id: str) -> None:
    now = datetime.now(UTC)
    with database.begin() as unit:
        assert SqlPulse(unit).ask(person_id, now - timedelta(minutes=1), now - timedelta(days=92))


def test_it_is_answered_with_one_press_and_a_word_may_follow(open_page: OpenPage, database: Database) -> None:
    page = open_page("/pulse", name="Pia Pulse", width=360)
    expect(page.get_by_role("button", name="of 5,")).to_have_count(0)
    ask(database, "web:pia-pulse")
    page.reload()
    expect(page.get_by_role("heading", name="Does the Center of Excellence help you in your work?")).to_be_visible()
    names = page.get_by_role("button", name="of 5,").all_inner_texts()
    assert [name[:7] for name in names] == [f"{score} of 5," for score in range(1, 6)]
    page.get_by_role("button", name="4 of 5, helps a good deal").press("Enter")
    expect(page.locator(".notice")).to_have_text("Thank you, your answer is counted.")
    expect(page.get_by_role("button", name="of 5,")).to_have_count(0)
    page.get_by_role("link", name="Add a word").click()
    expect(page.get_by_text("Name nobody.")).to_be_visible()
    page.get_by_label("What would help you more?").fill("More examples.")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(".notice")).to_have_text("Thank you, your answer and your word are kept.")
    expect(page.get_by_text("More examples.")).to_have_count(0)
    expect(page.get_by_role("link", name="Add a word")).to_have_count(0)


def test_its_trend_says_what_it_is_made_of_in_words_and_as_a_table(open_page: OpenPage, database: Database) -> None:
    page = open_page("/pulse")
    expect(page.get_by_role("figure", name="The Center of Excellence helps")).to_contain_text("30 people were asked")
    page.get_by_text("The figures as a table").first.click()
    rows = page.get_by_role("region", name="By time").get_by_role("row").all_inner_texts()
    cells = [row.split("\t") for row in rows]
    assert cells[0] == ["Time", "Mean, of 5", "Answers", "Asked"]
    assert [[row[0], *row[2:]] for row in cells[1:]] == [
        ["January 2026", "15", "30"],
        ["February 2026", "16", "30"],
        ["March 2026", "17", "30"],
    ]
    page.get_by_text("The figures as a table").last.click()
    expect(page.get_by_role("region", name="By hub")).to_contain_text("3.4 or more")
    page.goto("/home")
    expect(page.locator("section", has_text="Pulse")).to_contain_text("That is of 17 answers; 30 people were asked in")


def test_a_curator_hides_a_word_and_shows_it_again(open_page: OpenPage, database: Database) -> None:
    reader = open_page("/pulse", width=360)
    expect(reader.get_by_text(WORDS[0])).to_be_visible()
    expect(reader.get_by_text(HOSTILE)).to_be_visible()
    assert reader.get_by_text("evil.example").evaluate("each => each.querySelector('a, img')") is None
    expect(reader.get_by_role("button", name="Hide")).to_have_count(0)
    curator = open_page("/pulse", name="admin")
    item = curator.get_by_role("listitem").filter(has_text=WORDS[0])
    item.get_by_role("button", name="Hide").click()
    curator.get_by_role("button", name="Yes").click()
    expect(curator.locator(".notice")).to_have_text("The word is hidden: only curators see it.")
    reader.reload()
    expect(reader.get_by_text("Shorter answers.")).to_be_visible()
    expect(reader.get_by_text(WORDS[0])).to_have_count(0)
    curator.get_by_text("Hidden words").click()
    curator.get_by_role("button", name="Show it again").click()
    expect(curator.locator(".notice")).to_have_text("The word is shown to everybody again.")
    reader.reload()
    expect(reader.get_by_text(WORDS[0])).to_be_visible()


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_it_fits_and_can_be_used_by_everybody(
    open_page: OpenPage, axe: str, database: Database, width: int, scheme: str
) -> None:
    name = f"Wanda {scheme} {width}"
    page = open_page("/pulse", name=name, width=width, scheme=scheme)
    ask(database, f"web:wanda-{scheme}-{width}")
    page.reload()
    for summary in page.get_by_text("The figures as a table").all():
        summary.click()
    expect(page.get_by_role("button", name="5 of 5")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate(axe)
    assert page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})")["violations"] == []
    cut = "() => [...document.querySelectorAll('main button')].filter(each => each.scrollWidth > each.clientWidth + 1)"
    assert page.evaluate(f"({cut})().length") == 0
