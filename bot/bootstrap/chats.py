"""The chat platforms that are configured."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from pydantic import SecretStr

from bot.chat.ports import Inbound, Messenger, Profiles
from bot.chat.turn import Place
from bot.dashboard.app import Section
from bot.dashboard.session import session_key
from bot.features.catalog import Catalog
from bot.features.questions.threads import ThreadUrl, ThreadUrls
from bot.settings import Settings
from bot.storage.addresses import SqlAddresses
from bot.storage.delivered import SqlDelivered
from bot.storage.unit_of_work import Database

PlacesOf = Callable[[str], Sequence[Place]]
"""From a person's id to where only they read."""


class Chat(Protocol):
    """A chat platform: its addresses on the site, its way out, and its directory of people."""

    @property
    def section(self) -> Section: ...
    @property
    def messenger(self) -> Messenger: ...
    @property
    def profiles(self) -> Profiles: ...
    @property
    def pace(self) -> timedelta: ...
    @property
    def quiet(self) -> timedelta: ...
    @property
    def problem(self) -> str:
        """What an admin has to see to before it works, empty when all is well."""
        ...

    async def start(self) -> None: ...
    async def stop(self) -> None: ...


def thread_urls(settings: Settings) -> ThreadUrls:
    """Where the threads of the configured chats open."""
    urls: dict[str, ThreadUrl] = {}
    if settings.has_slack:
        from bot.platforms.slack.thread_links import thread_url

        urls["slack"] = partial(thread_url, api_url=settings.slack_api_url)
    if settings.teams_app_id is not None:
        from bot.platforms.teams.thread_links import HOSTS, message_url

        tenant, host = settings.teams_tenant_id or "", HOSTS[settings.teams_cloud]
        urls["teams"] = partial(message_url, tenant_id=tenant, host=host)
    return urls


def open_chats(
    settings: Settings,
    inbound: Inbound,
    catalog: Catalog,
    database: Database,
    now: Callable[[], datetime],
    places_of: PlacesOf,
) -> Mapping[str, Chat]:
    """By name. Their SDKs take a while to import: whoever has no Slack waits for none."""
    chats: dict[str, Chat] = {}
    if settings.has_slack:
        chats["slack"] = open_slack(settings, inbound, catalog, database, now)
    if settings.has_teams:
        chats["teams"] = open_teams(settings, inbound, database, now, places_of)
    return chats


def open_slack(
    settings: Settings, inbound: Inbound, catalog: Catalog, database: Database, now: Callable[[], datetime]
) -> Chat:
    from bot.platforms.slack.platform import SlackPlatform
    from bot.platforms.slack.settings import SlackSettings
    from bot.storage.vault import SqlVault

    shortcuts = catalog.message_actions.items()
    slack = SlackSettings(
        api_url=settings.slack_api_url,
        bot_token=revealed(settings.slack_bot_token),
        signing_secret=revealed(settings.slack_signing_secret),
        app_token=revealed(settings.slack_app_token),
        client_id=settings.slack_client_id or "",
        client_secret=revealed(settings.slack_client_secret),
        streams=settings.slack_streaming,
        base_url=settings.base_url,
        commands=frozenset(catalog.commands),
        channel_commands=frozenset(name for name, each in catalog.commands.items() if each.about_channel),
        form_shortcuts=frozenset(name for name, action in shortcuts if action.opens_form),
    )
    vault = SqlVault(database, session_key(revealed(settings.secret) or None, settings.home), now)
    return SlackPlatform(slack, inbound, SqlAddresses(database), vault, now)


def open_teams(
    settings: Settings, inbound: Inbound, database: Database, now: Callable[[], datetime], places_of: PlacesOf
) -> Chat:
    from bot.platforms.teams.platform import TeamsPlatform
    from bot.platforms.teams.settings import CLOUDS, TeamsSettings

    teams = TeamsSettings(
        app_id=settings.teams_app_id or "",
        app_password=revealed(settings.teams_app_password),
        tenant_id=settings.teams_tenant_id or "",
        cloud=CLOUDS[settings.teams_cloud],
    )
    return TeamsPlatform(teams, inbound, SqlDelivered(database), SqlAddresses(database), now, places_of)


def revealed(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
