"""In-memory address book, vault and platform directory. The first two pass the contract suites of the real ones."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.chat.errors import DeliveryFailed
from bot.chat.ports import Profile
from bot.chat.turn import Place


class MemoryAddresses:
    """Fills `bot.chat.ports.AddressBook`."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], str] = {}

    def put(self, platform: str, name: str, address: str) -> None:
        self._kept[platform, name] = address

    def put_all(self, platform: str, by_name: Mapping[str, str]) -> None:
        for name, address in by_name.items():
            self.put(platform, name, address)

    def get(self, platform: str, name: str) -> str | None:
        return self._kept.get((platform, name))

    def remove(self, platform: str, name: str) -> None:
        self._kept.pop((platform, name), None)

    def names(self, platform: str, prefix: str = "") -> Sequence[str]:
        return sorted(name for of, name in self._kept if of == platform and name.startswith(prefix))


class MemoryVault:
    """Fills `bot.chat.ports.Vault`."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._kept: dict[str, str] = {}
        self._held_until: dict[str, datetime] = {}
        self._clock = clock
        self._lock = threading.Lock()

    def put(self, name: str, secret: str) -> None:
        self._kept[name] = secret

    def get(self, name: str) -> str | None:
        return self._kept.get(name)

    def remove(self, name: str) -> None:
        self._kept.pop(name, None)

    def hold(self, name: str, seconds: float) -> bool:
        now = self._clock()
        with self._lock:
            if name in self._held_until and now < self._held_until[name]:
                return False
            self._held_until[name] = now + timedelta(seconds=seconds)
            return True

    def let_go(self, name: str) -> None:
        self._held_until.pop(name, None)


class MemoryProfiles:
    """Fills `bot.chat.ports.Profiles`: what it knows may be changed, and it may be unreachable."""

    def __init__(self, known: Mapping[str, Profile]) -> None:
        self.known = dict(known)
        self.asked: list[str] = []
        self.is_down = False

    async def profile(self, account: str) -> Profile | None:
        self.asked.append(account)
        if self.is_down:
            raise DeliveryFailed("unreachable", permanent=False)
        return self.known.get(account)


class MemoryNames(MemoryProfiles):
    """Fills `bot.chat.ports.NamesChannels` as well, by channel."""

    def __init__(self, known: Mapping[str, Profile]) -> None:
        super().__init__(known)
        self.titles: dict[str, str] = {}

    async def title(self, place: Place) -> str:
        self.asked.append(place.channel)
        if self.is_down:
            raise DeliveryFailed("unreachable", permanent=False)
        return self.titles.get(place.channel, "")
