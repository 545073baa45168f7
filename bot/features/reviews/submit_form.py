"""How work is submitted, in two steps: what kind it is, then what that kind needs. And completed later."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import OPTION_LIMIT, ChoiceField, DateField, Field, Form, TextField, Values, one
from bot.chat.turn import File, storable
from bot.chat.wording import shortened
from bot.features.escalations.expert_forms import is_address
from bot.features.form_state import from_state, to_state
from bot.features.reviews.acts import COMPLETE, SUBMIT
from bot.features.reviews.changes import STRICTNESS
from bot.features.reviews.model import ANSWER_LIMIT, ID_LENGTH, LINK_LIMIT, TEXT_LIMIT, TITLE_LIMIT, Link, Submission
from bot.features.reviews.rubric import Blind, Rubric

NAME_LENGTH = 140
LABEL_LENGTH = 70
URL_LIMIT = 500
LINKS_LIMIT = 1_500
"""Characters of links that a form carries from its first step to the second."""

ENDS_AT = time(18)
WISHED_WITHIN = timedelta(days=7)
NO_RUBRIC = "That kind of work is reviewed no more, so nothing was submitted. “reviews” shows the kinds that are."

BLINDNESS = {
    Blind.OPEN: "Everybody: you read who reviewed it",
    Blind.SINGLE: "Reviewers only: you do not learn who they are",
    Blind.DOUBLE: "Nobody: nor do reviewers learn whose work it is",
}
NEEDED = "Needed before anybody is asked"
NAMELESS = "Reviewers are not to learn whose work it is: leave names out of all that you write, links and files too."


class Begun(NamedTuple):
    """What a form that is being filled in carries: the id of what will be submitted, so that it is submitted once, its
    rubric once that is chosen, and what it begins with. Each link is a title and an address."""

    id: str
    rubric_id: str = ""
    title: str = ""
    links: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        return to_state(self)

    @classmethod
    def from_text(cls, text: str) -> "Begun":
        """Raises UserFacingError."""
        begun = from_state(text, cls, lost="nothing was submitted")
        if not (begun.id.isascii() and begun.id.isalnum() and len(begun.id) <= ID_LENGTH):
            raise UserFacingError("That form cannot be read any more, so nothing was submitted. Open it again.")
        return begun


def begin(rubric_id: str = "", title: str = "", links: Sequence[Link] = ()) -> Begun:
    """With as many of the links as a form can carry."""
    carried: list[tuple[str, str]] = []
    for each in links[:LINK_LIMIT]:
        pair = (shortened(each.title, LABEL_LENGTH), each.url)
        if is_address(each.url) and sum(len(a) + len(b) for a, b in (*carried, pair)) <= LINKS_LIMIT:
            carried.append(pair)
    return Begun(uuid4().hex[:ID_LENGTH], rubric_id, shortened(storable(title), TITLE_LIMIT), tuple(carried))


def begin_with(text: str, files: Sequence[File]) -> Begun:
    """From a message: its files, or else the addresses in it, and what it says as the title."""
    links = [Link(each.name, each.url) for each in files]
    words = text.split()
    addresses = dict.fromkeys(each.strip("()[]<>,.;") for each in words if "https://" in each)
    links += [Link("", each) for each in addresses if is_address(each)]
    said = " ".join(each for each in words if "https://" not in each)
    return begin("", files[0].name if files else said, links)


def submit_form(begun: Begun, rubrics: Mapping[str, Rubric], today: date | None = None) -> Form:
    """The first step until a rubric is chosen, then the second. Raises UserFacingError."""
    if not begun.rubric_id:
        return _kind_form(begun, rubrics)
    rubric = rubrics.get(begun.rubric_id)
    if rubric is None:
        raise UserFacingError(NO_RUBRIC)
    links = tuple(Link(title, url) for title, url in begun.links)
    due = (today + WISHED_WITHIN).isoformat() if today else ""
    fields = [*_work_fields(rubric, begun.title, links, due=due), _with_field()]
    if rubric.blind is not Blind.DOUBLE:
        options = tuple((each, BLINDNESS[each]) for each in STRICTNESS[STRICTNESS.index(rubric.blind) :])
        fields.append(ChoiceField("blind", "Who learns the names?", options, initial=(rubric.blind,), required=False))
    intro = f"{rubric.title}: {rubric.about} Nobody is asked before it is complete, and you can complete it later."
    if rubric.blind is Blind.DOUBLE:
        intro += f" {NAMELESS}"
    return Form(SUBMIT, "Ask for a review", tuple(fields), "Submit", intro, begun.text, lasts=True)


def complete_form(submission: Submission, with_names: Sequence[str], zone: ZoneInfo) -> Form:
    """With what was said before."""
    due = submission.due_at.astimezone(zone).date().isoformat()
    fields = _work_fields(
        submission.rubric,
        submission.title,
        submission.links,
        given=submission.given,
        about=submission.about,
        wanted=submission.wanted,
        due=due,
    )
    if not submission.asked:
        fields.append(_with_field(", ".join(with_names)))
    intro = " ".join(submission.missing)
    if submission.blind is Blind.DOUBLE:
        intro += f" {NAMELESS}"
    return Form(COMPLETE, "Complete it", tuple(fields), "Submit", intro, submission.id, lasts=True)


def bare_complete_form(submission: Submission) -> Form:
    """For checking what was sent: it tells nothing of what its author said."""
    fields = [*_work_fields(submission.rubric), _with_field()]
    return Form(COMPLETE, "Complete it", tuple(fields), "Submit", state=submission.id, lasts=True)


def chosen_kind(values: Values, rubrics: Mapping[str, Rubric]) -> str:
    """The rubric's id. Raises FormRejected."""
    rubric_id = one(values, "kind")
    if rubric_id not in rubrics:
        raise FormRejected({"kind": NO_RUBRIC})
    return rubric_id


