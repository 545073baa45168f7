"""What makes a review complete, against the rubric. Pure."""

from collections.abc import Mapping

from bot.features.reviews.model import ANSWER_LIMIT, NO_RATING, TEXT_LIMIT, Rating, Review
from bot.features.reviews.readiness import is_said
from bot.features.reviews.rubric import Criterion, Rubric


def problems(review: Review, rubric: Rubric) -> Mapping[str, str]:
    """By criterion, and for `good` and `better`, each a sentence; none where it is complete."""
    found = {
        each.id: problem
        for each in rubric.criteria
        if (problem := _problem(review.ratings.get(each.id), each)) is not None
    }
    if unknown := sorted(set(review.ratings) - {each.id for each in rubric.criteria}):
        found[unknown[0]] = "This is no criterion of the rubric."
    for name, text, wanted in (("good", review.good, "what should stay"), ("better", review.better, "what to change")):
        if not is_said(text):
            found[name] = f"Say {wanted}, please."
        elif len(text) > TEXT_LIMIT:
            found[name] = f"Keep to {TEXT_LIMIT} characters, please."
    if all(each.level is NO_RATING for each in review.ratings.values()) and not found:
        found[rubric.criteria[0].id] = "Judge at least one criterion, or decline the review."
    return found


def _problem(rating: Rating | None, criterion: Criterion) -> str | None:
    if rating is None:
        return "Choose a level, or say that you cannot judge it."
    if rating.level is not NO_RATING and not 0 <= rating.level <= criterion.best:
        return "This is no level of its scale."
    if len(rating.comment) > ANSWER_LIMIT * 2:
        return f"Keep to {ANSWER_LIMIT * 2} characters, please."
    if rating.level is NO_RATING and not is_said(rating.comment):
        return "Say why you cannot judge it, please."
    if rating.level == 0 and not is_said(rating.comment):
        return "Say what is missing, please: the lowest level alone helps nobody."
    return None
