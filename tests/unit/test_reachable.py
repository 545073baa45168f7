import pytest

from bot.bootstrap.parts import reachable_at
from bot.settings import Settings

OIDC = {"oidc_issuer": "https://id.example", "oidc_client_id": "c"}


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({"base_url": "https://guild.example/", **OIDC}, "https://guild.example"),
        ({"host": "127.0.0.1", "port": 8080}, "http://127.0.0.1:8080"),
        ({"host": "::1", "port": 8080, "teams_playground": True}, "http://[::1]:8080"),
        ({"port": 0}, ""),
        ({"slack_bot_token": "xoxb-1"}, ""),
        ({"slack_bot_token": "xoxb-1", "base_url": "http://127.0.0.1:8080"}, "http://127.0.0.1:8080"),
        ({"slack_bot_token": "xoxb-1", "base_url": "https://guild.example"}, ""),
        ({"teams_app_id": "a", "teams_tenant_id": "t", "base_url": "https://guild.example"}, ""),
    ],
)
def test_links_in_chats_lead_to_the_page_where_people_reach_it(values: dict[str, object], address: str) -> None:
    assert reachable_at(Settings.model_validate(values)) == address
