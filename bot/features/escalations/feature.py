"""What people and the clock do with escalations, as one feature."""

from bot.features.escalations.asker_chat import AskerChat
from bot.features.escalations.expert_chat import ExpertChat
from bot.features.escalations.jobs import EscalationJobs
from bot.features.escalations.shadow import Shadow
from bot.features.escalations.tables import PERSON_COLUMNS
from bot.features.escalations.threads import RequestThreads
from bot.features.feature import Feature


def escalations_feature(
    experts: ExpertChat, askers: AskerChat, shadow: Shadow, threads: RequestThreads, jobs: EscalationJobs
) -> Feature:
    """What is said in the threads of requests comes by the questions."""
    return Feature(
        name="escalations",
        commands=experts.commands,
        buttons={**experts.buttons, **askers.buttons, **shadow.buttons(), **threads.buttons()},
        forms={**experts.forms, **askers.forms, **shadow.forms(), **threads.forms()},
        home=(experts.at_home,),
        timers=jobs.timers(),
        person_columns=PERSON_COLUMNS,
    )
