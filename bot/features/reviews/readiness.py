"""What a submission still lacks before anybody is asked to review it, said so that its author can mend it. Pure."""

from datetime import datetime, timedelta

from bot.features.reviews.model import ANSWER_LIMIT, LINK_LIMIT, TEXT_LIMIT, TITLE_LIMIT, Submission
from bot.features.reviews.namesakes import names_them
from bot.features.reviews.rubric import Blind

HTTPS = "https://"
LEAST_WORDS = 3
"""In what feedback is wanted: “all” helps nobody."""

AHEAD = timedelta(days=1)
"""So long before a review is wished for somebody has to be asked at the latest."""

FAR = timedelta(days=120)

NOTHING = frozenset(
    {
        *("na", "n a", "none", "nothing", "tbd", "tbc", "todo", "to do"),
        *("later", "soon", "see link", "see above", "x", "xx", "xxx", "test"),
    }
)
"""What people write who have nothing to say yet."""


def lacks(submission: Submission, now: datetime) -> tuple[str, ...]:
    """Sentences, in the order of the form; none where it is complete."""
    found = [*_of_the_work(submission), *_of_the_rubric(submission), *_of_the_date(submission, now)]
    return (*found, *_of_the_blind(submission))


def is_said(text: str) -> bool:
    """Whether it says anything."""
    words = " ".join("".join(each if each.isalnum() else " " for each in text).split()).casefold()
    return bool(words) and words not in NOTHING


def _of_the_work(submission: Submission) -> list[str]:
    found = []
    if not is_said(submission.title) or len(submission.title) > TITLE_LIMIT:
        found.append(f"Give it a title of at most {TITLE_LIMIT} characters.")
    if not submission.links and not submission.files:
        found.append("Add a link to it, or a file.")
    elif len(submission.links) > LINK_LIMIT:
        found.append(f"Keep to {LINK_LIMIT} links; say in the work itself where the rest is.")
    if any(not _leads_somewhere(each.url) for each in submission.links):
        found.append("Give links that begin with https://, so that reviewers can open them.")
    if len(submission.about) > TEXT_LIMIT:
        found.append(f"Say in at most {TEXT_LIMIT} characters what it is about.")
    if not is_said(submission.wanted) or len(submission.wanted.split()) < LEAST_WORDS:
        found.append("Say in a sentence on what you want feedback.")
    elif len(submission.wanted) > TEXT_LIMIT:
        found.append(f"Say in at most {TEXT_LIMIT} characters on what you want feedback.")
    return found


def _of_the_rubric(submission: Submission) -> list[str]:
    found = []
    for need in submission.rubric.needs:
        given = submission.given.get(need.id, "")
        if not is_said(given):
            found.append(f"{need.title}: say this, e.g. “{need.hint}”.")
        elif len(given) > ANSWER_LIMIT:
            found.append(f"{need.title}: say this in at most {ANSWER_LIMIT} characters.")
    return found


def _of_the_date(submission: Submission, now: datetime) -> list[str]:
    if submission.due_at < now + AHEAD:
        return ["Give reviewers at least a day: choose a later date."]
    if submission.due_at > now + FAR:
        return ["Choose a date within the next four months, while the work is still the same."]
    return []


def _of_the_blind(submission: Submission) -> list[str]:
    """Reviewers who are not to know whose work it is would read it there."""
    if submission.blind is not Blind.DOUBLE:
        return []
    said = {
        "the title": submission.title,
        "a link": " ".join(f"{each.title} {each.url}" for each in submission.links),
        "what you say about it": "\n".join((submission.about, submission.wanted, *submission.given.values())),
    }
    where = [each for each, text in said.items() if names_them(text, submission.author_name)]
    if not where:
        return []
    named = " and in ".join(where)
    return [f"Your name stands in {named}, and it is reviewed blind: say it without, or add the work as a file."]


def _leads_somewhere(url: str) -> bool:
    host = url.removeprefix(HTTPS).split("/")[0]
    return url.startswith(HTTPS) and bool(host) and not any(each.isspace() for each in url)
