"""Files that go with work: added, taken out, deleted with it, and read by whoever may."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.chat.errors import UserFacingError
from bot.features.page import Upload
from bot.features.reviews.desk import Desk
from bot.features.reviews.files import NAME_LIMIT, file_name, size_in_words
from bot.features.reviews.model import FILE_LIMIT, FILE_SIZE_LIMIT, Case, Seat, State, What
from bot.features.reviews.reading import file_for
from bot.features.reviews.rubric import Blind
from bot.features.reviews.store import SqlReviews
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import ADMIN, DANA, NOON, SAM
from tests.reviewed import DAY, assignment, in_review, review, submission

MAP = Upload("map.pdf", b"%PDF-map")


class Heard:
    def __init__(self) -> None:
        self.whats: list[What] = []

    def __call__(self, what: What, case: Case, about: object, unit: UnitOfWork, now: object) -> None:
        self.whats.append(what)


@pytest.fixture
def unit(sqlite_database: Database) -> Iterator[UnitOfWork]:
    with sqlite_database.begin() as opened:
        yield opened


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def desk(heard: Heard) -> Desk:
    return Desk([heard])


def returned(**values: object) -> object:
    return submission(**{"links": (), "returned_at": NOON, "missing": ("Add a link to it, or a file.",), **values})


def test_work_that_lacked_a_file_alone_goes_into_review_with_it(unit: UnitOfWork, desk: Desk, heard: Heard) -> None:
    SqlReviews(unit).add(returned())
    case = desk.add_files("r1", DANA, [MAP], unit, NOON)
    assert case.submission.state is State.IN_REVIEW
    assert case.submission.missing == ()
    assert heard.whats == [What.SUBMITTED]


def test_work_that_lacks_more_says_what_is_left(unit: UnitOfWork, desk: Desk, heard: Heard) -> None:
    SqlReviews(unit).add(returned(wanted=""))
    case = desk.add_files("r1", DANA, [MAP], unit, NOON)
    assert case.submission.state is State.RETURNED
    assert case.submission.missing == ("Say in a sentence on what you want feedback.",)
    assert heard.whats == [What.FILES]


def test_what_a_reviewer_returned_goes_on_when_its_author_says_so(unit: UnitOfWork, desk: Desk) -> None:
    SqlReviews(unit).add(returned(returned_by=SAM.id, asked=1, missing=("The second page is blank.",)))
    case = desk.add_files("r1", DANA, [MAP], unit, NOON)
    assert case.submission.state is State.RETURNED
    assert case.submission.missing == ("The second page is blank.",)


def test_files_change_until_a_reviewer_has_begun(unit: UnitOfWork, desk: Desk) -> None:
    store = SqlReviews(unit)
    store.add(in_review(asked=1))
    store.add_assignment(assignment())
    case = desk.add_files("r1", DANA, [MAP, MAP], unit, NOON)
    assert [each.name for each in case.submission.files] == ["map.pdf", "map (2).pdf"]
    first = case.submission.files[0].id
    desk.take_out_file("r1", DANA, first, unit, NOON)
    assert store.content("r1", first) is None
    store.put_assignment(assignment(seat=Seat.ACCEPTED, accepted_at=NOON))
    for act in (
        lambda: desk.add_files("r1", DANA, [MAP], unit, NOON),
        lambda: desk.take_out_file("r1", DANA, case.submission.files[1].id, unit, NOON),
    ):
        with pytest.raises(UserFacingError, match="A reviewer has begun"):
            act()


@pytest.mark.parametrize(
    ("uploads", "words"),
    [
        ([], "No file was chosen"),
        ([Upload("", b"")], "No file was chosen"),
        ([Upload("a.pdf", b"")], "“a.pdf” is empty"),
        ([Upload("big.pdf", b"x" * (FILE_SIZE_LIMIT + 1))], "“big.pdf” is larger than 10 MB"),
        ([MAP] * (FILE_LIMIT + 1), f"At most {FILE_LIMIT} files"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_added(
    unit: UnitOfWork, desk: Desk, uploads: list[Upload], words: str
) -> None:
    SqlReviews(unit).add(in_review())
    with pytest.raises(UserFacingError, match=words):
        desk.add_files("r1", DANA, uploads, unit, NOON)
    kept = SqlReviews(unit).get("r1")
    assert kept is not None and kept.files == ()


def test_nobody_but_its_author_changes_files(unit: UnitOfWork, desk: Desk) -> None:
    SqlReviews(unit).add(in_review(with_ids=frozenset({SAM.id})))
    for person in (SAM, ADMIN):
        with pytest.raises(UserFacingError, match="Only its author"):
            desk.add_files("r1", person, [MAP], unit, NOON)


def test_the_last_of_the_work_is_not_taken_out_of_a_review(unit: UnitOfWork, desk: Desk) -> None:
    SqlReviews(unit).add(returned())
    case = desk.add_files("r1", DANA, [MAP], unit, NOON)
    with pytest.raises(UserFacingError, match="all there is"):
        desk.take_out_file("r1", DANA, case.submission.files[0].id, unit, NOON)
    with pytest.raises(UserFacingError, match="not there any more"):
        desk.take_out_file("r1", DANA, "unknown", unit, NOON)


def test_files_are_deleted_when_the_work_is_taken_back(unit: UnitOfWork, desk: Desk) -> None:
    store = SqlReviews(unit)
    store.add(in_review())
    file = desk.add_files("r1", DANA, [MAP], unit, NOON).submission.files[0]
    assert store.content("r1", file.id) == MAP.content
    gone = desk.withdraw("r1", DANA, unit, NOON)
    assert gone.submission.files == ()
    assert store.content("r1", file.id) is None


def readable(unit: UnitOfWork, desk: Desk, **values: object) -> str:
    """The id of a file of work that Sam reviews, and Lee declined to."""
    store = SqlReviews(unit)
    store.add(in_review(**values))
    file = desk.add_files("r1", DANA, [Upload("dana okafor.pdf", b"work")], unit, NOON).submission.files[0]
    store.add_assignment(assignment(1, SAM.id, seat=Seat.ACCEPTED, accepted_at=NOON))
    store.add_assignment(assignment(2, "web:lee", seat=Seat.DECLINED, ended_at=NOON))
    return file.id


def test_a_file_is_read_by_those_who_may_read_the_work(unit: UnitOfWork, desk: Desk) -> None:
    file_id, store = readable(unit, desk), SqlReviews(unit)
    for person in (DANA, SAM, ADMIN):
        found, content = file_for(store, "r1", person, file_id)
        assert (found.name, content) == ("dana okafor.pdf", b"work")
    for stranger in ("web:lee", "web:mo"):
        with pytest.raises(UserFacingError):
            file_for(store, "r1", replace(SAM, id=stranger), file_id)
    with pytest.raises(UserFacingError):
        file_for(store, "r1", DANA, "unknown")


def test_a_file_of_other_work_does_not_open_under_this_one(unit: UnitOfWork, desk: Desk) -> None:
    file_id, store = readable(unit, desk), SqlReviews(unit)
    store.add(in_review("r2", author_id="web:mo"))
    with pytest.raises(UserFacingError):
        file_for(store, "r2", replace(SAM, id="web:mo"), file_id)


def test_a_files_name_does_not_give_a_hidden_author_away(unit: UnitOfWork, desk: Desk) -> None:
    file_id, store = readable(unit, desk, blind=Blind.DOUBLE), SqlReviews(unit)
    assert file_for(store, "r1", SAM, file_id)[0].name == "File 1.pdf"
    assert file_for(store, "r1", DANA, file_id)[0].name == "dana okafor.pdf"


@pytest.mark.parametrize(("blind", "name"), [(Blind.OPEN, "dana okafor.pdf"), (Blind.DOUBLE, "File 1.pdf")])
def test_an_examples_files_are_for_every_colleague_and_no_guest(
    unit: UnitOfWork, desk: Desk, blind: Blind, name: str
) -> None:
    file_id, store = readable(unit, desk, blind=blind), SqlReviews(unit)
    found = store.take("r1")
    assert found is not None
    store.put_review(review())
    closed = replace(found, state=State.CLOSED, closed_at=NOON + DAY, is_example=True, revision=found.revision + 1)
    store.put_assignment(assignment(1, SAM.id, seat=Seat.HANDED_IN, accepted_at=NOON, ended_at=NOON))
    assert store.change(closed)
    stranger = replace(SAM, id="web:mo")
    assert file_for(store, "r1", stranger, file_id)[0].name == name
    with pytest.raises(UserFacingError):
        file_for(store, "r1", replace(stranger, is_guest=True), file_id)
    assert store.change(replace(closed, is_example=False, revision=closed.revision + 1))
    with pytest.raises(UserFacingError):
        file_for(store, "r1", stranger, file_id)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("map.pdf", "map.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\dana\\plan.docx", "plan.docx"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ('a"b\r\nSet-Cookie: x.txt', "a'b Set-Cookie: x.txt"),
        ("\x00\x1b[2J.png", "[2J.png"),
        ("...", "File"),
        ("", "File"),
        (".htaccess", "htaccess"),
        ("<script>alert(1)</script>.svg", "script>.svg"),
        ("Größe 图.xlsx", "Größe 图.xlsx"),
        ("\ud800lone.txt", "?lone.txt"),
    ],
)
def test_a_hostile_name_becomes_a_plain_one(given: str, kept: str) -> None:
    assert file_name(given) == kept


def test_a_long_name_keeps_its_suffix() -> None:
    name = file_name("ü" * 500 + ".pdf")
    assert len(name) == NAME_LIMIT and name.endswith("ü.pdf")
    assert len(file_name("a." + "b" * 500)) == NAME_LIMIT


def test_sizes_are_said_in_words() -> None:
    assert [size_in_words(each) for each in (1, 1_499, 99_000, 150_000, 9_900_000)] == [
        *("1 kB", "1 kB", "99 kB", "0.1 MB", "9.9 MB"),
    ]
