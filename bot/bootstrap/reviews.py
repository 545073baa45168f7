"""Peer reviews: one desk for what people do, for the clock and for pages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.bootstrap.invitations import organiser_of
from bot.features.experts.matcher import Matching
from bot.features.feature import Feature
from bot.features.reviews.alarms import Alarms
from bot.features.reviews.author_chat import AuthorChat
from bot.features.reviews.calendar import ReviewCalendar
from bot.features.reviews.desk import Desk
from bot.features.reviews.example import Showing
from bot.features.reviews.feature import reviews_feature
from bot.features.reviews.figure_pages import FigurePages
from bot.features.reviews.in_library import InLibrary
from bot.features.reviews.jobs import ReviewJobs
from bot.features.reviews.list_chat import ListChat
from bot.features.reviews.pages import ReviewPages
from bot.features.reviews.reviewer_chat import ReviewerChat
from bot.features.reviews.reviewers import ExpertReviewers, teams_by
from bot.features.reviews.rubric_shelf import open_rubrics
from bot.features.reviews.your_cards import YourCards
from bot.settings import Settings
from bot.storage.unit_of_work import Database


def open_reviews(
    settings: Settings, database: Database, matcher: Matching, base_url: str, now: Callable[[], datetime]
) -> Feature:
    rubrics = open_rubrics(settings.rubrics)
    teams = teams_by(settings.team_groups)
    cards = YourCards(base_url, tuple(settings.admins))
    kept = timedelta(days=settings.review_files_days)
    desk = Desk((Alarms(kept), cards, Showing(InLibrary())), teams)
    authors = AuthorChat(desk, rubrics, database)
    reviewers = ReviewerChat(desk, database)
    jobs = ReviewJobs(desk, ExpertReviewers(matcher, teams))
    host = organiser_of(settings, base_url).address.rpartition("@")[2]
    calendar = ReviewCalendar(host, base_url)
    return replace(
        reviews_feature(authors, reviewers, ListChat(cards), jobs),
        calendar=calendar.entries,
        pages=(*FigurePages(database, rubrics, now).pages(), *ReviewPages(database, desk, now, kept).pages()),
    )
