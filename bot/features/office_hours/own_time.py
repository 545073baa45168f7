"""When something is by the clock of whoever reads it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat.moments import dated_moment, day_in_words, moment_in_words, zone_of
from bot.chat.turn import Turn


@dataclass(frozen=True, slots=True)
class OwnTime:
    """Only they read it."""

    now: datetime
    zone: ZoneInfo

    @classmethod
    def of(cls, turn: Turn) -> "OwnTime":
        return cls(turn.at, zone_of(turn.person.time_zone))

    def moment(self, at: datetime) -> str:
        """`Tuesday, 8 December, 15:00 your time`: of a card, which stays."""
        return f"{dated_moment(at, self.now, self.zone)} your time"

    def soon(self, at: datetime) -> str:
        """`tomorrow, 15:00 your time`: of a list, which is drawn when it is read."""
        return f"{moment_in_words(at, self.now, self.zone)} your time"

    def span(self, starts: datetime, ends: datetime) -> str:
        """`Tue 8 Dec, 15:00–15:20`, with the year where it is another one."""
        begins, over = starts.astimezone(self.zone), ends.astimezone(self.zone)
        year = f" {begins.year}" if begins.year != self.now.astimezone(self.zone).year else ""
        return f"{begins:%a} {begins.day} {begins:%b}{year}, {begins:%H:%M}–{over:%H:%M}"

    def whole(self, starts: datetime, ends: datetime) -> str:
        """`Tuesday, 8 December 2026, 15:00–15:20 CET`."""
        begins, over = starts.astimezone(self.zone), ends.astimezone(self.zone)
        return f"{begins:%A}, {day_in_words(begins.date())}, {begins:%H:%M}–{over:%H:%M} {begins:%Z}"
