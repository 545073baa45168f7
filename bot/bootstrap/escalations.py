"""Questions that go to experts: one desk for what people do, for the clock and for pages."""

from dataclasses import dataclass

from bot.features.escalations.alarms import Alarms
from bot.features.escalations.asker_chat import AskerChat
from bot.features.escalations.asker_showing import AskersShown
from bot.features.escalations.desk import Desk, Follows
from bot.features.escalations.expert_chat import ExpertChat
from bot.features.escalations.expert_showing import ExpertsShown
from bot.features.escalations.feature import escalations_feature
from bot.features.escalations.jobs import EscalationJobs
from bot.features.escalations.learning import Learning
from bot.features.escalations.requests import ExpertRequests
from bot.features.escalations.routing import Routing
from bot.features.escalations.shadow import Shadow
from bot.features.escalations.sql_store import SqlEscalations
from bot.features.escalations.thanks import Thanks
from bot.features.escalations.threads import RequestThreads, settle_proposals
from bot.features.feature import Feature
from bot.features.library.model import Documents
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
    shown, askers_shown = ExpertsShown(SqlEscalations), AskersShown(SqlEscalations)
    thanks = Thanks(SqlEscalations, settings.minutes_an_answer)
    follows: list[Follows] = [shown, askers_shown, Learning(SqlEscalations), Alarms(SqlEscalations), settle_proposals]
    desk = Desk(SqlEscalations, follows)
    threads = RequestThreads(desk)
    shadow = Shadow(desk)
    experts = ExpertChat(desk, shown, routing, library, base_url=base_url)
    askers = AskerChat(desk, askers_shown, thanks)
    jobs = EscalationJobs(desk, routing, shown.anew, settings.admins)
    feature = escalations_feature(experts, askers, shadow, threads, jobs)
    return Escalations(desk, ExpertRequests(desk, routing, threads), threads, shadow, thanks, feature)
