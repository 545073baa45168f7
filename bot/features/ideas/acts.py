"""What can be done with requests and ideas, by button: the same on a card and on a page."""

from bot.chat.reply import Button
from bot.features.ideas.model import Approval, Idea, Role, State

SHOW = "ideas.show"
PROPOSE = "ideas.propose"
COMPLETE = "ideas.complete"
VOTE = "ideas.vote"
UNVOTE = "ideas.unvote"
WITHDRAW = "ideas.withdraw"
APPROVE = "ideas.approve"
"""Carries the idea and the revision that was read, ``5f…/3``."""

GIVE_BACK = "ideas.give_back"
DECLINE = "ideas.decline"
REOPEN = "ideas.reopen"
PLAN = "ideas.plan"
BEGIN = "ideas.begin"
FINISH = "ideas.finish"

FROM_GAP = "ideas.from_gap"
"""Carries the id of what people looked for in vain; so do the next two."""

NOT_A_GAP = "ideas.not_a_gap"
A_GAP = "ideas.a_gap"

ON_PAGES = frozenset(
    {PROPOSE, COMPLETE, VOTE, UNVOTE, WITHDRAW, APPROVE, GIVE_BACK, DECLINE, REOPEN, PLAN, BEGIN, FINISH}
    | {FROM_GAP, NOT_A_GAP, A_GAP}
)
"""For `Feature.on_pages`. The other shows something, for which a page has pages."""

ROLES = {Role.SPONSOR: "sponsor", Role.CURATOR: "curator", Role.ADMIN: "admin"}


def show(idea: Idea) -> Button:
    return Button("Show it", SHOW, idea.id)


def propose() -> Button:
    return Button("Ask or propose", PROPOSE, "", "primary", opens_form=True)


def from_gap(gap_id: str) -> Button:
    return Button("Propose it as a request", FROM_GAP, gap_id, opens_form=True)


def not_a_gap(gap_id: str) -> Button:
    return Button("Not a gap", NOT_A_GAP, gap_id)


def a_gap(gap_id: str) -> Button:
    return Button("It is one", A_GAP, gap_id)


def complete(idea: Idea) -> Button:
    return Button("Complete it", COMPLETE, idea.id, "primary", opens_form=True)


def vote(idea: Idea, *, has_voted: bool) -> Button:
    return Button("Take my vote back", UNVOTE, idea.id) if has_voted else Button("Vote for it", VOTE, idea.id)


def approve(idea: Idea, role: Role) -> Button:
    read = f"{idea.id}/{idea.revision}"
    return Button("Approve it", APPROVE, read, "primary", confirm=f"You approve it as its {ROLES[role]}.")


def finish(idea: Idea) -> Button:
    label = "Say what it brought" if idea.state is State.DONE else "It is done"
    is_next = idea.state is State.UNDER_WAY or idea.reached is None
    return Button(label, FINISH, idea.id, "primary" if is_next else "normal", opens_form=True)


def for_asker(idea: Idea) -> tuple[Button, ...]:
    withdraw = Button(
        "Take it back", WITHDRAW, idea.id, "danger", "Only you and those who decide see it then. You can bring it back."
    )
    match idea.state:
        case State.INCOMPLETE:
            return complete(idea), withdraw
        case State.NEW:
            return Button("Change it", COMPLETE, idea.id, opens_form=True), withdraw
        case State.ACCEPTED:
            return (withdraw,)
        case State.WITHDRAWN:
            return (Button("Bring it back", REOPEN, idea.id),)
        case State.UNDER_WAY | State.DONE | State.DECLINED:
            return ()


def for_deciders(idea: Idea, role: Role | None, *, is_own: bool, decides: bool, runs: bool) -> tuple[Button, ...]:
    """`role` is the one in which this reader approves; `is_own`: they asked for it themselves; `runs`: they plan it and
    say how it goes."""
    decline = Button("Decline it", DECLINE, idea.id, "danger", opens_form=True)
    plan = Button("Estimate and plan", PLAN, idea.id, opens_form=True)
    match idea.state:
        case State.NEW:
            found = [approve(idea, role)] if role is not None else []
            found += [plan] if runs else []
            found += [Button("Give it back", GIVE_BACK, idea.id, opens_form=True)] if decides and not is_own else []
            return (*found, decline) if decides or role is not None else tuple(found)
        case State.ACCEPTED if runs:
            begin = Button("Begin it", BEGIN, idea.id, "primary")
            return (begin, plan, decline) if decides else (begin, plan)
        case State.UNDER_WAY if runs:
            return (finish(idea), plan, decline) if decides else (finish(idea), plan)
        case State.DONE if runs:
            return (finish(idea),)
        case State.DECLINED if decides:
            return (Button("Take it up again", REOPEN, idea.id),)
        case _:
            return ()


def approvals_in_words(idea: Idea, approvals: tuple[Approval, ...]) -> str:
    """``Cleo Cura as curator; open: sponsor``."""
    done = ", ".join(f"{each.person_name} as {ROLES[each.role]}" for each in approvals)
    open_ones = ", ".join(ROLES[each] for each in idea.needed if each not in {one.role for one in approvals})
    if not open_ones or idea.state is not State.NEW:
        return done
    return f"{done}; open: {open_ones}" if done else f"Open: {open_ones}"
