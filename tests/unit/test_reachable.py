import pytest

from bot.bootstrap.parts import reachable_at
from bot.settings import Settings


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({"base_url": "https://guild.example/", "port": 0}, "https://guild.example"),
        ({"host": "127.0.0.1", "port": 8080}, "http://127.0.0.1:8080"),
        ({"host": "::1", "port": 8080}, "http://[::1]:8080"),
        ({"host": "::", "port": 80}, "http://localhost:80"),
        ({"port": 0}, ""),
    ],
)
def test_links_in_chats_lead_to_where_the_page_is_served(values: dict[str, object], address: str) -> None:
    assert reachable_at(Settings.model_validate(values)) == address
