"""The admins' pages: which channels there are, what holds in each, and the form that changes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from bot.chat.errors import FormRejected
from bot.chat.form import Values, missing_or_invalid, one
from bot.features.channels import use_cases
from bot.features.channels.experts_form import (
    ANSWER_WITHIN,
    ASKS_FIRST,
    FOR_EXPERTS,
    NEXT_AFTER,
    SHADOW,
    chosen,
    experts_form,
    experts_from,
)
from bot.features.channels.model import CLOCK, PLATFORMS, Channel, Listening
from bot.features.channels.policy_card import deciders_in_words, scope_in_words
from bot.features.channels.policy_form import (
    DECIDERS,
    LISTENING,
    SURE,
    ZONE_LENGTH,
    FormState,
    hub_options,
    nearest,
    policy_form,
    policy_from,
)
from bot.features.channels.shadow import RateOf, no_rate, rate_in_words
from bot.features.channels.store import SqlChannels
from bot.features.library.model import KINDS
from bot.features.page import Page, PageNotFound, PageRequest, Redirect, View, number_in, ticked
from bot.features.profile.model import zone_names
from bot.storage.audit import record
from bot.storage.people import People
from bot.storage.unit_of_work import Database, UnitOfWork

SHORT = {Listening.OFF: "Off", Listening.MENTIONED: "When mentioned", Listening.EVERY: "Every question"}
TONES = {Listening.OFF: "warn", Listening.EVERY: "good"}
TITLE_LIMIT = 80


def page_url(channel: Channel) -> str:
    return f"/channels/{quote(channel.platform, safe='')}/{quote(channel.channel, safe='')}"


@dataclass(frozen=True, slots=True)
class ChannelPages:
    """`hubs` are those of the library that a channel may choose from."""

    database: Database
    hubs: Callable[[], Sequence[str]]
    clock: Callable[[], datetime]
    rate: RateOf = no_rate
    zone_hears: Sequence[use_cases.ZoneHears] = ()

    def pages(self) -> tuple[Page, ...]:
        return (
            Page("/channels", self.show, nav="Channels", admin_only=True),
            Page("/channels/{platform}/{channel}", self.edit, admin_only=True),
            Page("/channels/{platform}/{channel}", self.save, method="POST", admin_only=True),
        )

    def show(self, request: PageRequest) -> View:
        with self.database.reading() as unit:
            channels, name_of = SqlChannels(unit).all(), _names(unit)
            now = self.clock()
            rates = {each.subject: self.rate(each, now, unit) for each in channels if each.policy.shadow}
            decided = {channel.subject: deciders_in_words(channel.policy, name_of, ()) for channel in channels}
        return View(
            "channels/list.html",
            {
                "channels": channels,
                "decided": decided,
                "platforms": PLATFORMS,
                "short": SHORT,
                "tones": TONES,
                "scope": scope_in_words,
                "shadows": {
                    each.subject: rate_in_words(rates[each.subject], each.policy.shadow_bar)
                    for each in channels
                    if each.subject in rates
                },
                "page_url": page_url,
            },
        )

    def edit(self, request: PageRequest) -> View:
        with self.database.reading() as unit:
            channel = _found(unit, request)
            known = People(unit).known([*channel.policy.named, channel.policy.lead])
            changed_by = _names(unit)(channel.changed_by) if channel.changed_by else ""
            rate = self.rate(channel, self.clock(), unit)
        emails = "\n".join(
            person.email for each in channel.policy.named if (person := known.get(each)) and person.email
        )
        policy, lead = channel.policy, known.get(channel.policy.lead)
        typed = {
            "title": channel.title,
            "listening": policy.listening.value,
            "answer_from": f"{nearest(policy.answer_from):g}",
            "deciders": policy.deciders.value,
            "zone": policy.zone,
            "named": emails,
            **chosen(policy),
            "lead": lead.email if lead else "",
            **{f"hub-{hub}": "yes" for hub in policy.hubs},
            **{f"kind-{kind.value}": "yes" for kind in policy.kinds},
        }
        shadow = rate_in_words(rate, policy.shadow_bar) if policy.shadow else ""
        return self._form(channel, typed, {}, changed_by, shadow)

    def save(self, request: PageRequest) -> View | Redirect:
        now = self.clock()
        try:
            with self.database.begin() as unit:
                channel = _found(unit, request)
                revision = number_in(request.form.get("revision", ""))
                if request.form.get("undo"):
                    changed = use_cases.undo_change(
                        SqlChannels(unit), channel, revision=revision, person=request.person, place=None, at=now
                    )
                else:
                    changed = self._changed(unit, channel, request, revision, now)
                record(unit, use_cases.audit_entry(changed, now))
                use_cases.tell_zone(changed, self.zone_hears, unit, now)
        except FormRejected as rejected:
            return self._form(channel, request.form, rejected.problems, "", status=422)
        back = " The change was undone." if request.form.get("undo") else " What was before is one undo away."
        return Redirect(page_url(changed), f"Saved: {SHORT[changed.policy.listening].lower()} in {changed.name}.{back}")

    def _changed(
        self, unit: UnitOfWork, channel: Channel, request: PageRequest, revision: int, now: datetime
    ) -> Channel:
        store = SqlChannels(unit)
        values: Values = {
            **request.form,
            "kinds": ticked(request.form, "kind-"),
            "hubs": ticked(request.form, "hub-"),
        }
        state, people = FormState("", revision), People(unit)
        offered = policy_form(state, self.hubs(), channel.policy, ())
        experts = experts_form(state, channel.policy, "")
        if problems := missing_or_invalid(offered, values) | missing_or_invalid(experts, values):
            raise FormRejected(problems)
        policy = experts_from(values, people.by_email, policy_from(values, people.by_email, channel.policy))
        title = " ".join(one(request.form, "title").split())
        if len(title) > TITLE_LIMIT:
            raise FormRejected({"title": f"At most {TITLE_LIMIT} characters, please."})
        changed = use_cases.change_policy(
            store, channel, policy, revision=revision, person=request.person, place=None, at=now
        )
        store.set_title(channel.platform, channel.channel, title)
        return changed

    def _form(
        self,
        channel: Channel,
        typed: Mapping[str, str],
        problems: Mapping[str, str],
        changed_by: str,
        shadow: str = "",
        status: int = 200,
    ) -> View:
        values: dict[str, object] = {
            "channel": channel,
            "platform": PLATFORMS.get(channel.platform, channel.platform),
            "typed": typed,
            "problems": problems,
            "changed_by": changed_by,
            "hubs": hub_options(self.hubs(), channel.policy.hubs),
            "kinds": [(kind.value, label) for kind, label in KINDS.items()],
            "listening": [(each.value, label) for each, label in LISTENING.items()],
            "sure": [(f"{each:g}", label) for each, label in SURE.items()],
            "deciders": [(each.value, label) for each, label in DECIDERS.items()],
            "asks_first": ASKS_FIRST.items(),
            "next_after": [(str(each), label) for each, label in NEXT_AFTER.items()],
            "answer_within": [(str(each), label) for each, label in ANSWER_WITHIN.items()],
            "for_experts": FOR_EXPERTS.items(),
            "shadow": SHADOW.items(),
            "shadow_rate": shadow,
            "title_limit": TITLE_LIMIT,
            "zones": zone_names(),
            "zone_length": ZONE_LENGTH,
            "page_url": page_url,
        }
        return View("channels/edit.html", values, status=status)


def _found(unit: UnitOfWork, request: PageRequest) -> Channel:
    channel = SqlChannels(unit).get(request.path["platform"], request.path["channel"])
    if channel is None:
        raise PageNotFound
    return channel


def _names(unit: UnitOfWork) -> Callable[[str], str]:
    people = People(unit)

    def name_of(person_id: str) -> str:
        if person_id == CLOCK:
            return "Guildhall"
        person = people.get(person_id)
        return person.name if person and person.name else person_id.rpartition(":")[2]

    return name_of
