"""Review remarks made twice have become checks."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import dev
from indexer.formats.markdown import parse_markdown
from knowledge.document import Heading

ROOT = Path(dev.__file__).parent
LONGEST = 400
FORBIDDEN_NAMES = {"util", "utils", "helper", "helpers", "manager", "managers", "service", "services", "data"}
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
SILENCED = re.compile(r"#\s*(?:type:\s*ignore|no" + r"qa|pragma:\s*no\s*cover|TO" + r"DO|FIX" + r"ME|XXX)\b")


def our_files(*endings: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    paths = [ROOT / name for name in sorted(set(listed)) if name.endswith(endings)]
    return [path for path in paths if "vendor" not in path.parts and path.exists()]


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in our_files(".py", ".js", ".css")}
    assert {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > LONGEST} == {}


def test_modules_carry_the_names_of_the_field() -> None:
    paths = [path.relative_to(ROOT) for path in our_files(".py", ".js", ".css")]
    named = [str(path) for path in paths if FORBIDDEN_NAMES & set(re.split(r"[/\\_.-]", str(path).lower()))]
    assert named == []


def test_no_check_is_silenced_and_nothing_is_left_for_later() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in our_files(".py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if SILENCED.search(line)
    ]
    assert found == []


def test_errors_are_caught_broadly_only_where_work_comes_in() -> None:
    broad = re.compile(r"^\s*except(?: \(?(?:Base)?Exception\b.*)?:", re.MULTILINE)
    paths = [path.relative_to(ROOT) for path in our_files(".py") if broad.search(path.read_text(encoding="utf-8"))]
    assert {path.as_posix() for path in paths if path.parts[0] != "tests"} == {
        "bot/dashboard/failures.py",
        "bot/dispatcher.py",
        "bot/features/indexing/runner.py",
        "bot/relay.py",
        "bot/storage/worker.py",
        "bot/timekeeper.py",
    }


def test_nothing_posts_but_the_messengers_that_the_relay_holds() -> None:
    posts = re.compile(r'"chat\.[A-Za-z]+"|\bchat_[a-z]+[A-Z]\w*\(|response_url|\b_?connector\.(?:send|update)\(')
    paths = [path.relative_to(ROOT) for path in our_files(".py") if posts.search(path.read_text(encoding="utf-8"))]
    assert {path.as_posix() for path in paths if path.parts[0] == "bot"} == {
        "bot/platforms/slack/manifest.py",  # it names every method, for the scopes
        "bot/platforms/slack/messenger.py",
        "bot/platforms/slack/stream.py",
        "bot/platforms/teams/messenger.py",
    }


def test_imports_keep_their_contracts() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    linted = subprocess.run([command, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("kind", ["run", "test"])
def test_lock_files_match_pyproject(kind: str) -> None:
    text = (ROOT / "requirements" / f"{kind}.lock").read_text(encoding="utf-8")
    recorded = re.search(r"^# requirements: sha256:([0-9a-f]{64})$", text, re.MULTILINE)
    assert recorded is not None
    assert recorded[1] == dev.requirements_digest(kind), "pyproject.toml changed: run `python3 dev.py lock`"


@pytest.mark.parametrize("name", ["run", "test", "model"])
def test_lock_files_name_hashes_and_nothing_of_the_machine_that_made_them(name: str) -> None:
    lines = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    shape = re.compile(r"(?:[A-Za-z0-9._-]+==[^\s;/]+(?: ; [^/]+?)?(?: \\)?|    --hash=sha256:[0-9a-f]{64}(?: \\)?)")
    one_line = re.compile(r"[a-z0-9-]+==[0-9.]+ --hash=sha256:[0-9a-f]{64}")
    assert [line for line in wanted if not shape.fullmatch(line) and not one_line.fullmatch(line)] == []
    packages = [line for line in wanted if not line.startswith(" ")]
    assert [line for line in packages if line.startswith(("torch", "nvidia-", "triton"))] == []
    assert [line for line in packages if "--hash" not in line and not line.endswith("\\")] == []


@pytest.mark.parametrize("package", ["faiss-cpu", "psycopg-binary", "onnxruntime", "tokenizers"])
def test_compiled_packages_are_locked_for_more_than_one_platform(package: str) -> None:
    text = (ROOT / "requirements" / "run.lock").read_text(encoding="utf-8")
    block = re.search(rf"(?m)^{package}==.*\n(?:    --hash=.*\n)+", text)
    assert block is not None
    assert block[0].count("--hash=") > 4


def test_the_readme_begins_with_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first_block = readme.split("```", 2)[1]
    assert "python3 dev.py run" in first_block
    assert "python3 dev.py test" in first_block


def test_links_between_our_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in our_files(".md")
        for target in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8")))
        if not re.match(r"[a-z]+:", target) and not leads_somewhere(page, target)
    ]
    assert broken == []


def leads_somewhere(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = (page.parent / path) if path else page
    if not anchor or file.suffix != ".md":
        return file.exists()
    return file.exists() and anchor in {block.anchor for block in headings(file)}


def headings(file: Path) -> list[Heading]:
    blocks = parse_markdown(f"# Title\n\n{file.read_text(encoding='utf-8')}").blocks
    return [block for block in blocks if isinstance(block, Heading)]


def test_the_page_on_dependencies_names_each_of_them() -> None:
    page = (ROOT / "docs/decisions/0002-dependencies.md").read_text(encoding="utf-8")
    wanted = [re.split(r"[^A-Za-z0-9_-]", need, maxsplit=1)[0] for need in dev.project_requirements()["run"]]
    assert [name for name in wanted if not re.search(rf"\b{name}\b", page)] == []


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(name for name in names if names.count(name) > 1) == []
