"""Activities to turns. Pure; whatever an activity holds, nothing is raised but NotOurs."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from bot.chat.turn import Content, File, Opened, Person, Place, Reacted, Reworded, Said, Turn, Withdrawn
from bot.platforms.links import file_name, link_on
from bot.platforms.payload import object_at, objects_at, text_at
from bot.platforms.teams.references import PERSON, PLATFORM, THREAD
from bot.platforms.teams.verification import tenant_of
from bot.platforms.teams.wire import OURS, is_form, pressed, submitted
from bot.platforms.teams.words import is_mentioned, said_text, tidy
from bot.platforms.validation import JsonObject

TEXT_LIMIT = 40_000  # characters; what a question may have is far below, and says so
NAME_LIMIT = 200
FILES_LIMIT = 10  # of one message
FILE = "application/vnd.microsoft.teams.file.download.info"
REFERENCE = "reference"
FILE_HOSTS = ("sharepoint.com", "sharepoint.us", "sharepoint.cn")
ID_LIMIT = 400
REACTION_LIMIT = 100  # characters of its name
REACTIONS_LIMIT = 10  # of one activity


def place_of(activity: JsonObject) -> Place:
    """A group chat, one thread of a channel, or somebody's chat with us, which is their direct channel."""
    if not _is_shared(activity):
        return Place(PLATFORM, PERSON + _account(activity))
    channel, _, thread = text_at(activity, "conversation", "id").partition(THREAD)
    return Place(PLATFORM, channel, thread or None, is_shared=True, title=_title(activity))


def person_of(activity: JsonObject) -> Person | None:
    """None for what no person with an account did: bots, Teams itself."""
    sender = object_at(activity, "from")
    own = text_at(activity, "recipient", "id")
    account = _account(activity)
    is_bot = text_at(sender, "role") == "bot" or text_at(sender, "id").startswith("28:") or text_at(sender, "id") == own
    if not account or is_bot:
        return None
    language = text_at(activity, "locale").partition("-")[0].lower()
    return Person(
        f"{PLATFORM}:{tenant_of(activity)}:{account}",
        text_at(sender, "name")[:NAME_LIMIT],
        language=language if language.isalpha() and len(language) <= 3 else "en",
        time_zone=_time_zone(activity) or "UTC",
    )


def turn_of(activity: JsonObject, person: Person, content: Content, at: datetime, *parts: str) -> Turn:
    """`parts` tell this turn from the others of the same person in the same conversation."""
    conversation = text_at(activity, "conversation", "id")
    key = sha256("\0".join((conversation, person.id, content.kind, *parts)).encode()).hexdigest()
    return Turn(key, person, place_of(activity), at, content, direct=direct_of(person))


def direct_of(person: Person) -> str:
    """The chat of this person with us; the messenger finds it, or opens it."""
    return PERSON + person.id.rpartition(":")[2]


def message_turn(activity: JsonObject, at: datetime) -> Turn | None:
    """What was said, or a button or form of a client that knows no Action.Execute. Raises NotOurs."""
    person = person_of(activity)
    if person is None:
        return None
    sent = object_at(activity, "value")
    if OURS in sent:
        press = submitted(sent) if is_form(sent) else pressed(sent)
        return turn_of(activity, person, press, at, text_at(activity, "id"))
    place = place_of(activity)
    addressed = not place.is_shared or is_mentioned(activity)
    text, message = said_text(activity)[:TEXT_LIMIT], text_at(activity, "id")[:ID_LIMIT]
    said = Said(text, message, addressed, files_in(activity))
    return turn_of(activity, person, said, at, _delivery(activity))


def files_in(activity: JsonObject) -> tuple[File, ...]:
    """Where they open in OneDrive or SharePoint. Teams tells of them in a chat with us alone. The address to download
    one from opens it for whoever has it, and is left where it is."""
    return _attached(activity, FILE)


def files_of(message: JsonObject) -> tuple[File, ...]:
    """The same of a message in whose menu something was chosen: there each is a reference."""
    return _attached(message, REFERENCE)


