"""One suite for the in-memory nonces and for SQL on both databases."""

from concurrent.futures import ThreadPoolExecutor

from bot.chat.reply import Actions, Button, Message
from bot.storage.nonces import Carrier
from tests.builders import DANA, NOON, SAM, THREAD, message, minutes
from tests.stores import Stores

CARD = Message("Which?", (Actions((Button("One", "x.choose", "1"),)),))


def renew(stores: Stores, card: Message = CARD, key: str = "card") -> str:
    with stores.begin() as unit:
        unit.nonces.use_up(THREAD.conversation, key, NOON)
        return unit.nonces.for_message(THREAD.conversation, key, card, NOON)


def test_a_nonce_is_used_by_one_of_fifty_at_once(stores: Stores) -> None:
    nonce = renew(stores)

    def press(_: int) -> bool:
        with stores.begin() as unit:
            return unit.nonces.use(nonce, NOON)

    with ThreadPoolExecutor(50) as pool:
        assert list(pool.map(press, range(50))).count(True) == 1


def test_a_new_version_uses_up_the_nonce_of_the_old_one(stores: Stores) -> None:
    first, other = renew(stores, message("One.")), renew(stores, key="another card")
    second = renew(stores, message("Two."))
    with stores.begin() as unit:
        assert not unit.nonces.use(first, NOON)
        assert unit.nonces.use(second, NOON)
        assert unit.nonces.use(other, NOON)


def test_a_nonce_knows_its_message_and_the_buttons_on_it(stores: Stores) -> None:
    nonce = renew(stores)
    with stores.reading() as unit:
        assert unit.nonces.carrier(nonce) == Carrier(THREAD.conversation, "card", frozenset({("x.choose", "1")}))
        assert unit.nonces.carrier("made-up") is None


def test_a_form_that_no_button_opened_has_a_nonce_of_its_own(stores: Stores) -> None:
    with stores.begin() as unit:
        first = unit.nonces.for_form(THREAD.conversation, "x.form", DANA.id, NOON)
        second = unit.nonces.for_form(THREAD.conversation, "x.form", DANA.id, NOON)
        assert unit.nonces.use(first, NOON)
        assert not unit.nonces.use(first, NOON)
        assert unit.nonces.use(second, NOON)


def test_a_forms_own_nonce_is_for_that_form_and_person_and_stands_nowhere(stores: Stores) -> None:
    card = renew(stores)
    with stores.begin() as unit:
        form = unit.nonces.for_form(THREAD.conversation, "x.form", DANA.id, NOON)
        forms_own, cards = unit.nonces.carrier(form), unit.nonces.carrier(card)
        assert forms_own is not None
        assert cards is not None
        assert forms_own.is_for("x.form", DANA.id)
        assert not forms_own.is_for("x.other", DANA.id)
        assert not forms_own.is_for("x.form", SAM.id)
        assert not cards.is_for("x.form", DANA.id)
        assert forms_own.is_form
        assert not cards.is_form


def test_nonces_are_forgotten_by_their_age(stores: Stores) -> None:
    nonce = renew(stores)
    with stores.begin() as unit:
        assert unit.nonces.purge(NOON) == 0
        assert unit.nonces.purge(NOON + minutes(1)) == 1
        assert not unit.nonces.use(nonce, NOON)
