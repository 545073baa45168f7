"""What the features offer, for the manifests that the chats want."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.features.catalog import Catalog
    from bot.settings import Settings


def offered_by(settings: "Settings") -> "Catalog":
    """As bootstrap makes it, in a folder that goes away: nothing of this machine's Guildhall is touched."""
    from bot.bootstrap.build import build

    with tempfile.TemporaryDirectory() as folder:
        nothing = dict.fromkeys(
            ("database_url", "starter", "slack_bot_token", "slack_client_id", "teams_app_id", "oidc_issuer")
        )
        # On loopback, for without the chats nothing else would say who may reach the page.
        there = {"home": Path(folder), "host": "127.0.0.1", "teams_playground": False}
        built = build(settings.model_copy(update=nothing | there))
        built.database.close()
        return built.catalog
