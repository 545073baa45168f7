from bot.chat.form import ChoiceField
from bot.features.events.forms import NAME, sign_up_form


def test_whoever_signs_up_reads_that_only_their_question_can_go_without_a_name() -> None:
    form = sign_up_form("event")
    (name,) = [each for each in form.fields if isinstance(each, ChoiceField) and each.name == NAME]
    assert "The organisers see that you come." in form.intro
    assert [name.label, *(label for _, label in name.options)] == [
        "Your question",
        "Your name stands beside it",
        "It is asked without your name",
    ]
