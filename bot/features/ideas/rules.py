"""What has to be there before a request of a kind is looked at, and who approves it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.features.ideas.model import SPONSOR, TEXT_LIMIT, TITLE_LIMIT, Colleague, Role

MOST_NEEDS = 6
PROBLEM = "problem"
"""The id of the need that says why; a story of it begins with that."""

NOTHING = frozenset({"na", "n a", "none", "nothing", "tbd", "tbc", "todo", "to do", "later", "x", "xx", "xxx", "test"})
"""What people write who have nothing to say yet."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a complete request says, in at least so many words. `hint` shows what would do. The one with the id
    `sponsor` names a colleague."""

    id: str
    title: str
    hint: str
    words: int = 1


@dataclass(frozen=True, slots=True)
class Kind:
    """`approvals` are the roles that approve, all of them."""

    id: str
    title: str
    about: str
    needs: tuple[Need, ...]
    approvals: tuple[Role, ...]


def lacks(
    kind: Kind, title: str, given: Mapping[str, str], sponsor: Colleague | None, asker_id: str
) -> tuple[str, ...]:
    """Sentences, in the order of the form; none where it is complete."""
    found = [] if is_said(title) and len(title) <= TITLE_LIMIT else ["Say in a few words what it is."]
    for need in kind.needs:
        said = given.get(need.id, "")
        if not is_said(said) or len(said.split()) < need.words:
            least = f" in at least {need.words} words" if need.words > 1 else ""
            found.append(f"{need.title}: say this{least}, e.g. “{need.hint}”.")
        elif len(said) > TEXT_LIMIT:
            found.append(f"{need.title}: say this in at most {TEXT_LIMIT} characters.")
        elif need.id == SPONSOR and sponsor is None:
            found.append(
                f"{need.title}: name one colleague whom Guildhall knows; an e-mail address says whom you mean."
            )
        elif need.id == SPONSOR and sponsor is not None and sponsor.person_id == asker_id:
            found.append(f"{need.title}: name somebody else, for nobody vouches for their own.")
    return tuple(found)


def is_said(text: str) -> bool:
    """Whether it says anything."""
    words = " ".join("".join(each if each.isalnum() else " " for each in text).split()).casefold()
    return bool(words) and words not in NOTHING
