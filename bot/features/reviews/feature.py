"""What people and the clock do with reviews, as one feature."""

from bot.features.feature import Feature
from bot.features.reviews.acts import ON_PAGES
from bot.features.reviews.author_chat import AuthorChat
from bot.features.reviews.digest import looking_for_reviewers
from bot.features.reviews.jobs import ReviewJobs
from bot.features.reviews.list_chat import ListChat
from bot.features.reviews.reviewer_chat import ReviewerChat
from bot.features.reviews.tables import PERSON_COLUMNS


def reviews_feature(authors: AuthorChat, reviewers: ReviewerChat, lists: ListChat, jobs: ReviewJobs) -> Feature:
    return Feature(
        name="reviews",
        commands=lists.commands,
        buttons={**authors.buttons, **reviewers.buttons, **lists.buttons},
        forms={**authors.forms, **reviewers.forms},
        message_actions=authors.message_actions,
        digest=looking_for_reviewers,
        home=(lists.owed_at_home, lists.own_at_home),
        timers=jobs.timers(),
        person_columns=PERSON_COLUMNS,
        on_pages=ON_PAGES,
    )
