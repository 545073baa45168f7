"""What authors, reviewers and admins see and are asked, in the worst of words, is what Slack and Teams take."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from bot.chat.form import STATE_LIMIT, ChoiceField, Form
from bot.chat.reply import Bullets, Message, Paragraph
from bot.chat.turn import File as Attached
from bot.features.reviews import list_card, submit_form, word_forms
from bot.features.reviews.author_cards import author_message
from bot.features.reviews.card_view import View as CardView
from bot.features.reviews.card_view import earlier_message
from bot.features.reviews.model import (
    TEXT_LIMIT,
    Case,
    File,
    Link,
    Rating,
    Review,
    Seat,
    State,
    Submission,
    assignment_id,
)
from bot.features.reviews.review_form import bare_review_form, review_form, review_from
from bot.features.reviews.reviewer_cards import reviewer_message, short_message
from bot.features.reviews.rubric import Blind, Criterion, Level, Need, Rubric
from bot.platforms.slack import render as slack
from bot.platforms.slack.render_form import render_form
from bot.platforms.slack.render_home import render_home
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from bot.platforms.web.render import render_message
from tests import adaptive_card, block_kit
from tests.builders import DANA, NOON, THREAD, turn
from tests.reviewed import assignment, submission

WORST = "<!channel> <@U1> <at>all</at> [x](javascript:alert(1)) https://evil.example/a " + "Käse 界 " * 400
BASE = "https://guild.example"
DAY = timedelta(days=1)
SCALE = tuple(Level(f"{number} {WORST}"[:40], WORST[:300]) for number in range(5))
LARGEST = Rubric(
    id="largest",
    title=WORST[:120],
    about=WORST[:300],
    criteria=tuple(
        Criterion(f"criterion-{'x' * 28}-{n}", f"{n} {WORST}"[:120], (WORST[:300],) * 4, SCALE) for n in range(8)
    ),
    needs=tuple(Need(f"need-{'x' * 33}-{n}", f"{n} {WORST}"[:120], WORST[:300]) for n in range(6)),
    topics=(WORST[:120],) * 10,
    reviewers=4,
)
PEOPLE = [f"web:reviewer-{number}" for number in range(5)]


def worst(state: State, **values: object) -> Submission:
    given = {each.id: WORST[:300] for each in LARGEST.needs}
    made = submission(
        rubric=LARGEST,
        title=WORST[:120],
        author_name=WORST[:200],
        about=WORST[:TEXT_LIMIT],
        wanted=WORST[:TEXT_LIMIT],
        links=tuple(Link(WORST[:140], f"https://wiki.example.com/{'a' * 470}{number}") for number in range(5)),
        files=tuple(File(str(number), WORST[:100], 9_000_000) for number in range(5)),
        given=given,
        state=state,
        seats=4,
        asked=5,
    )
    return replace(made, **values)


def case(state: State, seats: tuple[Seat, ...] = (), **values: object) -> Case:
    sent = worst(state, **values)
    asked = [
        assignment(n + 1, PEOPLE[n], person_name=WORST[:200], seat=seat, why=WORST[:500], word=WORST[:500])
        for n, seat in enumerate(seats)
    ]
    ratings = {each.id: Rating(4, WORST[:600]) for each in LARGEST.criteria}
    written = {
        assignment_id("r1", n + 1): Review(
            assignment_id("r1", n + 1), "r1", ratings, WORST[:TEXT_LIMIT], WORST[:TEXT_LIMIT], NOON
        )
        for n, seat in enumerate(seats)
        if seat is Seat.HANDED_IN
    }
    return Case(sent, asked, written)


def view(of: Case, reader_id: str = DANA.id, page: str = f"{BASE}/reviews/r1") -> CardView:
    return CardView(of, reader_id, NOON, lambda at: f"{at:%d %B %Y, %H:%M} your time", page)


ALL_IN = (Seat.HANDED_IN,) * 4
MIXED = (Seat.ASKED, Seat.ACCEPTED, Seat.DECLINED, Seat.HANDED_IN, Seat.REPLACED)
MISSING = (WORST[:500],)


def posts() -> dict[str, Message]:
    found: dict[str, Message] = {
        "returned": author_message(view(case(State.RETURNED, missing=MISSING * 9))),
        "returned by a reviewer": author_message(
            view(case(State.RETURNED, MIXED, missing=MISSING, returned_by=PEOPLE[1]))
        ),
        "nobody found": author_message(view(case(State.IN_REVIEW, MIXED, short_told_at=NOON, due_at=NOON))),
        "withdrawn": author_message(view(case(State.WITHDRAWN))),
        "short": short_message(view(case(State.IN_REVIEW, MIXED), "web:admin")),
        "short no more": short_message(view(case(State.CLOSED, MIXED), "web:admin")),
        "earlier": earlier_message(view(case(State.CLOSED))),
    }
    for blind in Blind:
        values = {"blind": blind, "reply": WORST[:TEXT_LIMIT], "is_example": True}
        for state in (State.RELEASED, State.CLOSED):
            found[f"author, {state}, {blind}"] = author_message(view(case(state, ALL_IN, **values)))
            mine = view(case(state, ALL_IN, **values), PEOPLE[0])
            assert mine.own is not None
            found[f"reviewer, {state}, {blind}"] = reviewer_message(mine, mine.own)
    for state, seat in product(State, Seat):
        mine = view(case(state, (seat,), missing=MISSING), PEOPLE[0], "")
        assert mine.own is not None
        found[f"{state}, {seat}"] = reviewer_message(mine, mine.own)
    owed = [(worst(State.IN_REVIEW), assignment(seat=seat)) for seat in (Seat.ASKED, Seat.ACCEPTED)] * 9
    own = [worst(state) for state in State] * 5
    found["list"] = list_card.list_message(owed, own, turn(), BASE)
    found["empty list"] = list_card.list_message([], [], turn(), None)
    sections = [list_card.owed_section(owed, turn(), BASE), list_card.own_section(own, turn(), BASE)]
    blocks = [block for each in sections if each is not None for block in each.blocks]
    found["home"] = Message("Your home.", tuple(blocks), f"{BASE}/home")
    return found


def forms() -> dict[str, Form]:
    rubrics = {f"kind-{number}": replace(LARGEST, id=f"kind-{number}") for number in range(100)}
    text = " ".join((WORST, *(f"https://wiki.example.com/{each}{'b' * 450}" for each in range(9))))
    files = [Attached(WORST[:200], f"https://acme.slack.com/files/{'c' * 400}{each}") for each in range(9)]
    begun = submit_form.begin_with(text, files)
    returned = worst(State.RETURNED, missing=MISSING * 9, asked=0, blind=Blind.DOUBLE)
    written = case(State.IN_REVIEW, (Seat.HANDED_IN,)).reviews["r1-1"]
    return {
        "kind": submit_form.submit_form(begun, rubrics),
        "work": submit_form.submit_form(begun._replace(rubric_id="kind-1"), rubrics, date(2027, 3, 1)),
        "complete": submit_form.complete_form(returned, [WORST[:200]] * 20, ZoneInfo("Asia/Tokyo")),
        "complete, bare": submit_form.bare_complete_form(returned),
        "review": review_form(replace(returned, blind=Blind.SINGLE), written),
        "review, bare": bare_review_form(returned),
        "decline": word_forms.decline_form("r" * 24),
        "return": word_forms.return_form("r" * 24),
        "reply": word_forms.reply_form("r" * 24, WORST[:TEXT_LIMIT]),
        "choose": word_forms.choose_form("r" * 24),
    }


@pytest.mark.parametrize("name", posts())
def test_slack_takes_every_message(name: str) -> None:
    assert block_kit.problems(slack.render_message(posts()[name], "n" * 24)) == []


def test_slack_takes_it_as_a_home() -> None:
    assert block_kit.problems(render_home(posts()["home"], "n" * 24)) == []


@pytest.mark.parametrize("name", posts())
def test_teams_takes_every_message(name: str) -> None:
    message = posts()[name]
    shown = View("n" * 24, f"review-{'r' * 24}-1")
    assert adaptive_card.problems_of_activity(render_activity(message, shown)) == []
    assert adaptive_card.problems(render_card(message, shown)) == []


@pytest.mark.parametrize("name", posts())
def test_no_link_comes_of_what_people_wrote(name: str) -> None:
    drawn = render_message(posts()[name], "n" * 24)
    assert 'href="https://evil.example' not in drawn and "<at>" not in drawn and 'href="javascript' not in drawn


@pytest.mark.parametrize("name", forms())
def test_every_form_fits_on_slack_and_teams(name: str) -> None:
    form = forms()[name]
    assert len(form.state) <= STATE_LIMIT
    assert block_kit.problems(render_form(form, "n" * 24, THREAD)) == []
    problems = {field.name: WORST[:500] for field in form.fields}
    assert adaptive_card.problems(form_card(form, "n" * 24, problems=problems)) == []


def test_the_levels_of_a_criterion_come_with_their_meaning() -> None:
    sent = submission(rubric=replace(LARGEST, criteria=(replace(LARGEST.criteria[0], scale=_PLAIN),)))
    form = review_form(sent)
    level = form.fields[0]
    assert isinstance(level, ChoiceField)
    assert level.options[0] == ("0", "Missing – Not there.")
    assert level.options[-1][1] == "I cannot judge it"
    assert f"Solid – {'Does what it is for. ' * 5}".strip() in form.intro, "whole where it does not fit beside it"


def test_a_form_tells_what_was_written_as_it_was() -> None:
    sent, written = worst(State.IN_REVIEW), case(State.IN_REVIEW, (Seat.HANDED_IN,)).reviews["r1-1"]
    fields = review_form(sent, written).fields
    values = {each.name: each.initial[0] if isinstance(each, ChoiceField) else each.initial for each in fields}
    read = review_from(values, sent, NOON)
    assert read.ratings == {key: replace(each, comment=each.comment.strip()) for key, each in written.ratings.items()}


def test_a_card_with_all_reviews_names_each_criterion_and_links_to_the_rest() -> None:
    message = posts()["author, released, open"]
    bold = [
        each.text[0].text for each in message.blocks if isinstance(each, Paragraph) and isinstance(each.text, tuple)
    ]
    assert [each for each in bold if each[0].isdigit()] == [each.title for each in LARGEST.criteria]
    assert "Read all of it, word for word" in bold
    assert all(len(each.items) == 4 for each in message.blocks if isinstance(each, Bullets))


_PLAIN = (
    Level("Missing", "Not there."),
    Level("Begun", "There, with gaps."),
    Level("Solid", ("Does what it is for. " * 5).strip()),
)
