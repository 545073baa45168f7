from hypothesis import given
from hypothesis import strategies as st

from indexer.formats.runs import Run, write_runs
from knowledge.inline import links, plain_text

texts = st.text("ab *_`[]()<>&!\\#.\n", max_size=8)
runs = st.builds(Run, texts, st.sampled_from(["", "strong", "em", "code"]), st.sampled_from(["", "a.md", "x y(1).md"]))


@given(st.lists(runs, max_size=6))
def test_written_runs_read_as_the_words_of_the_runs(parts: list[Run]) -> None:
    written = plain_text(write_runs(parts))
    assert "".join(written.split()) == "".join("".join(run.text for run in parts).split())


def test_marks_and_links_are_written_with_spaces_outside() -> None:
    parts = [Run("See "), Run(" the ", "strong"), Run("guide ", "", "a b.md"), Run("now", "code")]
    assert write_runs(parts) == "See **the** [guide](<a b.md>) `now`"


def test_an_address_that_runs_code_is_no_link() -> None:
    assert links(write_runs([Run("x", "", "JavaScript:alert(1)")])) == []
