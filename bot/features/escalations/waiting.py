"""Who waits for an answer."""

from bot.features.escalations.model import Escalation, Follower
from bot.features.escalations.store import SqlEscalations


def waiters(store: SqlEscalations, escalation: Escalation) -> list[Follower]:
    """Everybody who gets the answer, as followers: the asker, unless they left, then who asked the same."""
    first = Follower(
        escalation.id,
        escalation.id,
        escalation.asker_id,
        escalation.asker_name,
        escalation.text,
        escalation.place,
        escalation.private,
        escalation.opened_at,
        escalation.is_confirmed,
    )
    return [*(() if escalation.asker_left else (first,)), *store.followers(escalation.id)]


def spokesman(store: SqlEscalations, escalation: Escalation) -> str:
    """Person id of who speaks for all that wait: the asker or, once they left, who has followed longest."""
    waiting = waiters(store, escalation)
    return waiting[0].person_id if waiting else escalation.asker_id


def who_wait(store: SqlEscalations, escalation: Escalation) -> frozenset[str]:
    """Person ids of all who wait, also of an asker who has left: they do not answer themselves."""
    return frozenset({escalation.asker_id, *(each.person_id for each in store.followers(escalation.id))})
