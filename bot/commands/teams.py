"""`guildhall teams`: what Teams has to know of Guildhall."""

from pathlib import Path
from typing import Annotated

import typer

from bot.chat.errors import UserFacingError
from bot.commands.explained import explained
from bot.commands.offered import offered_by
from bot.commands.terminal import note, read_settings, result

app = typer.Typer(help="What Teams has to know of Guildhall.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """What Teams has to know of Guildhall."""


@app.command()
def package(
    out: Annotated[Path, typer.Option(help="The archive to write.")] = Path("guildhall-teams.zip"),
    url: Annotated[str, typer.Option(help="Where people reach Guildhall; GUILDHALL_BASE_URL, without this.")] = "",
    name: Annotated[str, typer.Option(help="What people call it.")] = "Guildhall",
    company: Annotated[str, typer.Option(help="Who offers it, as Teams shows it.")] = "Guildhall",
    privacy_url: Annotated[str, typer.Option(help="Your privacy page; the web page, without this.")] = "",
    terms_url: Annotated[str, typer.Option(help="Your terms of use; the web page, without this.")] = "",
    app_version: Annotated[
        str, typer.Option(help="Has to grow from upload to upload; Guildhall's own, without this.")
    ] = "",
    mentions_only: Annotated[
        bool, typer.Option("--mentions-only", help="Do not ask teams and chats to let Guildhall read every message.")
    ] = False,
) -> None:
    """Make the app package to upload in the Teams admin center (docs/teams.md)."""
    settings = read_settings()
    with explained():
        from importlib.metadata import version

        from bot.dashboard.guard import CONFIGURE, TEAMS_TAB
        from bot.platforms.teams.package import CannotPackage, Offer, Package, build_package

        asked = Package(
            app_id=settings.teams_app_id or "",
            url=url or settings.base_url,
            version=app_version or version("guildhall"),
            tab_path=TEAMS_TAB,
            configure_path=CONFIGURE,
            name=name,
            developer=company,
            privacy_url=privacy_url,
            terms_url=terms_url,
            listens=not mentions_only,
        )
        catalog = offered_by(settings)
        commands = [Offer(word, word, each.help) for word, each in catalog.commands.items() if not each.admin_only]
        actions = [Offer(action, each.label, each.help) for action, each in catalog.message_actions.items()]
        try:
            archive = build_package(asked, commands, actions)
        except CannotPackage as problem:
            raise UserFacingError(f"{problem} Nothing was written.") from problem
        try:
            out.write_bytes(archive)
        except OSError as error:
            raise UserFacingError(f"{out} cannot be written: {error.strerror}. Nothing was written.") from error
    result(str(out))
    note(f"Upload it in the Teams admin center: Teams apps, Manage apps, Upload new app. It is for {asked.url}.")
