"""What the clock does with office hours, as one feature."""

from bot.features.feature import Feature
from bot.features.office_hours.jobs import OfficeHoursJobs
from bot.features.office_hours.tables import PERSON_COLUMNS


def office_hours_feature(jobs: OfficeHoursJobs) -> Feature:
    return Feature(name="office_hours", timers=jobs.timers(), person_columns=PERSON_COLUMNS)
