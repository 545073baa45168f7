"""A digest as somebody reads it, in one place."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.chat.moments import zone_of
from bot.chat.turn import Place
from bot.features.broadcasts.model import MAIL
from bot.features.digests.composing import Target
from bot.features.digests.model import Digest
from bot.features.experts.model import zone_of as zone_name_of
from bot.features.library.links import pages_from
from bot.storage.people import KnownPerson
from scheduler.rule_phrases import series_in_words
from scheduler.rules import Series


@dataclass(frozen=True, slots=True)
class View:
    """`zone` is the reader's own, or that of the channel; `pages` comes before the path of a page, None where they
    reach none. `name` is what people call the channel, empty for a person's. `in_full`: a letter or a page, which has
    room for all of it. `leave_url` is where a letter's reader stops it."""

    digest: Digest
    series: Series
    zone: ZoneInfo
    pages: str | None = None
    name: str = ""
    in_full: bool = False
    is_letter: bool = False
    leave_url: str = ""

    @classmethod
    def of(
        cls, digest: Digest, target: Target, place: Place, base_url: str, reader: KnownPerson | None = None
    ) -> "View":
        """`reader` where that is not the one whom it goes to."""
        series = digest.series(target.zone)
        zone = zone_name_of(reader) if reader else target.zone
        name = target.channel.name if target.channel else "" if digest.is_personal else "a channel"
        in_full = place.platform in (MAIL, "web")
        is_letter = place.platform == MAIL
        return cls(digest, series, zone_of(zone), pages_from(place, base_url), name, in_full, is_letter)

    @property
    def rhythm(self) -> str:
        """``every Monday at 09:00 Berlin time``."""
        return series_in_words(self.series)