def given_in(values: Values, rubric: Rubric) -> dict[str, str]:
    return {each.id: one(values, _need(each.id)) for each in rubric.needs}


def blind_in(values: Values) -> Blind:
    """What was chosen; open where nothing could be."""
    return Blind(one(values, "blind") or Blind.OPEN)


def links_in(values: Values) -> tuple[Link, ...]:
    """One a line, with a few words before it or without. Raises FormRejected."""
    found: dict[str, Link] = {}
    for line in filter(None, map(str.strip, one(values, "links").splitlines())):
        before, _, rest = line.partition("https://")
        url = f"https://{rest}"
        if not rest or not is_address(url):
            wrong = shortened(line, LABEL_LENGTH)
            raise FormRejected({"links": f"“{wrong}” does not end in an address that begins with https://."})
        found.setdefault(url, Link(shortened(before.strip(" :–-"), NAME_LENGTH) or shortened(url, NAME_LENGTH), url))
    if len(found) > LINK_LIMIT:
        raise FormRejected({"links": f"At most {LINK_LIMIT} links, please; these are {len(found)}."})
    return tuple(found.values())


def due_in(values: Values, zone: ZoneInfo) -> datetime:
    """The end of that working day, in UTC. Raises FormRejected."""
    try:
        return datetime.combine(date.fromisoformat(one(values, "due")), ENDS_AT, zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise FormRejected({"due": "Choose a date, please."}) from error


def _kind_form(begun: Begun, rubrics: Mapping[str, Rubric]) -> Form:
    options = tuple((each.id, shortened(each.title, LABEL_LENGTH)) for each in rubrics.values())[:OPTION_LIMIT]
    field = ChoiceField("kind", "What is it?", options, hint="It says what reviewers go by, and what they need.")
    intro = "Colleagues who know about it and stand apart from it review it against a rubric."
    return Form(SUBMIT, "Ask for a review", (field,), "Continue", intro, begun.text, lasts=True)


def _work_fields(
    rubric: Rubric,
    title: str = "",
    links: Sequence[Link] = (),
    *,
    given: Mapping[str, str] | None = None,
    about: str = "",
    wanted: str = "",
    due: str = "",
) -> list[Field]:
    """What lacks in them is said on the card; only a title and a date have to be there."""
    said = given or {}
    typed = "\n".join(each.url if each.title in ("", each.url) else f"{each.title} {each.url}" for each in links)
    return [
        TextField("title", "Title", initial=title, max_length=TITLE_LIMIT),
        TextField(
            "links",
            "Where it is",
            hint="Needed, unless you add a file on its page: one https:// address a line, with a few words before it "
            "if you like. Reviewers have to be able to open it.",
            initial=typed,
            required=False,
            multiline=True,
            max_length=LINK_LIMIT * (URL_LIMIT + 10),
        ),
        *(
            TextField(
                _need(each.id),
                each.title,
                hint=f"Needed, like: {each.hint}" if each.hint else f"{NEEDED}.",
                initial=said.get(each.id, ""),
                required=False,
                max_length=ANSWER_LIMIT,
            )
            for each in rubric.needs
        ),
        TextField("about", "What it is about", "", about, required=False, multiline=True, max_length=TEXT_LIMIT),
        TextField(
            "wanted",
            "On what do you want feedback?",
            hint=f"{NEEDED}: a sentence. Reviewers begin there.",
            initial=wanted,
            required=False,
            multiline=True,
            max_length=TEXT_LIMIT,
        ),
        DateField("due", "Reviews wished for by", initial=due),
    ]


def _with_field(initial: str = "") -> TextField:
    hint = "Names or e-mail addresses, with commas between them. None of them is asked to review it."
    return TextField("with", "Who worked on it with you?", hint, initial, required=False, max_length=TEXT_LIMIT)


def _need(need_id: str) -> str:
    return f"need-{need_id}"
