import os
import socket
from pathlib import Path

import pytest

from bot.chat.errors import UserFacingError
from bot.commands.finding import State
from bot.commands.knowledge_checks import check_database, check_model
from bot.commands.machine_checks import check_disk, check_home, check_port, check_python, check_sign_in, check_sqlite
from bot.settings import Settings
from bot.storage.engine import open_engine
from bot.storage.schema import upgrade_schema


def settings(home: Path, **values: object) -> Settings:
    return Settings.model_validate({"home": home, **values})


def test_an_old_python_fails_with_what_to_do() -> None:
    finding = check_python((3, 10, 4))
    assert finding.state is State.FAIL
    assert "3.11" in finding.advice


def test_an_unsafe_sqlite_is_no_failure_because_the_journal_mode_makes_up_for_it() -> None:
    assert "rollback journal" in check_sqlite((3, 40, 1)).found
    assert "write-ahead" in check_sqlite((3, 52, 0)).found


def test_a_home_that_is_not_there_yet_is_fine_and_stays_unmade(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    assert check_home(settings(home)).state is State.OK
    assert not home.exists()


def test_a_home_below_a_file_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert check_home(settings(tmp_path / "file" / "home")).state is State.FAIL


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_without_the_right_to_write_fails(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert check_home(settings(tmp_path / "home")).state is State.FAIL


@pytest.mark.parametrize(
    ("free", "state"), [(10_000_000, State.FAIL), (500_000_000, State.WARN), (5_000_000_000, State.OK)]
)
def test_disk_space_is_judged_by_what_is_free(tmp_path: Path, free: int, state: State) -> None:
    assert check_disk(settings(tmp_path), free).state is state


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        finding = check_port(settings(tmp_path, port=port))
    assert finding.state is State.WARN
    assert str(port) in finding.found


@pytest.mark.parametrize(
    "values",
    [
        {"slack_bot_token": "xoxb-1"},
        {"slack_bot_token": "xoxb-1", "base_url": "https://guild.example"},
        {"teams_app_id": "a", "teams_tenant_id": "t", "base_url": "https://guild.example"},
    ],
)
def test_chats_whose_people_reach_no_page_are_told_of(tmp_path: Path, values: dict[str, str]) -> None:
    found = check_sign_in(settings(tmp_path, **values))
    assert (found.state, "in chats, sources link to originals" in found.found) == (State.WARN, True)


def test_an_address_beyond_this_machine_needs_a_sign_in(tmp_path: Path) -> None:
    assert check_sign_in(settings(tmp_path)).state is State.OK
    assert check_sign_in(settings(tmp_path, host="192.0.2.7")).state is State.FAIL


def test_a_database_that_is_not_there_yet_is_fine_and_stays_unmade(tmp_path: Path) -> None:
    assert check_database(settings(tmp_path)).state is State.OK
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_its_tables_warns_and_a_migrated_one_is_fine(tmp_path: Path) -> None:
    configured = settings(tmp_path)
    engine = open_engine(configured.database)
    engine.connect().close()
    assert check_database(configured).state is State.WARN
    upgrade_schema(engine)
    engine.dispose()
    assert check_database(configured).state is State.OK


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bob:hush",
        "postgresql://bob:hu@sh:hush/guildhall",
        "mysql://bob:hush@db/guildhall",
        "hush",
        "postgresql://127.0.0.1:1/guildhall?password=hush",
    ],
)
def test_a_mistyped_database_address_is_not_repeated(tmp_path: Path, url: str) -> None:
    finding = check_database(settings(tmp_path, database_url=url))
    assert finding.state is State.FAIL
    assert "hush" not in f"{finding.found}{finding.advice}"
    if "password=" not in url:
        with pytest.raises(UserFacingError) as refused:
            open_engine(url)
        assert "hush" not in str(refused.value)


def test_a_database_that_cannot_be_reached_fails_without_showing_the_password(tmp_path: Path) -> None:
    url = "postgresql://guildhall:hunter2@127.0.0.1:1/guildhall?connect_timeout=2"
    finding = check_database(settings(tmp_path, database_url=url))
    assert finding.state is State.FAIL
    assert "hunter2" not in finding.found + finding.advice


def test_the_model_that_comes_with_it_is_as_published(tmp_path: Path) -> None:
    assert check_model(settings(tmp_path)).state is State.OK
