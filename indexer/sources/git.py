"""A git repository, cloned shallow into our own folder."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from indexer.formats.parsed import Meta
from indexer.sources.folder import Folder
from indexer.sources.source import Refused, SourceFile, SourceUnavailable

_REMOTE = re.compile(r"(?:https://[\w.-]+(?::\d+)?/|ssh://[\w@.-]+(?::\d+)?/|[\w.-]+@[\w.-]+:)[\w./~+-]+")
_HOSTED = re.compile(r"(?:https://|ssh://git@|git@)(?P<host>[\w.-]+)[:/](?P<path>[\w./-]+?)(?:\.git)?/?")
_REF = re.compile(r"[A-Za-z0-9][\w./-]*")
_SECONDS = 600
MAX_FILES = 200_000
MAX_BYTES = 5 * 2**30


def is_remote(address: str) -> bool:
    """Whether it is an https or ssh address of a repository."""
    return bool(_REMOTE.fullmatch(address))


class GitRepository:
    """`remote` is https or ssh, or a local path when `allow_local` says that an admin gave it."""

    def __init__(
        self,
        name: str,
        remote: str,
        checkout: Path,
        *,
        ref: str = "HEAD",
        subfolder: str = "",
        exclude: Sequence[str] = (),
        defaults: Meta | None = None,
        allow_local: bool = False,
    ) -> None:
        self.name = name
        self.defaults: Meta = defaults or {}
        self._remote = remote
        self._checkout = checkout
        self._ref = ref
        self._subfolder = subfolder
        self._exclude = exclude
        self._allow_local = allow_local

    def files(self, cancelled: Callable[[], bool]) -> Iterator[SourceFile | Refused]:
        commit = self._update()
        root = (self._checkout / self._subfolder).resolve()
        if not root.is_relative_to(self._checkout.resolve()):
            raise SourceUnavailable(f"{self._subfolder} leads out of the repository.")
        page = page_at_commit(self._remote, commit)
        prefix = f"{self._subfolder.strip('/')}/" if self._subfolder.strip("/") else ""
        folder = Folder(
            self.name,
            root,
            exclude=self._exclude,
            url_of=lambda path: f"{page}/{prefix}{path}".replace(" ", "%20") if page else "",
        )
        yield from folder.files(cancelled)

    def _update(self) -> str:
        """Fetches and checks out; returns the commit."""
        is_local = self._allow_local and Path(self._remote).is_dir()
        if not is_local and not is_remote(self._remote):
            raise SourceUnavailable(f"{self._remote} is no https or ssh address of a repository.")
        if not _REF.fullmatch(self._ref):
            raise SourceUnavailable(f"{self._ref} is no name of a branch, tag or commit.")
        remote = str(Path(self._remote).resolve()) if is_local else self._remote
        if not (self._checkout / ".git").is_dir():
            self._checkout.mkdir(parents=True, exist_ok=True)
            self._git("init", "--quiet", is_local=is_local)
        self._git("fetch", "--quiet", "--depth=1", "--no-tags", "--force", "--", remote, self._ref, is_local=is_local)
        self._check_size(is_local=is_local)
        self._git("checkout", "--quiet", "--force", "--detach", "FETCH_HEAD", is_local=is_local)
        self._git("clean", "--quiet", "-ffdx", is_local=is_local)
        return self._git("rev-parse", "HEAD", is_local=is_local).strip()

    def _check_size(self, *, is_local: bool) -> None:
        """A few kilobytes of trees can name billions of files: counted before they are written."""
        files = size = 0
        with subprocess.Popen(
            self._command("ls-tree", "-r", "-l", "FETCH_HEAD"),
            env=_environment(is_local=is_local),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as listing:
            for line in listing.stdout or ():
                stated = line.partition(b"\t")[0].split()[-1]
                files, size = files + 1, size + (int(stated) if stated.isdigit() else 0)
                if files > MAX_FILES or size > MAX_BYTES:
                    listing.kill()
                    raise SourceUnavailable(
                        f"{self._remote} holds more than {MAX_FILES:,} files or {MAX_BYTES // 2**30} GB."
                    )

    def _command(self, *arguments: str) -> list[str]:
        safe = ("core.hooksPath=/dev/null", "core.symlinks=false", "core.fsmonitor=false", "protocol.ext.allow=never")
        options = [part for setting in safe for part in ("-c", setting)]
        git = shutil.which("git")
        if git is None:
            raise SourceUnavailable("git is not installed on this machine.")
        return [git, "-C", str(self._checkout), *options, *arguments]

    def _git(self, *arguments: str, is_local: bool) -> str:
        try:
            done = subprocess.run(
                self._command(*arguments),
                env=_environment(is_local=is_local),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise SourceUnavailable(f"{self._remote} did not answer within {_SECONDS // 60} minutes.") from None
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["no reason given"]
            raise SourceUnavailable(f"git could not read {self._remote}: {lines[-1][:300]}")
        return done.stdout


def _environment(*, is_local: bool) -> dict[str, str]:
    """Nobody is asked for anything, no configuration but ours, no protocol that runs a command."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME", "/nonexistent"),  # for ssh's keys
        **({"SSH_AUTH_SOCK": os.environ["SSH_AUTH_SOCK"]} if "SSH_AUTH_SOCK" in os.environ else {}),
        "LC_ALL": "C.UTF-8",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "/bin/false",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_ALLOW_PROTOCOL": "file" if is_local else "https:ssh",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oStrictHostKeyChecking=accept-new -oConnectTimeout=20",
    }


def page_at_commit(remote: str, commit: str) -> str:
    """Where GitHub, GitLab and their like show the files of a commit; empty for other hosts."""
    found = _HOSTED.fullmatch(remote)
    if not found:
        return ""
    if "gitlab" in found["host"]:
        return f"https://{found['host']}/{found['path']}/-/blob/{commit}"
    if "bitbucket" in found["host"]:
        return f"https://{found['host']}/{found['path']}/src/{commit}"
    if any(name in found["host"] for name in ("github", "gitea", "forgejo", "codeberg")):
        return f"https://{found['host']}/{found['path']}/blob/{commit}"
    return ""
