"""Reviews as pages: what each reader finds on them, what stands nowhere on them, and the files that come along."""

import io
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar, FormData, web
from aiohttp.test_utils import TestServer

from bot.chat.turn import EVERYONE, Place
from bot.dashboard.app import create_web_app
from bot.directory import Directory
from bot.features.reviews.calendar import ReviewCalendar
from bot.features.reviews.desk import Desk
from bot.features.reviews.figure_pages import FigurePages
from bot.features.reviews.model import FILE_SIZE_LIMIT, File, Link, Rating, Review, Seat, State, Submission
from bot.features.reviews.pages import ReviewPages
from bot.features.reviews.rubric import Blind
from bot.features.reviews.store import SqlReviews
from bot.settings import Settings
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import Database
from tests.builders import NOON
from tests.reviewed import DAY, RUBRIC, assignment, in_review, review, submission

AUTHOR, AUTHOR_NAME = "web:anders-authorbird", "Anders Authorbird"
HELPER, HELPER_NAME = "web:hanna-helperbird", "Hanna Helperbird"
SAM, SAM_NAME = "web:sam-swanbird", "Sam Swanbird"
KIM, KIM_NAME = "web:kim-kitebird", "Kim Kitebird"
STRANGER, STRANGER_NAME = "web:mo-strangerbird", "Mo Strangerbird"
NAMES = {AUTHOR: AUTHOR_NAME, HELPER: HELPER_NAME, SAM: SAM_NAME, KIM: KIM_NAME, STRANGER: STRANGER_NAME}

OF_AUTHOR = ("authorbird", "helperbird", "filebird")
OF_REVIEWERS = ("swanbird", "kitebird", "whybird", "wordbird")
OF_SAMS_REVIEW = ("sams-commentbird", "sams-goodbird", "sams-betterbird")

STATES: Mapping[str, Mapping[str, object]] = {
    "returned": {"state": State.RETURNED, "missing": ("Page two.",), "returned_by": SAM, "returned_at": NOON},
    "in review": {"state": State.IN_REVIEW},
    "released": {"state": State.RELEASED, "released_at": NOON, "reply": "Thank you.", "replied_at": NOON},
    "closed": {"state": State.CLOSED, "released_at": NOON, "closed_at": NOON},
    "example": {"state": State.CLOSED, "released_at": NOON, "closed_at": NOON, "is_example": True},
}
PROOF = re.compile(r'name="proof" value="([^"]*)"')


