"""What people, hosts and the clock do with office hours, as one feature. Its pages are added where it is wired."""

from bot.features.feature import Feature
from bot.features.office_hours.acts import ON_PAGES
from bot.features.office_hours.agenda import OpenQuestions
from bot.features.office_hours.availability import HostsBusy
from bot.features.office_hours.chat import OfficeHoursChat
from bot.features.office_hours.desk import Desk
from bot.features.office_hours.host_chat import HostChat
from bot.features.office_hours.jobs import OfficeHoursJobs
from bot.features.office_hours.session_chat import SessionChat
from bot.features.office_hours.tables import PERSON_COLUMNS


def office_hours_feature(
    desk: Desk, questions: OpenQuestions, base_url: str = "", busy: HostsBusy | None = None
) -> Feature:
    """`questions` are the open ones of which an agenda tells."""
    chat = OfficeHoursChat(desk, questions, base_url, busy)
    hosts, sessions = HostChat(desk, chat), SessionChat(desk, chat)
    return Feature(
        name="office_hours",
        commands=chat.commands,
        buttons={**chat.buttons, **hosts.buttons, **sessions.buttons},
        forms={**chat.forms, **hosts.forms, **sessions.forms},
        home=(chat.at_home,),
        timers=OfficeHoursJobs(desk, base_url).timers(),
        person_columns=PERSON_COLUMNS,
        on_pages=ON_PAGES,
    )
