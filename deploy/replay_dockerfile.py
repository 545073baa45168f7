"""Replay the Dockerfile's steps in an empty folder, for machines without a container engine.

    python3 deploy/replay_dockerfile.py

Every absolute path that the Dockerfile names is put under one temporary root; a new stage begins with an empty
root, so a missing COPY shows as it would in a build. What changes the system (apt-get, useradd, USER) is named and
passed over. At the end the image's own command is started and its own health check has to pass.
"""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSED_OVER = ("USER", "VOLUME", "EXPOSE")
SYSTEM_COMMANDS = ("apt-get", "useradd")
START_UP_SECONDS = 90
PACKAGES = ("bot", "indexer", "knowledge", "scheduler")


class ReplayFailed(Exception):
    """A step that would fail in a build, too."""


def instructions(dockerfile: str) -> Iterator[tuple[str, str]]:
    """Name and argument of each instruction, continuation lines joined."""
    joined = re.sub(r"\\\n", " ", re.sub(r"(?m)^#.*\n", "", dockerfile))
    for line in filter(str.strip, joined.splitlines()):
        name, _, argument = line.strip().partition(" ")
        yield name, argument.strip()


class Replay:
    """One build; `root` stands for the file system of the stage that is being built."""

    def __init__(self, work: Path, context: Path) -> None:
        self.work, self.context = work, context
        self.root = work / "root"
        self.stages: list[Path] = []
        self.names: dict[str, int] = {}
        self.environment: dict[str, str] = {}
        self.directory = self.root
        self.command: list[str] = []
        self.health: list[str] = []

    def step(self, name: str, argument: str) -> None:
        if name in PASSED_OVER or (name == "RUN" and argument.startswith(SYSTEM_COMMANDS)):
            say(f"passed over  {name} {argument}")
            return
        say(f"replaying    {name} {argument}")
        match name:
            case "FROM":
                self.begin_stage(argument)
            case "ENV":
                for pair in shlex.split(argument):
                    key, _, value = pair.partition("=")
                    self.environment[key] = self.place(value).replace("$PATH", os.environ["PATH"])
            case "WORKDIR":
                self.directory = Path(self.place(argument))
                self.directory.mkdir(parents=True, exist_ok=True)
            case "COPY":
                self.copy(shlex.split(argument))
            case "RUN":
                self.run(["sh", "-ec", self.place(argument)])
            case "HEALTHCHECK":
                self.health = [self.place(part) for part in json.loads(argument.partition("CMD ")[2])]
            case "CMD":
                self.command = [self.place(part) for part in json.loads(argument)]
            case _:
                raise ReplayFailed(f"{name} is not known here; teach {Path(__file__).name} to replay it.")

    def begin_stage(self, argument: str) -> None:
        if self.root.exists():
            shutil.move(self.root, self.work / f"stage{len(self.stages)}")
            self.stages.append(self.work / f"stage{len(self.stages)}")
        _, _, name = argument.partition(" AS ")
        self.names[name or "last"] = len(self.stages)
        self.root.mkdir()
        self.directory = self.root
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.root / "home")}

    def place(self, text: str) -> str:
        """`text` with its absolute paths moved under the root."""
        return re.sub(r"(?<![\w.:/$}])/(?=(?:opt|srv|build|var)\b)", f"{self.root}/", text)

    def copy(self, words: list[str]) -> None:
        origin = self.context
        if words[0].startswith("--from="):
            origin = self.stages[self.names[words.pop(0).removeprefix("--from=")]]
        *sources, target = words
        into = self.directory / self.place(target)
        for source in sources:
            found = origin / source.lstrip("/")
            if not found.exists():
                raise ReplayFailed(f"COPY {source}: there is no such file in the build's context.")
            if found.is_dir():
                shutil.copytree(found, into, symlinks=True, dirs_exist_ok=True)
            else:
                destination = into / found.name if target.endswith("/") or into.is_dir() else into
                destination.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(found, destination)

    def run(self, command: list[str]) -> None:
        """Runs with the interpreter at hand in the place of the base image's."""
        environment = self.environment | {"PATH": f"{Path(sys.executable).parent}:{self.environment['PATH']}"}
        if subprocess.call(command, cwd=self.directory, env=environment):
            raise ReplayFailed("This step failed, see above.")

    def start(self) -> float:
        """Seconds until the health check passed; the process is stopped again."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        environment = self.environment | {"GUILDHALL_PORT": port}
        began = time.monotonic()
        with subprocess.Popen(self.command, cwd=self.directory, env=environment) as serving:
            try:
                while time.monotonic() - began < START_UP_SECONDS and serving.poll() is None:
                    if subprocess.call(self.health, env=environment, stderr=subprocess.DEVNULL) == 0:
                        return time.monotonic() - began
                    time.sleep(0.5)
            finally:
                serving.terminate()
        raise ReplayFailed(f"The health check did not pass within {START_UP_SECONDS} s, or the command ended before.")

    def check_installed(self) -> None:
        """Every file of the packages has to be in the image: templates and styles are easily left out of a wheel."""
        [installed] = (self.root / "opt/guildhall/lib").glob("python*/site-packages")
        for package in PACKAGES:
            for file in (self.context / package).rglob("*"):
                if file.is_file() and not (installed / file.relative_to(self.context)).is_file():
                    raise ReplayFailed(f"{file.relative_to(self.context)} is not in the wheel; see package-data.")


def tracked_files(into: Path) -> Path:
    """The build's context: what git tracks, as it lies in the working tree, less .dockerignore's dot files."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if not name.startswith((".", "tests/", "docs/")) and (ROOT / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, into / name)
    return into


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Exit code 0 when every step and the health check passed."""
    with tempfile.TemporaryDirectory(prefix="guildhall-replay-") as folder:
        work = Path(folder)
        replay = Replay(work, tracked_files(work / "context"))
        try:
            for name, argument in instructions((ROOT / "Dockerfile").read_text(encoding="utf-8")):
                replay.step(name, argument)
            replay.check_installed()
            say(f"Healthy after {replay.start():.1f} s.")
        except ReplayFailed as failed:
            say(f"\n{failed}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
