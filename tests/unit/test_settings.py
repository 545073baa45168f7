import re
from pathlib import Path

import pytest
from pydantic import AliasChoices, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from bot.settings import STARTER, Settings

CONFIGURATION = Path(__file__).parents[2] / "docs" / "configuration.md"
SHOWN_DEFAULTS = {
    "starter": "`examples/starter`",
    "admins": '`["web:admin"]`',
    "oidc_domains": "none",
    "curators": "none",
}


def settings(**values: object) -> Settings:
    return Settings.model_validate(values)


@pytest.mark.parametrize("field", ["database_url", "starter", "secret"])
def test_a_variable_set_to_nothing_means_none(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"GUILDHALL_{field.upper()}", "")
    assert getattr(Settings(_env_file=None), field) is None


def test_the_starter_is_found_from_any_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings().starter == STARTER
    assert STARTER.is_dir()


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValidationError):
        settings().port = 1


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_that_cannot_be_is_refused(port: int) -> None:
    with pytest.raises(ValidationError):
        settings(port=port)


@pytest.mark.parametrize(("host", "loopback"), [("127.0.0.1", True), ("::1", True), ("192.0.2.7", False), ("", False)])
def test_only_loopback_counts_as_loopback(host: str, loopback: bool) -> None:
    assert settings(host=host).is_loopback is loopback


def test_sqlite_in_home_unless_a_database_is_named(tmp_path: Path) -> None:
    assert settings(home=tmp_path).database == f"sqlite:///{tmp_path.resolve() / 'guildhall.db'}"
    assert settings(database_url=SecretStr("postgresql://db/guildhall")).database == "postgresql://db/guildhall"


@pytest.mark.parametrize(
    ("cloud", "host"),
    [("public", "https://login.microsoftonline.com"), ("gcc-high", "https://login.microsoftonline.us")],
)
def test_entra_id_is_where_the_cloud_has_it(cloud: str, host: str) -> None:
    assert settings(teams_cloud=cloud).entra == host
    with pytest.raises(ValidationError):
        settings(teams_cloud="GCC")


def test_a_secret_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least 32 characters") as refused:
        settings(**{"secret": "correct horse"})
    assert "horse" not in str(refused.value)
    assert settings(**{"secret": "x" * 32}).secret is not None


def test_a_time_zone_that_nobody_knows_is_refused() -> None:
    assert settings(time_zone="Europe/Berlin").time_zone == "Europe/Berlin"
    with pytest.raises(ValidationError, match="is no time zone"):
        settings(time_zone="Berlin time")


def test_a_wrong_value_is_not_repeated_in_the_error() -> None:
    with pytest.raises(ValidationError) as caught:
        settings(port="secret-in-the-wrong-variable")
    assert "secret-in-the-wrong-variable" not in str(caught.value)


def row(name: str, field: FieldInfo) -> str:
    known = field.validation_alias
    variable = str(known.choices[0]) if isinstance(known, AliasChoices) else f"GUILDHALL_{name.upper()}"
    default = "" if field.default in (None, "") else f"`{field.default}`"
    return f"| `{variable}` | {SHOWN_DEFAULTS.get(name, default) or 'none'} | {field.description} |"


def test_every_setting_is_documented_as_it_is() -> None:
    documented = CONFIGURATION.read_text(encoding="utf-8")
    rows = [row(name, field) for name, field in Settings.model_fields.items()]
    assert [line for line in rows if line not in documented] == []
    assert len(re.findall(r"^\| `", documented, re.MULTILINE)) == len(rows)
