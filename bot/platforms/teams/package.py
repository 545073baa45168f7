"""The app as Teams has to know it: its manifest, made from what the features offer, and its icons, in one archive.

The manifest's form: learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema.
"""

import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from bot.platforms.teams.escaping import one_line

SCHEMA = "1.30"
ICONS = Path(__file__).parent / "icons"
ACCENT = "#0B6E5F"
COMMANDS = 10  # of one list, in the clients that show fewest
EXTENSION_COMMANDS = 10
TITLE = 32
DESCRIPTION = 128
EPOCH = (2027, 1, 1, 0, 0, 0)
"""The files' date, so that the same app makes the same archive."""

Scope = Literal["personal", "team", "groupChat"]
EVERYWHERE: tuple[Scope, ...] = ("personal", "team", "groupChat")

LISTENS = ("ChannelMessage.Read.Group", "ChatMessage.Read.Chat")
"""What a team's owner, or whoever adds Guildhall to a chat, is asked to allow there: to hear questions where every
question is to be answered, not only mentions."""


class CannotPackage(ValueError):
    """Teams would refuse the package. Says what to set."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A command that can be typed, or an action of a message's menu: its name, how it is shown, what it does."""

    name: str
    title: str
    help: str


@dataclass(frozen=True, slots=True)
class Package:
    """`url` is how people reach the web page, the paths are those of its tabs. With `listens` a channel can have
    every question answered; without, Guildhall gets what mentions it and nothing else."""

    app_id: str
    url: str
    version: str
    tab_path: str
    configure_path: str
    name: str = "Guildhall"
    developer: str = "Guildhall"
    privacy_url: str = ""
    terms_url: str = ""
    listens: bool = True


def build_package(package: Package, commands: Sequence[Offer], actions: Sequence[Offer]) -> bytes:
    """The zip archive to upload. Raises CannotPackage."""
    manifest = build_manifest(package, commands, actions)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False).encode())
        for name in ("color.png", "outline.png"):
            _put(archive, name, (ICONS / name).read_bytes())
    return packed.getvalue()


def build_manifest(package: Package, commands: Sequence[Offer], actions: Sequence[Offer]) -> dict[str, object]:
    """Raises CannotPackage."""
    app_id, url = _app_id(package.app_id), _address(package.url)
    parts = urlsplit(url)
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA}/MicrosoftTeams.schema.json",
        "manifestVersion": SCHEMA,
        "version": _version(package.version),
        "id": app_id,
        "developer": {
            "name": one_line(package.developer, 32),
            "websiteUrl": url,
            "privacyUrl": _address(package.privacy_url or url, "--privacy-url"),
            "termsOfUseUrl": _address(package.terms_url or url, "--terms-url"),
        },
        "name": {
            "short": one_line(package.name, 30),
            "full": f"{one_line(package.name, 60)}, the center of excellence",
        },
        "description": {
            "short": "Answers with sources from your company's knowledge, or says that it has none.",
            "full": "Ask a question in a chat, in a channel or here. Guildhall answers in the words of the company's "
            "own documents and says where they stand. Where it finds nothing, it says so, and the question can go to a "
            "colleague who knows. It reads what is written to it, and in channels that want that, every question.",
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "bots": [
            {
                "botId": app_id,
                "scopes": [*EVERYWHERE],
                "supportsFiles": True,
                "isNotificationOnly": False,
                "commandLists": [{"scopes": [*EVERYWHERE], "commands": [*map(_command, commands[:COMMANDS])]}],
            }
        ],
        "composeExtensions": [
            {"botId": app_id, "commands": [_search(), *map(_action, actions[: EXTENSION_COMMANDS - 1])]}
        ],
        "staticTabs": [
            {"entityId": "conversations", "scopes": ["personal"]},
            {
                "entityId": "guildhall",
                "name": "Guildhall",
                "contentUrl": url + package.tab_path,
                "websiteUrl": url,
                "scopes": ["personal"],
            },
            {"entityId": "about", "scopes": ["personal"]},
        ],
        "configurableTabs": [
            {
                "configurationUrl": url + package.configure_path,
                "canUpdateConfiguration": True,
                "scopes": ["team", "groupChat"],
            }
        ],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [parts.netloc],
        "webApplicationInfo": {"id": app_id, "resource": f"api://{parts.hostname}/botid-{app_id}"},
        "authorization": {
            "permissions": {
                "resourceSpecific": [{"name": name, "type": "Application"} for name in LISTENS if package.listens]
            }
        },
        "supportsChannelFeatures": "tier1",
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
    }


def _command(offer: Offer) -> dict[str, object]:
    return {"title": one_line(offer.title, TITLE), "description": _sentence(offer.help)}


def _search() -> dict[str, object]:
    words = {"name": "words", "title": "Words", "description": "What it should be about", "inputType": "text"}
    return {
        "id": "search",
        "type": "query",
        "title": "Search the library",
        "description": "Find a document and put it into your message",
        "context": ["compose", "commandBox"],
        "initialRun": True,
        "parameters": [words],
    }


def _action(offer: Offer) -> dict[str, object]:
    return {
        "id": offer.name,
        "type": "action",
        "title": one_line(offer.title, TITLE),
        "description": _sentence(offer.help),
        "context": ["message"],
        "fetchTask": True,
    }


def _sentence(text: str) -> str:
    line = one_line(text, DESCRIPTION)
    return line[:1].upper() + line[1:]


def _app_id(text: str) -> str:
    if not text:
        raise CannotPackage("Teams knows the app by the bot's id: set MicrosoftAppId to it.")
    try:
        return str(UUID(text))
    except ValueError as error:
        raise CannotPackage(f"MicrosoftAppId is not an id like those of Entra ID: {text}") from error


def _version(version: str) -> str:
    """What Teams can compare with the one before."""
    if not re.fullmatch(r"\d{1,5}(\.\d{1,5}){2}", version, re.ASCII):
        raise CannotPackage(f"A version has three numbers, such as 1.2.3, not {version}. Say --app-version.")
    return version


def _address(url: str, option: str = "--url") -> str:
    """Without a slash at its end."""
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        has_host = False
    if not has_host or not url.startswith("https://"):
        raise CannotPackage(f"Teams opens https addresses only, not {url or 'none'}. Say {option} https://…")
    return url.rstrip("/")


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
