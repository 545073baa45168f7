"""botbuilder's turn pipeline without its transport and its authentication: what comes in is verified before, and
nothing goes out through it, since only the relay sends."""

from botbuilder.core import ActivityHandler, BotAdapter, TurnContext
from botbuilder.schema import (
    Activity,
    ActivityTypes,
    ChannelAccount,
    ConversationAccount,
    ConversationReference,
    ResourceResponse,
)

from bot.platforms.payload import object_at, objects_at, text_at
from bot.platforms.teams.render_text import Json
from bot.platforms.validation import JsonObject

INVOKE_RESPONSE = "BotFrameworkAdapter.InvokeResponse"  # where botbuilder looks for it
_PAYLOAD = "guildhall.payload"


class TeamsAdapter(BotAdapter):
    """Turns run one by one through it, and leave the answer to an invoke behind."""

    async def process(self, payload: JsonObject, bot: ActivityHandler) -> Json | None:
        """The body of the answer; None where there is nothing to say."""
        context = TurnContext(self, activity_of(payload))
        context.turn_state[_PAYLOAD] = payload
        await self.run_pipeline(context, bot.on_turn)
        answered = context.turn_state.get(INVOKE_RESPONSE)
        body = answered.value.body if isinstance(answered, Activity) else None
        return body if isinstance(body, dict) else None

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        for activity in activities:
            if activity.type != ActivityTypes.invoke_response:
                raise TypeError("Only the relay sends.")
            context.turn_state[INVOKE_RESPONSE] = activity
        return [ResourceResponse() for _ in activities]

    async def update_activity(self, context: TurnContext, activity: Activity) -> object:
        raise TypeError("Only the relay updates.")

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> object:
        raise TypeError("Nothing is deleted.")


def payload_of(context: TurnContext) -> JsonObject:
    """What came over the wire, checked but not translated."""
    found = context.turn_state[_PAYLOAD]
    return found if isinstance(found, dict) else {}


def activity_of(payload: JsonObject) -> Activity:
    """What botbuilder routes by. Its own deserialiser trips over odd types; here they read as empty."""
    conversation = object_at(payload, "conversation")
    return Activity(
        type=text_at(payload, "type"),
        id=text_at(payload, "id"),
        name=text_at(payload, "name"),
        channel_id=text_at(payload, "channelId"),
        service_url=text_at(payload, "serviceUrl"),
        action=text_at(payload, "action"),
        from_property=_account(object_at(payload, "from")),
        recipient=_account(object_at(payload, "recipient")),
        conversation=ConversationAccount(
            id=text_at(conversation, "id"),
            conversation_type=text_at(conversation, "conversationType"),
            tenant_id=text_at(conversation, "tenantId"),
        ),
        members_added=[_account(member) for member in objects_at(payload, "membersAdded")],
        members_removed=[_account(member) for member in objects_at(payload, "membersRemoved")],
    )


def _account(found: JsonObject) -> ChannelAccount:
    return ChannelAccount(
        id=text_at(found, "id"), name=text_at(found, "name"), aad_object_id=text_at(found, "aadObjectId")
    )
