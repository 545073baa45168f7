"""The quick half; ``deploy/replay_dockerfile.py`` replays the steps."""

import json
import re
from pathlib import Path

from deploy.replay_dockerfile import PACKAGES, ROOT, Replay, instructions

STEPS = list(instructions((ROOT / "Dockerfile").read_text(encoding="utf-8")))


def test_every_copied_path_is_there() -> None:
    copied = [
        argument.split()[:-1] for name, argument in STEPS if name == "COPY" and not argument.startswith("--from=")
    ]
    paths = [ROOT / path for paths in copied for path in paths]
    assert [str(path) for path in paths if not path.exists()] == []


def test_every_package_is_in_the_image() -> None:
    copied = {argument.split()[0] for name, argument in STEPS if name == "COPY"}
    assert set(PACKAGES) <= copied


def test_it_runs_without_rights_and_checks_its_own_health() -> None:
    assert ("USER", "guildhall") in STEPS
    health = next(argument for name, argument in STEPS if name == "HEALTHCHECK")
    assert "/healthz" in json.loads(health.partition("CMD ")[2])[-1]


def test_packages_come_with_hashes_only() -> None:
    installs = [argument for name, argument in STEPS if name == "RUN" and "pip install" in argument]
    assert installs
    assert all("--require-hashes" in line or "--no-index" in line for line in installs)


def test_paths_of_the_image_are_kept_under_one_root_when_replayed(tmp_path: Path) -> None:
    replay = Replay(tmp_path, tmp_path)
    placed = replay.place("/opt/guildhall/bin/pip -r requirements/run.lock http://127.0.0.1/healthz")
    assert placed == f"{replay.root}/opt/guildhall/bin/pip -r requirements/run.lock http://127.0.0.1/healthz"


def test_the_compose_files_publish_nothing_beyond_this_machine() -> None:
    for file in (ROOT / "deploy").glob("compose*.yaml"):
        ports = re.findall(r'^\s+- "([^"]*\d+:\d+)"', file.read_text(encoding="utf-8"), re.MULTILINE)
        assert all(port.startswith("127.0.0.1:") for port in ports)
