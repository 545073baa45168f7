"""Peer reviews: one desk for what people do, for the clock and for pages."""

from bot.features.experts.matcher import Matching
from bot.features.feature import Feature
from bot.features.reviews.alarms import set_timers
from bot.features.reviews.desk import Desk
from bot.features.reviews.feature import reviews_feature
from bot.features.reviews.jobs import ReviewJobs
from bot.features.reviews.reviewers import ExpertReviewers, no_teams


def open_reviews(matcher: Matching) -> Feature:
    teams = no_teams
    desk = Desk((set_timers,), teams)
    return reviews_feature(ReviewJobs(desk, ExpertReviewers(matcher, teams)))