def _attached(message: JsonObject, kind: str) -> tuple[File, ...]:
    found = []
    for each in objects_at(message, "attachments"):
        url = link_on(FILE_HOSTS, text_at(each, "contentUrl"))
        if text_at(each, "contentType") == kind and url is not None:
            found.append(File(file_name(text_at(each, "name")), url))
    return tuple(found[:FILES_LIMIT])


def update_turn(activity: JsonObject, at: datetime) -> Turn | None:
    """Edited, or a deletion taken back."""
    person, message = person_of(activity), text_at(activity, "id")
    if person is None or not 0 < len(message) <= ID_LIMIT:
        return None
    reworded = Reworded(message, said_text(activity)[:TEXT_LIMIT])
    return turn_of(activity, person, reworded, at, message, text_at(activity, "timestamp"), reworded.text)


def delete_turn(activity: JsonObject, at: datetime) -> Turn | None:
    person, message = person_of(activity), text_at(activity, "id")
    if person is None or not 0 < len(message) <= ID_LIMIT:
        return None
    return turn_of(activity, person, Withdrawn(message), at, message)


def reaction_turns(activity: JsonObject, at: datetime) -> list[Turn]:
    """Teams tells only of those to our own messages; choosing another one takes the first back, in one activity."""
    person, message = person_of(activity), text_at(activity, "replyToId")
    if person is None or not 0 < len(message) <= ID_LIMIT:
        return []
    changes = [(each, True) for each in objects_at(activity, "reactionsRemoved")]
    changes += [(each, False) for each in objects_at(activity, "reactionsAdded")]
    turns = []
    for each, is_gone in changes[:REACTIONS_LIMIT]:
        if name := text_at(each, "type")[:REACTION_LIMIT]:
            parts = (message, name, str(is_gone), text_at(activity, "timestamp"), text_at(activity, "id"))
            turn = turn_of(activity, person, Reacted(message, name, is_gone), at, *parts)
            turns.append(replace(turn, place=replace(turn.place, thread=None)))
    return turns


def opened_turn(activity: JsonObject, at: datetime) -> Turn | None:
    """Installed for one person, or in a team or group, which is greeted once: several activities tell of one
    installation."""
    person = person_of(activity)
    if person is None:
        return None
    return turn_of(activity, person, Opened("channel" if place_of(activity).is_shared else "chat"), at)


def has_us(activity: JsonObject, members: str) -> bool:
    """Whether we are among ``membersAdded`` or ``membersRemoved``."""
    own = text_at(activity, "recipient", "id")
    return bool(own) and any(text_at(each, "id") == own for each in objects_at(activity, members))


def _account(activity: JsonObject) -> str:
    """The object id in Entra ID; who has none is no member of a company, e.g. a caller without an account."""
    return text_at(activity, "from", "aadObjectId")[:ID_LIMIT]


def _title(activity: JsonObject) -> str:
    names = (text_at(activity, "channelData", "team", "name"), text_at(activity, "channelData", "channel", "name"))
    known = " › ".join(name for name in names if name) or text_at(activity, "conversation", "name")
    return tidy(known).replace("\n", " ")[:NAME_LIMIT]


def _is_shared(activity: JsonObject) -> bool:
    """A chat of two people, where a message extension is used, has others in it as well."""
    conversation = object_at(activity, "conversation")
    return text_at(conversation, "conversationType") != "personal" or text_at(conversation, "id").startswith("19:")


def _delivery(activity: JsonObject) -> str:
    """Teams resends at times under a new id; what the client called the message stays."""
    data = object_at(activity, "channelData")
    return text_at(data, "clientActivityID") or text_at(data, "clientActivityId") or text_at(activity, "id")


def _time_zone(activity: JsonObject) -> str:
    zones = [text_at(entity, "timezone") for entity in objects_at(activity, "entities")]
    return next(filter(None, [*zones, text_at(activity, "localTimezone")]), "")[:64]
