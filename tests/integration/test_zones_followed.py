"""A channel's time zone is changed on its page, in the whole of Guildhall: what waits for a time there follows."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot.bootstrap.build import build
from bot.bootstrap.parts import utc_now
from bot.chat.turn import EVERYONE, Place
from bot.features.broadcasts import use_cases
from bot.features.broadcasts.model import Broadcast, Recipient
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.channels.store import SqlChannels
from bot.features.digests.jobs import EDITION
from bot.features.digests.model import A_DAY, Digest, channel_id
from bot.features.digests.store import SqlDigests
from bot.features.page import PageRequest, Redirect
from bot.storage.timers import Timers
from tests.builders import ADMIN, DANA, message
from tests.running import settings_in

TYPED = {
    "revision": "0",
    "listening": "mentioned",
    "answer_from": "0.6",
    "deciders": "admins",
    "asks_first": "ask",
    "next_after": "240",
    "answer_within": "480",
    "for_experts": "no",
    "shadow": "off",
}
PLACE = Place("slack", "T1:C1", is_shared=True, members=frozenset({EVERYONE}), title="renewals")
OWN_DIGEST = channel_id("slack", "T1:C1")


def test_a_broadcast_and_a_digest_follow_the_zone_that_an_admin_gives_a_channel(tmp_path: Path) -> None:
    app, now = build(settings_in(tmp_path)), utc_now()
    nine = datetime.combine((now + timedelta(days=30)).date(), time(9))
    with app.database.begin() as unit:
        SqlChannels(unit).note(PLACE, now)
        made = Broadcast("", "stories/1", DANA.id, now, message("A story."), local_at=nine)
        sent = use_cases.draft(made, [Recipient("slack", "T1:C1")], unit)
        use_cases.send(sent.id, DANA.id, unit, now)
        SqlDigests(unit).add(Digest(OWN_DIGEST, nine, "FREQ=DAILY", DANA.id, now, now, "slack", "T1:C1"))
    form = {**TYPED, "zone": "Asia/Tokyo"}
    request = PageRequest(ADMIN, {"platform": "slack", "channel": "T1:C1"}, form=form)
    pages = [page for feature in app.catalog.features for page in feature.pages]
    (save,) = [each for each in pages if (each.method, each.path) == ("POST", "/channels/{platform}/{channel}")]
    assert isinstance(save.handler(request), Redirect)
    midnight = nine.replace(hour=0, tzinfo=UTC)  # nine in Tokyo
    with app.database.reading() as unit:
        assert SqlBroadcasts(unit).next_due(sent.id) == midnight
        assert Timers(unit).due_at(EDITION, OWN_DIGEST) == midnight - A_DAY  # when a look at it is due
    app.database.close()
