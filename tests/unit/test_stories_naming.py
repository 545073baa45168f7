"""No name is read that may not go out: of people who did not agree, and of customers that nobody cleared."""

import unicodedata
from dataclasses import astuple, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.stories.in_library import as_document
from bot.features.stories.messages import for_channels, for_mail, taken_down
from bot.features.stories.model import Clearance, Consent, Story, as_told
from tests.chat_house import BASE, CLEO, DANA, KIM, SAM
from tests.stories_house import credit, story

ALL = "Umbrella, DANA  OKAFOR and kim park"
EVERYWHERE = story(
    title=f"Title {ALL}",
    challenge=f"Challenge\n{ALL}",
    done=f"Done {ALL}!",
    result=f"({ALL})",
    topics=(f"topic {ALL}",),
    industry=f"industry {ALL}",
    product=f"product {ALL}",
    picture_link="https://pictures.example/Umbrella/1",
)


def read(made: Story, *, outside: bool = False) -> str:
    """All that others could read, anywhere."""
    shown: list[object] = [
        as_told(made, outside=outside),
        for_channels(made, BASE, outside=outside),
        taken_down(made, outside=outside),
    ]
    if not outside:
        shown += [for_mail(made, BASE), as_document(made, BASE)]
    return " ".join(repr(shown).split()).casefold()


def test_before_anybody_agreed_nobody_is_named() -> None:
    said = read(EVERYWHERE)
    for name in ("umbrella", "dana", "okafor", "kim park"):
        assert name not in said
    assert as_told(EVERYWHERE).done == "Done a bank in the north, two colleagues!"
    assert as_told(EVERYWHERE).people == ()


def test_who_agreed_is_named_as_they_wish() -> None:
    made = story(credits=(credit(DANA, Consent.AGREED, "D. from Sales"), credit(KIM, Consent.AGREED)))
    told = as_told(made)
    assert told.people == ("D. from Sales", "Kim Park")
    assert told.done == "D. from Sales and Kim Park drew up one template."
    assert "okafor" not in read(made)


def test_who_declined_is_named_nowhere() -> None:
    made = story(credits=(credit(DANA, Consent.DECLINED), credit(KIM, Consent.AGREED)))
    assert as_told(made).people == ("Kim Park",)
    assert "okafor" not in read(made)


@pytest.mark.parametrize(
    ("clearance", "inside", "outside"),
    [
        (Clearance.ANONYMOUS, "a bank in the north", "a bank in the north"),
        (Clearance.INTERNAL, "Umbrella", "a bank in the north"),
        (Clearance.PUBLIC, "Umbrella", "Umbrella"),
    ],
)
def test_a_customer_is_named_as_far_as_it_was_cleared(clearance: Clearance, inside: str, outside: str) -> None:
    made = story(clearance=clearance, cleared_by="Their board")
    for is_outside, shown in ((False, inside), (True, outside)):
        told = as_told(made, outside=is_outside)
        assert (told.customer, told.challenge) == (shown, f"Quotes for {shown} took two weeks.")
        assert ("umbrella" in read(made, outside=is_outside)) is (shown == "Umbrella")


def test_a_description_that_gives_the_name_away_is_not_used() -> None:
    assert as_told(story(called="The Umbrella group")).customer == "a customer"
    assert as_told(story(called="")).challenge == "Quotes for a customer took two weeks."


def test_people_from_outside_read_no_name_of_ours() -> None:
    agreed = (credit(DANA, Consent.AGREED, "D. from Sales"), credit(KIM, Consent.AGREED))
    made = story(credits=agreed, done="Sam Lee, D. from Sales, Dana Okafor and Kim Park drew it up.")
    said = read(made, outside=True)
    for name in ("sam lee", "d. from sales", "okafor", "kim park", "hall.example"):
        assert name not in said
    assert as_told(made).done == "Sam Lee, D. from Sales, D. from Sales and Kim Park drew it up."


def test_what_stands_for_a_name_begins_a_sentence_as_sentences_do() -> None:
    made = story(done="Umbrella was slow. Dana Okafor helped: Dana Okafor! Kim Park too.")
    assert as_told(made).done == "A bank in the north was slow. A colleague helped: a colleague! A colleague too."