@dataclass
class House:
    """The pages on a server of their own, and who is signed in there."""

    server: TestServer
    database: Database
    sessions: dict[str, ClientSession] = field(default_factory=dict)

    async def reader(self, name: str) -> ClientSession:
        if name not in self.sessions:
            session = ClientSession(cookie_jar=CookieJar(unsafe=True))
            self.sessions[name] = session
            await self.post(name, "/sign-in", {"name": name}, from_page="/sign-in")
        return self.sessions[name]

    async def open(self, name: str, path: str) -> ClientResponse:
        session = await self.reader(name)
        return await session.get(self.server.make_url(path), headers={"Accept": "text/html"})

    async def read(self, name: str, path: str) -> str:
        """All that comes, headers too; empty where it opens nothing."""
        answer = await self.open(name, path)
        if answer.status == 404:
            return ""
        assert answer.status == 200, (path, answer.status)
        return unescape((await answer.read()).decode("utf-8", "replace")) + str(answer.headers)

    async def post(
        self, name: str, path: str, fields: FormData | dict[str, str], from_page: str = "/reviews"
    ) -> ClientResponse:
        session = self.sessions[name]
        page = await (await session.get(self.server.make_url(from_page), headers={"Accept": "text/html"})).text()
        found = PROOF.search(page) or re.search(r'name="proof" content="([^"]*)"', page)
        assert found is not None
        if isinstance(fields, FormData):
            fields.add_field("proof", unescape(found[1]))
        else:
            fields = {**fields, "proof": unescape(found[1])}
        headers = {"Origin": str(self.server.make_url("")).rstrip("/"), "Accept": "text/html"}
        return await session.post(self.server.make_url(path), data=fields, headers=headers)

    async def upload(self, name: str, *files: tuple[str, bytes], submission_id: str = "r1") -> ClientResponse:
        form = FormData(quote_fields=False)
        for filename, content in files:
            form.add_field("file", io.BytesIO(content), filename=filename, content_type="text/html")
        return await self.post(name, f"/reviews/{submission_id}/files", form)

    def submit(self, work: Submission) -> None:
        with self.database.begin() as unit:
            SqlReviews(unit).add(work)

    def put(self, work: Submission) -> None:
        """Sam has handed in, Kim is at it, a third has declined."""
        with self.database.begin() as unit:
            store = SqlReviews(unit)
            store.add(work)
            is_over = work.state in (State.RELEASED, State.CLOSED)
            at_work = Seat.HANDED_IN if is_over else Seat.ACCEPTED
            sams = Seat.ACCEPTED if work.state is State.RETURNED else Seat.HANDED_IN
            seats = ((SAM, SAM_NAME, sams), (KIM, KIM_NAME, at_work), ("web:dan", "Dan Swanbird", Seat.DECLINED))
            for number, (who, name, seat) in enumerate(seats, 1):
                store.add_assignment(
                    assignment(
                        number,
                        who,
                        person_name=name,
                        seat=seat,
                        why="whybird knows",
                        word="wordbird" if seat is Seat.DECLINED else "",
                        accepted_at=NOON,
                        ended_at=NOON if seat in (Seat.HANDED_IN, Seat.DECLINED) else None,
                    )
                )
                if seat is Seat.HANDED_IN:
                    store.put_review(written(number, "sams" if who == SAM else "kims"))
            for file in work.files:
                store.keep_content(work.id, file.id, b"what it holds")


def written(number: int, whose: str) -> Review:
    ratings = {each.id: Rating(2, f"{whose}-commentbird") for each in RUBRIC.criteria}
    return review(number, ratings=ratings, good=f"{whose}-goodbird", better=f"{whose}-betterbird")


def work(**values: object) -> Submission:
    made = in_review(author_id=AUTHOR, author_name=AUTHOR_NAME, private=Place("web", AUTHOR, "reviews"), asked=3)
    helped = replace(made, with_ids=frozenset({HELPER}), files=(File("f1", "filebird.pdf", 13),))
    return replace(helped, **values)


