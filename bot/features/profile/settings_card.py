"""How somebody's settings look in a chat."""

from collections.abc import Sequence

from bot.chat.reply import Actions, Block, Button, Facts, Message, Note, Paragraph, Span, Text
from bot.chat.wording import shortened
from bot.features.profile.model import account_in_words, changes, described
from bot.storage.people import Account, KnownPerson, Preferences

PAGE = "/settings"
LABEL_LIMIT = 40
CHANGE = Button("Change", "profile.change", opens_form=True)


def settings_blocks(person: KnownPerson, accounts: Sequence[Account], base_url: str) -> tuple[Block, ...]:
    page = Note((Span("All of this on the web page", href=base_url + PAGE),)) if base_url else None
    others = () if page is None else (page,)
    return (Facts(described(person.preferences)), Paragraph(_accounts_text(accounts)), Actions((CHANGE,)), *others)


def settings_message(person: KnownPerson, accounts: Sequence[Account], base_url: str) -> Message:
    text = f"Your settings, {person.name}." if person.name else "Your settings."
    partings: tuple[Block, ...] = ()
    if len(accounts) > 1:
        buttons = tuple(_not_me(account) for account in accounts[:4])
        partings = (Note("If one of these accounts is not yours, say so and it goes its own way."), Actions(buttons))
    blocks = (Paragraph(text), *settings_blocks(person, accounts, base_url), *partings)
    return Message(text, blocks, url=base_url + PAGE if base_url else "")


def saved_message(before: Preferences, after: Preferences, undo: str) -> Message:
    """`undo` is what the button brings back."""
    changed = changes(before, after)
    if not changed:
        text = "Nothing is different, so your settings are as they were."
        return Message(text, (Paragraph(text),))
    text = f"Saved: {', '.join(label.lower() for label, _ in changed)}."
    return Message(text, (Paragraph(text), Facts(changed), Actions((Button("Undo", "profile.undo", undo),))))


def undone_message(own: Preferences) -> Message:
    text = "Undone: your settings are as they were before."
    return Message(text, (Paragraph(text), Facts(described(own))))


def parted_message(account: Account) -> Message:
    text = f"{account_in_words(account)} is somebody else from now on. What was asked until now stays with you."
    undo = Button("Undo", "profile.mine", account.id)
    return Message(text, (Paragraph(text), Actions((undo,)), Note("No e-mail address links the two again.")))


def rejoined_message(account: Account) -> Message:
    text = f"{account_in_words(account)} is yours again, with the next thing you do there."
    return Message(text, (Paragraph(text),))


def _accounts_text(accounts: Sequence[Account]) -> Text:
    words = [account_in_words(account) for account in accounts]
    if not words:
        return "No account is linked to you yet."
    return f"You are {' and '.join(words) if len(words) < 3 else ', '.join(words)}."


def _not_me(account: Account) -> Button:
    who = account_in_words(account)
    return Button(
        shortened(f"Not me: {who}", LABEL_LIMIT),
        "profile.not_me",
        account.id,
        confirm=f"Is {who} somebody else? From now on Guildhall takes the two for different people.",
    )
