from bot.chat.form import ChoiceField
from bot.features.events.forms import NAME, sign_up_form


def test_where_it_is_full_the_form_says_that_one_waits() -> None:
    full, free = sign_up_form("event", is_full=True), sign_up_form("event")
    assert (full.title, full.submit, full.intro[:11]) == (
        "Join the waiting list",
        "Join the waiting list",
        "It is full.",
    )
    assert (free.title, free.submit) == ("Sign up", "Sign up")


def test_whoever_signs_up_reads_that_only_their_question_can_go_without_a_name() -> None:
    form = sign_up_form("event")
    (name,) = [each for each in form.fields if isinstance(each, ChoiceField) and each.name == NAME]
    assert "The organisers see that you come." in form.intro
    assert [name.label, *(label for _, label in name.options)] == [
        "Your question",
        "Your name stands beside it",
        "It is asked without your name",
    ]