@pytest.fixture
async def house(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[House]:
    with sqlite_database.begin() as unit:
        for who, name in NAMES.items():
            People(unit).add(KnownPerson(who, name, NOON, "", "UTC"))
            People(unit).add_account(Account(who, who, "web", NOON, "", name))
    pages = (
        *FigurePages(sqlite_database, {RUBRIC.id: RUBRIC}, lambda: NOON).pages(),
        *ReviewPages(sqlite_database, Desk(), lambda: NOON).pages(),
    )
    settings = Settings.model_validate({"home": tmp_path})
    directory = Directory(sqlite_database, lambda: NOON, admins=settings.admins)
    app: web.Application = create_web_app(settings, pages=pages, sections=[], directory=directory, clock=lambda: NOON)
    async with TestServer(app) as server:
        found = House(server, sqlite_database)
        yield found
        for session in found.sessions.values():
            await session.close()


EVERY_PATH = (
    *("/reviews", "/reviews?part=examples", "/reviews.csv", "/reviews/r1", "/reviews/r1/files/f1"),
    *("/reviews/figures", "/reviews/figures.csv", "/reviews/rubrics", "/reviews/rubrics/journey-map"),
)


async def everything(house: House, name: str) -> str:
    """All that this reader reads anywhere, their calendar included, apart from the bar that says who they are."""
    texts = [await house.read(name, path) for path in EVERY_PATH]
    own = next(who for who, each in NAMES.items() if each == name)
    with house.database.reading() as unit:
        span = (NOON - 99 * DAY, NOON + 99 * DAY)
        texts.append(str(ReviewCalendar("h").entries(own, frozenset({own, EVERYONE}), *span, unit)))
    whole = "\n".join(texts)
    return re.sub(r"<details class=\"drop-down account\">.*?</details>", "", whole, flags=re.DOTALL).casefold()


def found_in(text: str, canaries: tuple[str, ...]) -> list[str]:
    return [each for each in canaries if each in text]


@pytest.mark.promise
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("blind", [Blind.SINGLE, Blind.DOUBLE])
async def test_an_author_finds_no_blind_reviewer_on_any_page(house: House, blind: Blind, state: str) -> None:
    house.put(work(blind=blind, **STATES[state]))
    for name in (AUTHOR_NAME, HELPER_NAME):
        text = await everything(house, name)
        assert "renewal journey" in text
        assert found_in(text, OF_REVIEWERS) == []


@pytest.mark.promise
@pytest.mark.parametrize("state", STATES)
async def test_a_double_blind_reviewer_finds_no_author_and_no_other_reviewer_on_any_page(
    house: House, state: str
) -> None:
    house.put(work(blind=Blind.DOUBLE, **STATES[state]))
    for name, other in ((SAM_NAME, "kitebird"), (KIM_NAME, "sam swanbird")):
        text = await everything(house, name)
        assert "renewal journey" in text
        assert found_in(text, (*OF_AUTHOR, other, "wordbird")) == []


@pytest.mark.promise
@pytest.mark.parametrize("blind", list(Blind))
async def test_nobody_reads_anothers_review_before_all_are_out(house: House, blind: Blind) -> None:
    house.put(work(blind=blind))
    for name in (AUTHOR_NAME, HELPER_NAME, KIM_NAME, STRANGER_NAME):
        assert found_in(await everything(house, name), OF_SAMS_REVIEW) == []
    admin = await house.read("admin", "/reviews/r1")
    assert "Renewal journey" in admin and found_in(admin, OF_SAMS_REVIEW) == []
    assert found_in(await everything(house, SAM_NAME), OF_SAMS_REVIEW) == list(OF_SAMS_REVIEW)


@pytest.mark.promise
@pytest.mark.parametrize("blind", list(Blind))
@pytest.mark.parametrize("state", [each for each in STATES if each != "example"])
async def test_whoever_has_no_part_in_it_finds_nothing_of_it(house: House, state: str, blind: Blind) -> None:
    house.put(work(blind=blind, **STATES[state]))
    text = await everything(house, STRANGER_NAME)
    canaries = ("renewal journey", "kims-goodbird", "what it holds", *OF_AUTHOR, *OF_REVIEWERS, *OF_SAMS_REVIEW)
    assert found_in(text, canaries) == []
    assert (await house.open(STRANGER_NAME, "/reviews/r1")).status == 404
    assert (await house.open(STRANGER_NAME, "/reviews/r1/files/f1")).status == 404


@pytest.mark.parametrize("blind", list(Blind))
async def test_an_example_is_for_every_colleague_and_names_no_reviewer(house: House, blind: Blind) -> None:
    house.put(work(blind=blind, **STATES["example"]))
    text = await everything(house, STRANGER_NAME)
    assert "sams-goodbird" in text and "what it holds" in text
    assert found_in(text, (*OF_REVIEWERS, "sams-commentbird", "sams-betterbird", "helperbird")) == []
    assert ("authorbird" in text) == ("filebird" in text) == (blind is not Blind.DOUBLE)


async def test_open_reviews_stand_side_by_side_once_they_are_out(house: House) -> None:
    house.put(work(**STATES["released"]))
    page = await house.read(AUTHOR_NAME, "/reviews/r1")
    heads = re.findall(r'<th scope="col">([^<]+)</th>', page)
    assert sorted(heads[1:]) == [KIM_NAME, SAM_NAME]
    assert page.count("sams-commentbird") == len(RUBRIC.criteria)
    assert "Solid" in page and "3 of 3" in page
    assert "Thank you." in page
    assert "whybird knows" in page


async def test_what_waits_for_a_reader_comes_first_and_is_counted_as_theirs(house: House) -> None:
    house.put(work())
    house.submit(submission("r2", title="Newer", author_id=KIM, submitted_at=NOON + DAY))
    page = await house.read(KIM_NAME, "/reviews")
    titles = re.findall(r'<a href="/reviews/r\d">([^<]+)</a>', page)
    assert titles == ["Newer", "Renewal journey"]
    assert re.findall(r'tag ([a-z]*)">([^<]+)<', page) == [("warn", "Yours to complete"), ("warn", "Yours to review")]
    mine = await house.read(KIM_NAME, "/reviews?part=mine")
    assert re.findall(r'<a href="/reviews/r\d">([^<]+)</a>', mine) == ["Newer"]
    table = await house.read(KIM_NAME, "/reviews.csv?part=asked+of+me")
    assert "Renewal journey,Journey map,yours to review,Anders Authorbird," in table and "Newer" not in table


async def test_who_was_replaced_finds_it_while_they_may_write_and_no_empty_list_of_examples(house: House) -> None:
    house.submit(work())
    house.submit(work(id="r2", state=State.CLOSED, released_at=NOON, closed_at=NOON, is_example=True))
    with house.database.begin() as unit:
        store = SqlReviews(unit)
        for number, found in enumerate(("r1", "r2"), 8):
            away = assignment(number, STRANGER, id=f"mo-{found}", submission_id=found, seat=Seat.REPLACED)
            store.add_assignment(replace(away, accepted_at=None))
    page = await house.read(STRANGER_NAME, "/reviews?part=asked+of+me")
    assert re.findall(r'<a href="/reviews/(r\d)">', page) == ["r1"]
    assert "Passed on" in page
    assert re.findall(r'<a href="/reviews/(r\d)">', await house.read(STRANGER_NAME, "/reviews?part=examples")) == ["r2"]


async def test_nothing_yet_teaches_what_belongs_there(house: House) -> None:
    page = await house.read(STRANGER_NAME, "/reviews")
    assert "Have a colleague look at it first" in page
    assert "/do/reviews.submit?" in page


async def test_an_author_adds_and_deletes_files_and_others_cannot(house: House) -> None:
    house.submit(
        submission(author_id=AUTHOR, author_name=AUTHOR_NAME, links=(), returned_at=NOON, missing=("A file.",))
    )
    await house.reader(AUTHOR_NAME)
    answer = await house.upload(AUTHOR_NAME, ("../<b>map</b>.html", b"<script>alert(1)</script>"), ("notes.txt", b"n"))
    page = await answer.text()
    assert answer.status == 200 and "Added." in page
    found = dict(re.findall(r'<a href="(/reviews/r1/files/[0-9a-f]+)" download>([^<]+)</a>', page))
    assert list(found.values()) == ["b&gt;.html", "notes.txt"]

    file = next(iter(found))
    given = await house.open(AUTHOR_NAME, file)
    assert await given.read() == b"<script>alert(1)</script>"
    assert given.headers["Content-Type"].startswith("application/octet-stream")
    assert given.headers["Content-Disposition"] == "attachment; filename*=UTF-8''b%3E.html"
    assert given.headers["X-Content-Type-Options"] == "nosniff"

    await house.reader(STRANGER_NAME)
    refused = await house.post(STRANGER_NAME, f"{file}/delete", {})
    assert refused.status == 404
    assert "Deleted." in await (await house.post(AUTHOR_NAME, f"{file}/delete", {})).text()
    assert (await house.open(AUTHOR_NAME, file)).status == 404
    assert "not there any more" in await (await house.post(AUTHOR_NAME, f"{file}/delete", {})).text()
    last = next(each for each in found if each != file)
    assert "This is all there is of the work" in await (await house.post(AUTHOR_NAME, f"{last}/delete", {})).text()


async def test_a_file_that_cannot_be_taken_is_said_beside_the_field_and_nothing_else_is_lost(house: House) -> None:
    house.submit(submission(author_id=AUTHOR, author_name=AUTHOR_NAME, returned_at=NOON, missing=("A date.",)))
    await house.reader(AUTHOR_NAME)
    answer = await house.upload(AUTHOR_NAME, ("fine.txt", b"fine"), ("big.bin", b"x" * (FILE_SIZE_LIMIT + 1)))
    page = await answer.text()
    assert answer.status == 422
    assert re.search(r'id="file-problem" role="alert">“big.bin” is larger than 10 MB', page)
    assert "fine.txt" not in page
    assert "Is it too long for a workshop?" in page
    assert (await house.upload(AUTHOR_NAME)).status == 422


async def test_whoever_may_not_see_it_cannot_upload_to_it(house: House) -> None:
    house.put(work())
    await house.reader(STRANGER_NAME)
    assert (await house.upload(STRANGER_NAME, ("a.txt", b"a"))).status == 404
    assert (await house.upload(STRANGER_NAME, ("a.txt", b"a"), submission_id="unknown")).status == 404


async def test_what_people_wrote_is_shown_as_words(house: House) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    links = (Link(hostile, "https://example.com/?a=1&b=<c>"), Link("bad", "javascript:alert(1)"))
    house.put(
        replace(
            work(title=hostile, about=hostile, wanted=hostile, links=links, given={"persona": hostile}),
            **{**STATES["released"], "reply": hostile},
        )
    )
    raw = await (await house.open(AUTHOR_NAME, "/reviews/r1")).text()
    assert "<img src=x" not in raw and raw.count("&lt;img") >= 6
    assert 'href="javascript' not in raw
    assert 'href="https://example.com/?a=1&amp;b=&lt;c&gt;"' in raw


async def test_figures_say_what_is_found_and_have_a_table_behind_them(house: House) -> None:
    assert "Too few to tell" in await house.read(STRANGER_NAME, "/reviews/figures")
    with house.database.begin() as unit:
        store = SqlReviews(unit)
        for number in range(8):
            at = NOON - timedelta(days=8 * number + 1)
            store.add(
                work(
                    id=f"r{number}",
                    submitted_at=at,
                    complete_at=at,
                    due_at=at + 3 * DAY,
                    state=State.RELEASED,
                    released_at=at + (1 + number // 4) * DAY,
                )
            )
            seat = {"seat": Seat.HANDED_IN, "asked_at": at, "accepted_at": at + DAY / 4, "ended_at": at + DAY / 2}
            store.add_assignment(assignment(1, SAM, id=f"r{number}-1", submission_id=f"r{number}", **seat))
    page = await house.read(STRANGER_NAME, "/reviews/figures")
    assert "Half of the reviews are out within 1.5 days, and the writing takes longest" in page
    assert "8 of 8 reviews were out in time" in page
    assert "Median time in days, by the clock" in page
    assert '<th scope="row">From accepting until handing in</th><td>6 hours</td>' in page
    table = await house.read(STRANGER_NAME, "/reviews/figures.csv")
    assert "From accepting until handing in,6 hours" in table
    assert "Too few to tell" not in await house.read(STRANGER_NAME, "/reviews/figures?kind=journey-map&days=365")
    assert (await house.open(STRANGER_NAME, "/reviews/figures?kind=unknown&days=7")).status == 200


async def test_a_rubric_says_what_reviewers_ask_and_what_a_submission_needs(house: House) -> None:
    page = await house.read(STRANGER_NAME, "/reviews/rubrics/journey-map")
    for words in ("One persona?", "Whose journey it is", "Renewal buyer", "Missing", "Nothing.", "16 hours"):
        assert words in page
    assert 'back=/reviews"' in page, "there what was submitted stands, and what it lacks"
    assert "/reviews/rubrics/journey-map" in await house.read(STRANGER_NAME, "/reviews/rubrics")
    assert (await house.open(STRANGER_NAME, "/reviews/rubrics/unknown")).status == 404


async def test_an_address_that_no_database_can_look_up_opens_nothing(database: Database, tmp_path: Path) -> None:
    pages = ReviewPages(database, Desk(), lambda: NOON).pages()
    settings = Settings.model_validate({"home": tmp_path})
    directory = Directory(database, lambda: NOON)
    app = create_web_app(settings, pages=pages, sections=[], directory=directory, clock=lambda: NOON)
    async with TestServer(app) as server:
        house = House(server, database)
        for path in ("/reviews/%00", "/reviews/a%00b", "/reviews/%ed%a0%80", "/reviews/x/files/%00"):
            assert (await house.open(STRANGER_NAME, path)).status == 404, path
        await house.sessions[STRANGER_NAME].close()
