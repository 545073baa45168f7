"""`guildhall slack`: what Slack has to know of Guildhall."""

import json
from typing import Annotated

import typer

from bot.chat.errors import UserFacingError
from bot.commands.explained import explained
from bot.commands.offered import offered_by
from bot.commands.terminal import AsJson, read_settings, result

app = typer.Typer(help="What Slack has to know of Guildhall.", no_args_is_help=True)
PROMPTS = ("What can you do?",)


@app.callback()
def main() -> None:
    """What Slack has to know of Guildhall."""


@app.command()
def manifest(
    socket: Annotated[
        bool | None, typer.Option("--socket/--http", help="Socket Mode; as SLACK_APP_TOKEN says, without this.")
    ] = None,
    url: Annotated[str, typer.Option(help="Where people reach Guildhall; GUILDHALL_BASE_URL, without this.")] = "",
    name: Annotated[str, typer.Option(help="What people call it.")] = "Guildhall",
    distributed: Annotated[
        bool | None,
        typer.Option(
            "--distributed/--one-workspace", help="Several workspaces by OAuth; as SLACK_CLIENT_ID says, without this."
        ),
    ] = None,
    assistant_view: Annotated[
        bool, typer.Option("--assistant-view", help="For a workspace that does not know the agent view yet.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print the app manifest to paste into Slack (docs/slack.md)."""
    settings = read_settings()
    with explained():
        from bot.platforms.slack.manifest import ManifestOptions, Shortcut, build_manifest

        by_socket = settings.slack_app_token is not None if socket is None else socket
        options = ManifestOptions(
            url=url or settings.base_url,
            name=name,
            socket=by_socket,
            distributed=settings.slack_client_id is not None if distributed is None else distributed,
            assistant_view=assistant_view,
        )
        if not by_socket and not options.url:
            raise UserFacingError("Where do people reach Guildhall? Say --url https://… or --socket for Socket Mode.")
        if not by_socket and not options.url.startswith("https://"):
            raise UserFacingError(f"Slack calls https addresses only, not {options.url}. Say --socket to do without.")
        catalog = offered_by(settings)
        shortcuts = [Shortcut(action, each.label, each.help) for action, each in catalog.message_actions.items()]
        try:
            built = build_manifest(options, shortcuts, PROMPTS)
        except ValueError as refused:
            raise UserFacingError(str(refused)) from refused
    if as_json:
        result(json.dumps(built, indent=2, ensure_ascii=False))
    else:
        import yaml

        result(yaml.safe_dump(built, sort_keys=False, allow_unicode=True, width=100).rstrip())
