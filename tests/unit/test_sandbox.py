"""Hostile and broken files: each ends with a reason, and the next file is read."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.formats.parsed import Unparsable, Unsupported
from indexer.sandbox import Limits, Sandbox
from indexer.worker import is_code
from knowledge import document
from knowledge.document import Paragraph


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Limits(seconds=3, cpu_seconds=1)) as sandbox:
        yield sandbox


def archive(**parts: bytes | str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/"), content)
    return packed.getvalue()


BOMB = archive(**{"word__document.xml": b"0" * (60 * 2**20)})
XXE = archive(
    **{
        "[Content_Types].xml": "<Types/>",
        "word__document.xml": '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    }
)
UTF16_XXE = archive(**{"word__document.xml": '<?xml version="1.0"?><!DOCTYPE x []><x/>'.encode("utf-16")})
OUTSIDE = archive(**{"..__word__document.xml": "<x/>", "word__document.xml": "<x/>"})
ALIASES = "### YamlMime:FAQ\na: &a [x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)},*{chr(97 + n)},*{chr(97 + n)}]\n" for n in range(9)
)
LOOPING_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9>>endobj\n"
    b"trailer<</Root 1 0 R>>\n"
)


@pytest.mark.parametrize(
    ("path", "content", "reason"),
    [
        ("bomb.docx", BOMB, "packed more than"),
        ("xxe.docx", XXE, "declares entities"),
        ("xxe16.docx", UTF16_XXE, "encoding"),
        ("outside.docx", OUTSIDE, "leads outside"),
        ("other.docx", archive(a="b"), "no Word, PowerPoint or Excel"),
        ("cut.docx", XXE[: len(XXE) // 2], "damaged|no Word"),
        ("old.docx", b"\xd0\xcf\x11\xe0rest", "old or encrypted"),
        ("not.pdf", b"hello", "is not"),
        ("corrupt.pdf", b"%PDF-1.7\n\x00\xff nothing", "damaged PDF|cannot be read|no text"),
        ("looping.pdf", LOOPING_PDF, "damaged PDF|cannot be read|no text|nested|computing time"),
        ("aliases.yml", ALIASES.encode(), "aliases"),
        ("deep.yml", b"### YamlMime:FAQ\na: " + b"[" * 50_000, "nested|invalid YAML|cannot be read|computing time"),
        ("empty.md", b"", "empty"),
        ("blank.txt", b" \n\n ", "empty"),
        ("nul.md", b"a\0b" * 100, "NUL"),
        ("lie.txt", b"\xff\xfea", "UTF-16"),
        ("image.md", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 20, "NUL"),
        ("long.txt", b"a" * (9 * 2**20), "larger than"),
        ("huge.txt", b"a" * (200 * 2**20), "larger than"),
    ],
)
def test_a_hostile_file_ends_with_its_reason(sandbox: Sandbox, path: str, content: bytes, reason: str) -> None:
    with pytest.raises(Unparsable, match=reason):
        sandbox.parse(path, content)
    assert sandbox.parse("next.txt", b"The next one.").blocks == (Paragraph("The next one."),)


@pytest.mark.parametrize(
    "text", ["Grüße aus Köln — 5 °C".encode(enc) for enc in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252")]
)
def test_the_usual_encodings_are_read(sandbox: Sandbox, text: bytes) -> None:
    assert sandbox.parse("a.txt", text).blocks == (Paragraph("Grüße aus Köln — 5 °C"),)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("deep.html", b"<div>" * 100_000 + b"text"),
        ("deep.md", b"> " * 20_000 + b"text"),
        ("marks.md", b"*a _b " * 100_000),
        ("brackets.md", b"[" * 200_000),
        ("line.md", b"word " * 1_000_000),
        ("line.adoc", b"*w* _x_ `y` " * 200_000),
        ("pipes.adoc", b"|===\n" + b"|a" * 300_000 + b"\n|==="),
        ("line.rst", b"*a `b |c " * 100_000),
        ("wide.csv", b"a,b\n" * 500_000),
    ],
)
def test_a_file_made_to_keep_the_parser_busy_costs_a_few_seconds_at_most(
    sandbox: Sandbox, path: str, content: bytes
) -> None:
    try:
        sandbox.parse(path, content)
    except Unparsable as error:
        assert str(error)
    assert sandbox.parse("next.txt", b"The next one.").blocks


def test_what_nothing_reads_is_told_apart_from_what_failed(sandbox: Sandbox) -> None:
    with pytest.raises(Unsupported):
        sandbox.parse("diagram.vsdx", b"x")
    with pytest.raises(Unsupported):
        sandbox.parse("toc.yml", b"- name: x\n")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_the_worker_inherits_no_environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUILDHALL_SECRET", "canary")
    with Sandbox() as fresh:
        fresh.parse("a.txt", b"text")
        worker = fresh._worker
        assert worker is not None
        environment = Path(f"/proc/{worker._process.pid}/environ").read_bytes()
        assert b"GUILDHALL" not in environment


def test_a_parser_may_open_code_and_nothing_else() -> None:
    ours = Path(str(document.__file__))
    checkout = ours.parent.parent
    assert is_code(str(ours))
    assert is_code(pytest.__file__)
    assert not is_code(str(checkout / ".guildhall" / "session.key"))
    assert not is_code(str(checkout / ".env"))
    assert not is_code("/etc/passwd")
    assert not is_code(f"{sys.prefix}-of-somebody-else/secret")


def test_a_parser_may_open_our_own_code_also_where_it_is_not_on_the_path() -> None:
    checkout = str(Path(str(document.__file__)).parent.parent)
    program = (
        f"import sys; sys.path.insert(0, {checkout!r}); import indexer, knowledge; sys.path.remove({checkout!r}); "
        f"from indexer.worker import is_code; print(is_code({checkout!r} + '/indexer/formats/markdown.py'))"
    )
    run = subprocess.run([sys.executable, "-P", "-c", program], cwd="/", capture_output=True, text=True, check=True)
    assert run.stdout == "True\n"
