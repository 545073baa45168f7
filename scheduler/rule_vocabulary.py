"""The English and German words for dates that recur."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from zoneinfo import available_timezones

from scheduler.rule_parts import WEEKDAYS

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}

DAY_WORDS: Mapping[str, str] = {
    word: code
    for code, words in zip(
        WEEKDAYS,
        (
            "monday mondays mon mo montag montags",
            "tuesday tuesdays tue tues tu dienstag dienstags di",
            "wednesday wednesdays wed we mittwoch mittwochs mi",
            "thursday thursdays thu thur thurs th donnerstag donnerstags do",
            "friday fridays fri fr freitag freitags",
            "saturday saturdays sat sa samstag samstags sonnabend sonnabends",
            "sunday sundays sun su sonntag sonntags so",
        ),
        strict=True,
    )
    for word in words.split()
}
MONTH_WORDS: Mapping[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "january jan januar jänner",
            "february feb februar",
            "march mar märz",
            "april apr",
            "may mai",
            "june jun juni",
            "july jul juli",
            "august aug",
            "september sep sept",
            "october oct oktober okt",
            "november nov",
            "december dec dezember dez",
        ),
        start=1,
    )
    for word in words.split()
}
ORDINAL_WORDS: Mapping[str, int] = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
    "last": -1,
    **{stem + ending: number for stem, number in (
        ("erste", 1), ("zweite", 2), ("dritte", 3), ("vierte", 4), ("fünfte", 5), ("letzte", -1)
    ) for ending in ("", "n", "r", "s", "m")},
    **{f"{number}.": number for number in range(1, 6)},
}  # fmt: skip
INTERVAL_WORDS: Mapping[str, int] = {
    "other": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6,
    **{word: number for word, number in ORDINAL_WORDS.items() if number > 0},
}  # fmt: skip
UNIT_WORDS: Mapping[str, str] = {
    "day": "DAILY", "days": "DAILY", "tag": "DAILY", "tage": "DAILY",
    "week": "WEEKLY", "weeks": "WEEKLY", "woche": "WEEKLY", "wochen": "WEEKLY",
    "month": "MONTHLY", "months": "MONTHLY", "monat": "MONTHLY", "monate": "MONTHLY",
    "year": "YEARLY", "years": "YEARLY", "jahr": "YEARLY", "jahre": "YEARLY",
}  # fmt: skip
RHYTHM_WORDS: Mapping[str, tuple[str, int]] = {
    "daily": ("DAILY", 1), "täglich": ("DAILY", 1),
    "weekly": ("WEEKLY", 1), "wöchentlich": ("WEEKLY", 1),
    "fortnightly": ("WEEKLY", 2), "biweekly": ("WEEKLY", 2), "bi-weekly": ("WEEKLY", 2),
    "zweiwöchentlich": ("WEEKLY", 2), "14-tägig": ("WEEKLY", 2), "vierzehntägig": ("WEEKLY", 2),
    "monthly": ("MONTHLY", 1), "monatlich": ("MONTHLY", 1),
    "quarterly": ("MONTHLY", 3), "vierteljährlich": ("MONTHLY", 3),
    "yearly": ("YEARLY", 1), "annually": ("YEARLY", 1), "jährlich": ("YEARLY", 1),
}  # fmt: skip
NEAR_DAYS: Mapping[str, int] = {"today": 0, "heute": 0, "tomorrow": 1, "morgen": 1, "übermorgen": 2}
WORKDAYS = ("weekday", "weekdays", "workday", "workdays", "werktag", "werktags", "arbeitstag", "arbeitstags")
FILLERS = frozenset(
    {
        *("every", "each", "a", "an", "the", "of", "in", "on", "at", "and", "month", "months", "week", "day", "time"),
        *("once", "einmal"),
        *(
            "am",
            "im",
            "um",
            "und",
            "jede",
            "jeden",
            "jeder",
            "jedes",
            "jedem",
            "alle",
            "der",
            "die",
            "das",
            "den",
            "des",
        ),
        *("dem", "von", "monat", "monats", "woche", "tag", "uhr", "zeit", ",", ".", ";", "&", "+", "@", "(", ")"),
    }
)

REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
ZONE_WORDS: Mapping[str, str] = {
    "utc": "UTC", "gmt": "UTC",
    **dict.fromkeys(("cet", "cest", "mez", "mesz", "central european", "berliner", "munich", "münchen", "hamburg",
                     "frankfurt", "cologne", "köln", "stuttgart", "düsseldorf"), "Europe/Berlin"),
    **dict.fromkeys(("bst", "londoner", "edinburgh", "manchester"), "Europe/London"),
    **dict.fromkeys(("et", "est", "edt", "eastern", "boston", "washington", "atlanta"), "America/New_York"),
    **dict.fromkeys(("ct", "cdt", "dallas", "houston", "austin"), "America/Chicago"),
    **dict.fromkeys(("pt", "pst", "pdt", "pacific", "san francisco", "seattle"), "America/Los_Angeles"),
    **dict.fromkeys(("mumbai", "delhi", "bangalore", "bengaluru", "hyderabad", "pune"), "Asia/Kolkata"),
    "beijing": "Asia/Shanghai", "wien": "Europe/Vienna", "wiener": "Europe/Vienna", "zürich": "Europe/Zurich",
    "geneva": "Europe/Zurich", "genf": "Europe/Zurich", "barcelona": "Europe/Madrid", "milan": "Europe/Rome",
    "mailand": "Europe/Rome", "rom": "Europe/Rome", "warschau": "Europe/Warsaw", "prag": "Europe/Prague",
    "brüssel": "Europe/Brussels", "kopenhagen": "Europe/Copenhagen", "lissabon": "Europe/Lisbon", "athen":
    "Europe/Athens", "tokio": "Asia/Tokyo", "singapur": "Asia/Singapore", "são paulo": "America/Sao_Paulo",
}  # fmt: skip


@lru_cache(maxsize=1)
def zones_by_word() -> Mapping[str, str]:
    """IANA names by how people name them, in small letters: a city, its whole name, an abbreviation."""
    names = sorted(name for name in available_timezones() if name.split("/")[0] in REGIONS)
    words = {name.lower(): name for name in names}
    for name in names:
        words.setdefault(name.rsplit("/", 1)[1].replace("_", " ").lower(), name)
    return {**words, **ZONE_WORDS}


def one_of(words: Iterable[str]) -> str:
    """A pattern for any of them, the longest first."""
    return "|".join(sorted((word.replace(".", r"\.") for word in words), key=len, reverse=True))
