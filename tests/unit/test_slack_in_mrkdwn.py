"""What is typed in Slack, in plain words."""

import pytest

from bot.platforms.slack.mrkdwn import TEXT_LIMIT, mentions, plain_words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("<@UBOT> how do I renew?", "how do I renew?"),
        ("<@UBOT|guildhall>: how?", "how?"),
        ("hey <@UBOT> how?", "hey how?"),
        ("ask <@U5|dana> or <@U6>", "ask @dana or @colleague"),
        ("see <#C1|sales> and <#C2> and <#C3|>", "see #sales and #channel and #channel"),
        ("<!here> <!channel> <!subteam^S1|@experts> <!subteam^S1>", "@here @channel @experts @subteam"),
        ("<!date^1392734382^{date}|18 Feb 2014>", "18 Feb 2014"),
        ("<https://example.com>", "https://example.com"),
        ("<https://example.com|https://example.com>", "https://example.com"),
        ("<https://example.com/x|the page>", "the page (https://example.com/x)"),
        ("<mailto:a@example.com|a@example.com> <tel:555|555>", "a@example.com 555"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("&lt;@UBOT&gt; is escaped", "<@UBOT> is escaped"),
        ("1 &lt; 2 &gt; 0", "1 < 2 > 0"),
        ("<> <|> <@> <!> <#>", "<> @colleague @ #channel"),
        ("  two   spaces\n  stay  ", "two   spaces\n  stay"),
        ("", ""),
    ],
)
def test_escapes_become_words(typed: str, words: str) -> None:
    assert plain_words(typed, "UBOT") == words


def test_no_more_is_read_than_slack_sends() -> None:
    assert len(plain_words("<" * 10 * TEXT_LIMIT)) == TEXT_LIMIT


def test_only_the_one_who_is_called_is_mentioned() -> None:
    assert mentions("<@U1> and <@U2|x>", "U1")
    assert mentions("<@U1> and <@U2|x>", "U2")
    assert not mentions("<@U12>", "U1")
    assert not mentions("<@>", "")