def test_two_who_are_not_named_are_two_colleagues() -> None:
    told = as_told(story(done="Dana Okafor and Kim Park drew it up. It was for Kim Park and Dana Okafor."))
    assert told.done == "Two colleagues drew it up. It was for two colleagues."


def test_names_inside_other_words_and_other_names_stay() -> None:
    made = story(
        customer="Al", credits=(credit(DANA), credit(CLEO, Consent.AGREED)), done="Also Al and Cleo Cura, Dan."
    )
    assert as_told(made).done == "Also a bank in the north and Cleo Cura, Dan."


NAMES = st.sampled_from([DANA.name, KIM.name, CLEO.name])
WORDS = st.lists(st.one_of(NAMES, st.sampled_from(["and", "with", "Sam Lee", "Umbrella", "(", "—", "\n", "."])))
CONSENTS = st.sampled_from(list(Consent))


@given(WORDS, st.tuples(CONSENTS, CONSENTS, CONSENTS), st.booleans(), st.sampled_from(list(Clearance)))
def test_whatever_is_written_no_name_is_read_that_may_not_be(
    said: list[str], consents: tuple[Consent, Consent, Consent], outside: bool, clearance: Clearance
) -> None:
    named = tuple(credit(person, consent) for person, consent in zip((DANA, KIM, CLEO), consents, strict=True))
    text = " ".join(said)
    made = story(title=text, challenge=text, done=text, result=text, credits=named, clearance=clearance)
    told = repr(astuple(as_told(made, outside=outside)))
    for each in named:
        if outside or each.consent is not Consent.AGREED:
            assert each.name not in told
    if clearance is Clearance.ANONYMOUS or (clearance is Clearance.INTERNAL and outside):
        assert "Umbrella" not in told
    assert (SAM.name in told) is not outside


@pytest.mark.parametrize(
    "said",
    [
        "_Dana Okafor_ drew it up.",
        "*Dana Okafor* drew it up.",
        "By Dana\u00a0Okafor, and Dana\nOkafor.",
        "template_Dana Okafor_2",
    ],
)
def test_marks_around_a_name_do_not_hide_it(said: str) -> None:
    assert "okafor" not in read(story(done=said, result=said))


def test_a_name_is_found_in_composed_and_in_decomposed_letters() -> None:
    zoe = replace(DANA, name="Zoë Núñez")
    for name, said in (
        (zoe.name, unicodedata.normalize("NFD", zoe.name)),
        (unicodedata.normalize("NFD", zoe.name),) * 2,
    ):
        told = as_told(story(credits=(credit(replace(zoe, name=name)),), done=f"{said} and {zoe.name} did it."))
        assert told.done == "Two colleagues did it."


def test_a_letter_that_has_no_plain_small_one_is_no_fault() -> None:
    made = story(credits=(credit(replace(DANA, name="Ilan Moss")),), done="İLAN MOSS drew it up.")
    assert as_told(made).done == "A colleague drew it up."


def test_what_stands_for_a_name_gives_away_no_other_name() -> None:
    made = story(
        called="the bank of Dana Okafor",
        credits=(credit(DANA), credit(KIM, Consent.AGREED, "Dana Okafor's team")),
        done="Kim Park went to Umbrella.",
    )
    told = as_told(made)
    assert told.customer == "the bank of a colleague"
    assert told.people == ("A colleague's team",)
    assert told.done == "A colleague's team went to the bank of a colleague."
    assert "okafor" not in read(made)


def test_who_is_called_otherwise_may_keep_part_of_their_name() -> None:
    made = story(credits=(credit(DANA, Consent.AGREED, "Dana Okafor of Sales"),), done="Dana Okafor drew it up.")
    told = as_told(made)
    assert (told.people, told.done) == (("Dana Okafor of Sales",), "Dana Okafor of Sales drew it up.")


def test_of_two_with_one_name_neither_is_named_before_both_agreed() -> None:
    agreed, other = credit(DANA, Consent.AGREED), replace(credit(KIM), name=DANA.name)
    for named in ((agreed, other), (other, agreed)):
        assert "okafor" not in read(story(credits=named))
    both = (agreed, replace(other, consent=Consent.AGREED, shown_as=DANA.name))
    assert as_told(story(credits=both)).people == (DANA.name, DANA.name)
