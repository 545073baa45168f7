"""What the admin's forms bring, as a source's record or as what holds for an upload."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from bot.chat.errors import FormRejected
from bot.features.indexing.model import SourceKind, SourceRecord
from bot.features.indexing.use_cases import new_source_id
from knowledge.document import DocumentKind

Form = Mapping[str, str]

_LANGUAGE = re.compile(r"[a-z]{2,3}")
CONNECTABLE = (SourceKind.FOLDER, SourceKind.GIT, SourceKind.WEBSITE)


def source_from(form: Form, *, by: str, at: datetime) -> SourceRecord:
    """What was typed, unchecked but for what a record cannot hold. Raises FormRejected."""
    kind = form.get("kind", "")
    if kind not in set(CONNECTABLE):
        raise FormRejected({"kind": "Choose what kind of source it is."})
    return SourceRecord(
        id=new_source_id(),
        name=form.get("name", ""),
        kind=SourceKind(kind),
        location=form.get("location", "")[:1_000],
        added_by=by,
        added_at=at,
        defaults=meta_from(form),
        exclude=tuple(line.strip() for line in form.get("exclude", "").splitlines() if line.strip()),
        golden=form.get("golden", "").strip(),
        ref=form.get("ref", "").strip() or "HEAD",
        subfolder=form.get("subfolder", "").strip().strip("/"),
        allow_private=form.get("allow_private") == "yes",
    )


def meta_from(form: Form) -> dict[str, tuple[str, ...]]:
    """What holds for documents that say nothing themselves, keys as in front matter. Raises FormRejected."""
    problems: dict[str, str] = {}
    review_by = form.get("review_by", "").strip()
    if review_by and not _is_date(review_by):
        problems["review_by"] = "Give a date like 2027-06-30."
    document_kind = form.get("document_kind", "")
    if document_kind and document_kind not in set(DocumentKind):
        problems["document_kind"] = "Choose one of the kinds."
    language = form.get("language", "").strip().lower()
    if language and not _LANGUAGE.fullmatch(language):
        problems["language"] = "Give a language's code like en or de."
    if problems:
        raise FormRejected(problems)
    meta = {
        "audience": tuple(name.strip() for name in form.get("audience", "").split(",") if name.strip()),
        "topics": tuple(name.strip() for name in form.get("topics", "").split(",") if name.strip()),
        "kind": (document_kind,),
        "hub": (form.get("hub", "").strip(),),
        "owner": (" ".join(form.get("owner", "").split()),),
        "review_by": (review_by,),
        "language": (language,),
    }
    return {key: values for key, values in meta.items() if any(values)}


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
