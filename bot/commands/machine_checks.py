"""Checks of the machine: what Python, SQLite, disk, git and the port look like."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from bot.chat.errors import UserFacingError
from bot.commands.finding import Finding, State
from bot.settings import Settings

OLDEST_PYTHON = (3, 11)
LITTLE_SPACE = 1_000_000_000  # bytes: a model, a database and two snapshots of a large library
TOO_LITTLE_SPACE = 200_000_000
SIGN_IN = "Set GUILDHALL_OIDC_ISSUER and its fellows (docs/deployment.md), if people are to open the page."
NO_LINKS = "in chats, sources link to originals on the web, or nowhere"


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> Finding:
    found = ".".join(map(str, version))
    if version < OLDEST_PYTHON:
        return Finding("python", State.FAIL, found, "Install Python 3.11 or newer and run dev.py with it.")
    return Finding("python", State.OK, found)


def check_sqlite(version: tuple[int, ...] | None = None) -> Finding:
    """`version` of the SQLite that the storage takes, asked for where it is not given."""
    from bot.storage.engine import has_wal_reset_fix, sqlite_driver

    if version is None:
        version = sqlite_driver().sqlite_version_info
    found = ".".join(map(str, version))
    if has_wal_reset_fix(version):
        return Finding("sqlite", State.OK, f"{found}, write-ahead log")
    return Finding("sqlite", State.OK, f"{found}, rollback journal, because this version's write-ahead log is not safe")


def check_home(settings: Settings) -> Finding:
    home = settings.home.resolve()
    existing = _nearest_existing(home)
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        advice = "Give this user the right to write there, or set GUILDHALL_HOME to another folder."
        return Finding("home", State.FAIL, f"{home} is not writable", advice)
    return Finding("home", State.OK, str(home) if home.exists() else f"{home}, made at the first start")


def check_disk(settings: Settings, free: int | None = None) -> Finding:
    """`free` in bytes; measured where it is not given."""
    if free is None:
        free = shutil.disk_usage(_nearest_existing(settings.home.resolve())).free
    found = f"{free / 1e9:.1f} GB free"
    if free < TOO_LITTLE_SPACE:
        return Finding(
            "disk", State.FAIL, found, "Free some space: an index that cannot be written is not put in force."
        )
    if free < LITTLE_SPACE:
        return Finding("disk", State.WARN, found, "A large library may need more.")
    return Finding("disk", State.OK, found)


def check_git() -> Finding:
    git = shutil.which("git")
    if git is None:
        return Finding("git", State.WARN, "not found", "Install git if knowledge is to come from git repositories.")
    version = subprocess.run([git, "--version"], check=False, capture_output=True, text=True, timeout=10)
    return Finding("git", State.OK, version.stdout.strip() or git)


def check_port(settings: Settings) -> Finding:
    if settings.port == 0:
        return Finding("port", State.OK, "any free one")
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            found = f"{settings.host}:{settings.port} cannot be had: {error.strerror}"
            advice = "If that is Guildhall itself, all is well; otherwise set GUILDHALL_PORT to another port."
            return Finding("port", State.WARN, found, advice)
    return Finding("port", State.OK, f"{settings.host}:{settings.port} is free")


def check_sign_in(settings: Settings) -> Finding:
    from bot.dashboard.access import Access, access_of

    try:
        access = access_of(settings)
    except UserFacingError as error:
        return Finding("sign-in", State.FAIL, "the page will not start", str(error))
    match access:
        case Access.BY_NAME if settings.has_slack and not settings.base_url:
            return Finding("sign-in", State.WARN, f"by name, on this machine only; {NO_LINKS}", SIGN_IN)
        case Access.BY_NAME:
            return Finding("sign-in", State.OK, "by name, for trying out, on this machine only")
        case Access.OIDC:
            return Finding("sign-in", State.OK, f"with {settings.oidc_issuer}")
        case Access.TEAMS:
            return Finding("sign-in", State.WARN, f"inside Microsoft Teams only; {NO_LINKS}", SIGN_IN)
        case Access.NONE:
            return Finding("sign-in", State.WARN, f"none, so there is no page; {NO_LINKS}", SIGN_IN)


def _nearest_existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
