"""What people and the clock do with reviews, as one feature."""

from bot.features.feature import Feature
from bot.features.reviews.jobs import ReviewJobs
from bot.features.reviews.tables import PERSON_COLUMNS


def reviews_feature(jobs: ReviewJobs) -> Feature:
    return Feature(name="reviews", timers=jobs.timers(), person_columns=PERSON_COLUMNS)
