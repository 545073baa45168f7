"""Settings as people type them, to settings as they are kept, and the difference in words. Pure."""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from zoneinfo import available_timezones

from bot.chat.errors import FormRejected
from bot.chat.form import Values, one, several
from bot.chat.wording import shortened
from bot.storage.people import Account, Preferences
from knowledge.document import SourceDocument

TOPIC_LIMIT = 20
TOPIC_LENGTH = 40
NONE = "none"
"""A choice that says: nothing of my own. An empty one cannot be chosen on every platform."""

HOURS = tuple(f"{half // 2:02}:{half % 2 * 30:02}" for half in range(48))
LANGUAGES = (
    ("ar", "العربية"), ("bn", "বাংলা"), ("cs", "Čeština"), ("da", "Dansk"), ("de", "Deutsch"), ("el", "Ελληνικά"),
    ("en", "English"), ("es", "Español"), ("fi", "Suomi"), ("fr", "Français"), ("he", "עברית"), ("hi", "हिन्दी"),
    ("hu", "Magyar"), ("id", "Bahasa Indonesia"), ("it", "Italiano"), ("ja", "日本語"), ("ko", "한국어"),
    ("nb", "Norsk bokmål"), ("nl", "Nederlands"), ("pl", "Polski"), ("pt", "Português"), ("ro", "Română"),
    ("ru", "Русский"), ("sv", "Svenska"), ("th", "ไทย"), ("tr", "Türkçe"), ("uk", "Українська"), ("vi", "Tiếng Việt"),
    ("zh", "中文"),
)  # fmt: skip
PLATFORMS = {"slack": "Slack", "teams": "Microsoft Teams", "oidc": "the web page", "web": "this machine, by name"}


@cache
def _zones() -> dict[str, str]:
    """IANA names by how people may write them: whole, or the city alone where there is one of that name."""
    names = sorted(name for name in available_timezones() if not name.startswith(("posix/", "right/")))
    cities: dict[str, list[str]] = {}
    for name in names:
        cities.setdefault(_folded(name.rpartition("/")[2]), []).append(name)
    return {city: found[0] for city, found in cities.items() if len(found) == 1} | {
        _folded(name): name for name in names
    }


def zone_names() -> list[str]:
    return sorted(set(_zones().values()))


def zone_called(typed: str) -> str:
    """The IANA name of a zone as people write it, whole or the city alone; empty for what is none."""
    return _zones().get(_folded(typed), "")


def preferences_from(values: Values) -> Preferences:
    """Raises FormRejected, with all that is wrong at once."""
    problems: dict[str, str] = {}
    topics = once((*several(values, "topics"), *one(values, "more_topics").replace("\n", ",").split(",")))
    if len(topics) > TOPIC_LIMIT:
        problems["more_topics"] = f"At most {TOPIC_LIMIT} topics, please; these are {len(topics)}."
    typed = one(values, "time_zone")
    zone = zone_called(typed)
    if typed and not zone:
        problems["time_zone"] = (
            f"No time zone is called {shortened(typed, 60)}. Write it like Europe/Berlin or America/New_York, "
            "or leave it empty."
        )
    start, end = (_own(one(values, name)) for name in ("quiet_from", "quiet_to"))
    if bool(start) is not bool(end):
        problems["quiet_to" if start else "quiet_from"] = "Quiet hours need a beginning and an end."
    elif start and start == end:
        problems["quiet_to"] = "Choose an end that is not the beginning: these hours would last all day."
    elif not {start, end} <= {"", *HOURS}:
        problems["quiet_from"] = "Choose full or half hours."
    language = _own(one(values, "language"))
    if problems:
        raise FormRejected(problems)
    return Preferences(topics, zone, start, end, language)


def changes(before: Preferences, after: Preferences) -> tuple[tuple[str, str], ...]:
    """Label and new value of what is different."""
    was, now = described(before), described(after)
    return tuple(pair for old, pair in zip(was, now, strict=True) if old != pair)


def described(own: Preferences) -> tuple[tuple[str, str], ...]:
    quiet = f"{own.quiet_from} to {own.quiet_to}" if own.quiet_from else "none"
    language = dict(LANGUAGES).get(own.language, own.language)
    return (
        ("Topics", ", ".join(own.topics) or "none chosen"),
        ("Time zone", own.time_zone or "as your account says"),
        ("Quiet hours", quiet),
        ("Language", language or "as your account says"),
    )


def account_in_words(account: Account) -> str:
    where = PLATFORMS.get(account.platform, account.platform)
    return f"{account.name or account.email or account.id} on {where}"


def once(words: Iterable[str]) -> tuple[str, ...]:
    """Each topic once, in small letters or large."""
    kept: dict[str, str] = {}
    for word in words:
        topic = shortened(word, TOPIC_LENGTH)
        if topic:
            kept.setdefault(topic.casefold(), topic)
    return tuple(kept.values())


def topics_of(documents: Iterable[SourceDocument]) -> tuple[str, ...]:
    """The commonest first."""
    count = Counter(topic for document in documents for topic in document.topics)
    return once(sorted(count, key=lambda topic: (-count[topic], topic)))


def _folded(name: str) -> str:
    return "_".join(name.casefold().replace("_", " ").split())


def _own(choice: str) -> str:
    return "" if choice == NONE else choice
