"""What bootstrap tells the Slack platform."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """One workspace by `bot_token`, several by `client_id` and `client_secret`. Requests come over HTTP with a
    `signing_secret`, over Socket Mode with an `app_token`, or both.

    `commands` are the words after ``/guildhall``, of which `channel_commands` are about the channel; `form_shortcuts`
    the message actions that open a form. `base_url` is the web page's.
    `streams`: answers build up in the assistant.
    """

    api_url: str
    bot_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    base_url: str = ""
    commands: frozenset[str] = frozenset()
    channel_commands: frozenset[str] = frozenset()
    form_shortcuts: frozenset[str] = frozenset()
    streams: bool = False
