import ast
import json
import re
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from bot.__main__ import app
from bot.platforms.slack import manifest
from bot.platforms.slack.manifest import EVENTS, METHODS, SCOPES, ManifestOptions, Shortcut, build_manifest

ROOT = Path(__file__).parent.parent.parent
SLACK = ROOT / "bot" / "platforms" / "slack"
METHOD = re.compile(
    r"(?:agents|assistant|auth|bots|chat|conversations|files|oauth|reactions|team|users|views)\.[A-Za-z0-9.]+"
)
OTHER_EVENTS = {"app_context_changed", "assistant_thread_context_changed", "member_joined_channel", "link_shared"}
OTHER_EVENTS |= {
    "channel_archive",
    "channel_rename",
    "team_join",
    "user_change",
    "user_profile_changed",
}
NO_METHOD_NEEDS = {"commands"}


def constants() -> Iterator[str]:
    for file in SLACK.glob("*.py"):
        if file.name != "manifest.py":
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def test_every_method_that_is_called_stands_in_the_table_and_no_other() -> None:
    assert {value for value in constants() if METHOD.fullmatch(value)} == set(METHODS)


def test_every_event_that_is_handled_is_subscribed_to_and_no_other() -> None:
    known = {event.partition(".")[0] for event in EVENTS}
    written = set(constants())
    assert known <= written
    assert not OTHER_EVENTS & written


def test_every_scope_is_needed_and_none_is_missing() -> None:
    needed = {scope for scopes in (*METHODS.values(), *EVENTS.values()) for scope in scopes}
    assert needed | NO_METHOD_NEEDS == set(SCOPES)


def test_every_scope_is_explained_in_the_guide_with_the_same_words() -> None:
    guide = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    for scope, why in SCOPES.items():
        assert f"| `{scope}` | {why} |" in guide


def test_over_http_everything_goes_to_one_address() -> None:
    built = json.dumps(build_manifest(ManifestOptions(url="https://guildhall.example.com/"), (), ("What?",)))
    assert built.count("https://guildhall.example.com/slack/events") == 3
    assert "redirect_urls" not in built


def test_socket_mode_needs_no_address() -> None:
    built = build_manifest(ManifestOptions(socket=True), (), ())
    assert "http" not in json.dumps(built)
    with pytest.raises(ValueError, match="address"):
        build_manifest(ManifestOptions(), (), ())


def test_tokens_rotate_where_workspaces_install_it_by_oauth() -> None:
    built = build_manifest(ManifestOptions(url="https://g.example", distributed=True), (), ())
    assert built["oauth_config"]["redirect_urls"] == ["https://g.example/slack/oauth_redirect"]
    assert built["settings"]["token_rotation_enabled"] is True


@pytest.mark.parametrize("older", [False, True])
def test_the_assistant_is_offered_as_the_workspace_knows_it(older: bool) -> None:
    built = build_manifest(ManifestOptions(socket=True, assistant_view=older), (), ("What?",))
    features, events = built["features"], built["settings"]["event_subscriptions"]["bot_events"]
    assert ("assistant_view" in features, "agent_view" in features) == (older, not older)
    assert ("assistant_thread_started" in events) == older
    assert {"app_home_opened", "message.im"} < set(events)


@pytest.mark.parametrize("socket", [True, False])
def test_nothing_stands_in_it_that_slacks_schema_does_not_name(socket: bool) -> None:
    """Slack refuses what it does not know (schemas/manifest.schema.2.0.0.json of slackapi/manifest-schema)."""
    options = ManifestOptions(url="https://g.example", socket=socket, distributed=True)
    built = build_manifest(options, (Shortcut("a.b", "Do it", "does it"),), ("What?",))
    assert set(built) == {"_metadata", "display_information", "features", "oauth_config", "settings"}
    assert set(built["features"]) <= {"app_home", "bot_user", "agent_view", "shortcuts", "slash_commands"}
    assert set(built["features"]["agent_view"]) <= {"agent_description", "suggested_prompts", "actions"}
    assert set(built["features"]["slash_commands"][0]) <= {
        *("command", "url", "description", "usage_hint", "should_escape")
    }
    assert set(built["features"]["shortcuts"][0]) == {"name", "type", "callback_id", "description"}
    assert set(built["oauth_config"]) <= {"scopes", "redirect_urls"}
    assert set(built["settings"]) <= {
        *("event_subscriptions", "interactivity", "org_deploy_enabled", "socket_mode_enabled", "token_rotation_enabled")
    }
    assert "shortcuts" not in build_manifest(options, (), ())["features"]


def test_what_slack_does_not_take_is_not_printed() -> None:
    with pytest.raises(ValueError, match="24"):
        build_manifest(ManifestOptions(socket=True), (Shortcut("a.b", "x" * 25, "does"),), ())


def test_a_name_that_slack_does_not_take_is_refused_in_words() -> None:
    printed = CliRunner().invoke(app, ["slack", "manifest", "--socket", "--name", "x" * 36])
    assert "1 to 35 characters" in str(printed.exception)


def test_lengths_are_what_slack_takes() -> None:
    assert len(manifest.SHORT) <= 140
    assert 175 <= len(manifest.LONG) <= 4_000
    assert len(manifest.AGENT) <= 300


def test_the_command_prints_the_manifest_that_lies_in_deploy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUILDHALL_HOST", str(IPv4Address(0)))  # as in a container
    printed = CliRunner().invoke(app, ["slack", "manifest", "--socket"], catch_exceptions=False).output
    kept = (ROOT / "deploy" / "slack" / "manifest.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(printed) == yaml.safe_load(kept), (
        "guildhall slack manifest --socket > deploy/slack/manifest.yaml"
    )


def test_the_command_says_what_it_lacks() -> None:
    printed = CliRunner().invoke(app, ["slack", "manifest", "--http", "--url", "http://localhost:8080"])
    assert "https" in str(printed.exception)
