"""What a Teams is made of."""

from dataclasses import dataclass, field

from bot.chat.turn import Place

TENANT = "7a1c0000-0000-0000-0000-000000000001"
BOT = "28:guildhall"

Activity = dict[str, object]


@dataclass(frozen=True)
class Member:
    id: str
    object_id: str
    name: str
    user_name: str
    email: str = ""
    role: str = "user"

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.id,
            "objectId": self.object_id,
            "aadObjectId": self.object_id,
            "name": self.name,
            "email": self.email or self.user_name,
            "userPrincipalName": self.user_name,
            "tenantId": TENANT,
            "userRole": self.role,
        }


DANA = Member("29:dana", "d0000000-0000-0000-0000-00000000000d", "Dana Okafor", "dana@contoso.example")
SAM = Member("29:sam", "50000000-0000-0000-0000-000000000005", "Sam Lee", "sam@contoso.example")


@dataclass
class Chat:
    """`kind` as Teams calls it: personal, groupChat or channel. `activities` by id, in the order of posting."""

    id: str
    kind: str
    members: list[Member]
    activities: dict[str, Activity] = field(default_factory=dict)
    threads: dict[str, str] = field(default_factory=dict)
    updates: int = 0
    has_bot: bool = True


@dataclass(frozen=True)
class Fault:
    """`after`: what was asked is done before the answer goes wrong. Status 0: there is no answer at all."""

    status: int
    code: str = ""
    retry_after: str = ""
    after: bool = False
    body: str | None = None


def places_of(person_id: str) -> list[Place]:
    """Where only this person reads, for who is known by a Teams account alone."""
    platform, *_, object_id = person_id.split(":")
    return [Place("teams", f"@{object_id}")] if platform == "teams" else []


def activity_from(member: Member, chat: Chat, service_url: str, **others: object) -> Activity:
    """What Teams sends us when somebody writes there."""
    return {
        "type": "message",
        "id": "1700000000001",
        "channelId": "msteams",
        "serviceUrl": service_url,
        "from": {"id": member.id, "name": member.name, "aadObjectId": member.object_id},
        "conversation": {"id": chat.id, "conversationType": chat.kind, "tenantId": TENANT},
        "recipient": {"id": BOT, "name": "Guildhall"},
        "channelData": {"tenant": {"id": TENANT}},
        "text": "hello",
        **others,
    }
