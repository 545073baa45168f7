"""Questions that go to experts: one desk for what people do, for the clock and for pages."""

from dataclasses import dataclass, replace

from bot.features.escalations.alarms import set_timers
from bot.features.escalations.asker_chat import AskerChat
from bot.features.escalations.asker_showing import show_askers
from bot.features.escalations.desk import Desk
from bot.features.escalations.digest import OpenDigest
from bot.features.escalations.expert_chat import ExpertChat
from bot.features.escalations.expert_showing import show_experts
from bot.features.escalations.feature import escalations_feature
from bot.features.escalations.jobs import EscalationJobs
from bot.features.escalations.learning import learn
from bot.features.escalations.requests import ExpertRequests
from bot.features.escalations.routing import Routing
from bot.features.escalations.shadow import Shadow
from bot.features.escalations.thanks import Thanks
from bot.features.escalations.threads import RequestThreads, settle_proposals
from bot.features.feature import Feature
from bot.features.library.model import Documents
from bot.features.questions.verdicts import helped_by_entries_of
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Escalations:
    """`requests` is what asking needs of it, `threads` what is said about one, `shadow` how many drafts held."""

    desk: Desk
    requests: ExpertRequests
    threads: RequestThreads
    shadow: Shadow
    thanks: Thanks
    feature: Feature


def open_escalations(settings: Settings, routing: Routing, library: Documents, base_url: str) -> Escalations:
    desk = Desk([show_experts, show_askers, learn, set_timers, settle_proposals])
    thanks = Thanks(settings.minutes_an_answer, helped_by_entries_of)
    threads = RequestThreads(desk)
    shadow = Shadow(desk)
    experts = ExpertChat(desk, routing, library, base_url=base_url)
    askers = AskerChat(desk, thanks)
    jobs = EscalationJobs(desk, routing, settings.admins)
    requests = ExpertRequests(desk, routing, threads)
    feature = replace(escalations_feature(experts, askers, shadow, threads, jobs), digest=OpenDigest(requests).items)
    return Escalations(desk, requests, threads, shadow, thanks, feature)
