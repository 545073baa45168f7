"""The app package: what is in it, and what Microsoft's own schema says of it."""

import io
import json
import os
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.chat.errors import UserFacingError
from bot.platforms.teams.package import SCHEMA, CannotPackage, Offer, Package, build_manifest, build_package

ROOT = Path(__file__).parents[2]
APP_ID = "11111111-2222-4333-8444-555555555555"
PACKAGE = Package(APP_ID, "https://guildhall.example.com/", "0.1.0", "/teams/tab", "/teams/configure")
COMMANDS = [Offer("help", "help", "what you can ask and do here"), Offer("mine", "mine", "what you have asked")]
ACTIONS = [Offer("faq.save", "Save as FAQ", "keep a good answer as a FAQ draft")]

# Node, with npm's @microsoft/app-manifest@1.1.2 and ajv-draft-04@1 in this folder's node_modules.
NODE_MODULES = Path(os.environ.get("GUILDHALL_TEST_NODE_MODULES", ROOT / "node_modules"))
SCHEMA_FILE = NODE_MODULES / f"@microsoft/app-manifest/build/json-schemas/teams/v{SCHEMA}/MicrosoftTeams.schema.json"
VALIDATE = """
const {readFileSync} = require("fs"); const Ajv = require("ajv-draft-04");
const check = new Ajv({strict: false, validateFormats: false}).compile(JSON.parse(readFileSync(process.argv[1])));
console.log(check(JSON.parse(readFileSync(0))) ? "valid" : JSON.stringify(check.errors));
"""


def unpacked(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def png_header(content: bytes) -> tuple[int, int, int]:
    """Width, height and colour type, of which 4 and 6 have transparency."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, _, kind = struct.unpack(">IIBB", content[16:26])
    return width, height, kind


def test_the_archive_holds_the_manifest_and_both_icons_at_its_top() -> None:
    files = unpacked(build_package(PACKAGE, COMMANDS, ACTIONS))
    assert set(files) == {"manifest.json", "color.png", "outline.png"}
    assert png_header(files["color.png"])[:2] == (192, 192)
    assert png_header(files["outline.png"]) == (32, 32, 6)
    assert json.loads(files["manifest.json"]) == build_manifest(PACKAGE, COMMANDS, ACTIONS)
    assert build_package(PACKAGE, COMMANDS, ACTIONS) == build_package(PACKAGE, COMMANDS, ACTIONS)


def test_the_manifest_names_the_bot_its_commands_and_its_pages() -> None:
    manifest = build_manifest(PACKAGE, COMMANDS, ACTIONS)
    assert manifest["id"] == APP_ID
    assert manifest["validDomains"] == ["guildhall.example.com"]
    assert manifest["webApplicationInfo"] == {"id": APP_ID, "resource": f"api://guildhall.example.com/botid-{APP_ID}"}
    [bot] = manifest["bots"]
    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert [each["title"] for each in bot["commandLists"][0]["commands"]] == ["help", "mine"]
    [extension] = manifest["composeExtensions"]
    assert [(each["id"], each["type"]) for each in extension["commands"]] == [
        ("search", "query"),
        ("faq.save", "action"),
    ]
    assert extension["commands"][1]["context"] == ["message"]
    assert manifest["staticTabs"][1]["contentUrl"] == "https://guildhall.example.com/teams/tab"
    assert manifest["configurableTabs"][0]["configurationUrl"] == "https://guildhall.example.com/teams/configure"
    assert "//teams" not in json.dumps(manifest).replace("json-schemas//", "")


def test_texts_stay_within_what_teams_shows() -> None:
    many = [
        Offer(f"feature.action_{n}", "A very long label indeed, longer than it may be", "x" * 400) for n in range(30)
    ]
    manifest = build_manifest(Package(**{**as_fields(PACKAGE), "name": "N" * 99, "developer": "D" * 99}), many, many)
    assert len(manifest["name"]["short"]) <= 30
    assert len(manifest["name"]["full"]) <= 100
    assert len(manifest["description"]["short"]) <= 80
    assert len(manifest["developer"]["name"]) <= 32
    assert len(manifest["bots"][0]["commandLists"][0]["commands"]) == 10
    commands = manifest["composeExtensions"][0]["commands"]
    assert len(commands) == 10
    assert all(len(each["title"]) <= 32 and len(each["description"]) <= 128 for each in commands)


def as_fields(package: Package) -> dict[str, object]:
    return {name: getattr(package, name) for name in Package.__slots__}


def test_nobody_is_asked_for_every_message_where_only_mentions_count() -> None:
    def asked(listens: bool) -> list[str]:
        manifest = build_manifest(Package(**{**as_fields(PACKAGE), "listens": listens}), [], [])
        return [each["name"] for each in manifest["authorization"]["permissions"]["resourceSpecific"]]

    assert asked(True) == ["ChannelMessage.Read.Group", "ChatMessage.Read.Chat"]
    assert asked(False) == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"app_id": ""}, "MicrosoftAppId"),
        ({"app_id": "guildhall"}, "not an id"),
        ({"url": ""}, "not none"),
        ({"url": "http://guildhall.example.com"}, "https"),
        ({"url": "https://"}, "https"),
        ({"url": "https://a@evil.example"}, "https"),
        ({"privacy_url": "ftp://x"}, "--privacy-url"),
        ({"version": "2"}, "three numbers"),
    ],
)
def test_what_is_missing_is_said(changed: dict[str, str], says: str) -> None:
    with pytest.raises(CannotPackage, match=says):
        build_manifest(Package(**{**as_fields(PACKAGE), **changed}), [], [])


@pytest.mark.skipif(
    shutil.which("node") is None or not SCHEMA_FILE.exists(),
    reason="needs node with @microsoft/app-manifest and ajv-draft-04; GUILDHALL_TEST_NODE_MODULES says where",
)
@pytest.mark.parametrize("listens", [True, False])
def test_the_manifest_is_valid_for_microsoft(listens: bool) -> None:
    manifest = build_manifest(Package(**{**as_fields(PACKAGE), "listens": listens}), COMMANDS, ACTIONS)
    judged = subprocess.run(
        ["node", "-e", VALIDATE, str(SCHEMA_FILE)],
        input=json.dumps(manifest),
        env={**os.environ, "NODE_PATH": str(NODE_MODULES)},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert judged.stdout.strip() == "valid"


def test_the_command_writes_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MicrosoftAppId", APP_ID)
    monkeypatch.setenv("MicrosoftAppTenantId", APP_ID)
    ended = CliRunner().invoke(
        app, ["teams", "package", "--url", "https://guildhall.example.com", "--out", str(tmp_path / "app.zip")]
    )
    assert ended.exit_code == 0, ended.output
    manifest = json.loads(unpacked((tmp_path / "app.zip").read_bytes())["manifest.json"])
    titles = {each["title"] for each in manifest["bots"][0]["commandLists"][0]["commands"]}
    assert "help" in titles
    assert "reindex" not in titles
    assert "Save as FAQ" in {each["title"] for each in manifest["composeExtensions"][0]["commands"]}
    assert not (tmp_path / ".guildhall").exists()


def test_the_command_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ended = CliRunner().invoke(app, ["teams", "package", "--url", "https://guildhall.example.com"])
    assert isinstance(ended.exception, UserFacingError)
    assert "MicrosoftAppId" in str(ended.exception)
    assert list(tmp_path.glob("*.zip")) == []
