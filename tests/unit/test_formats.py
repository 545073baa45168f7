"""What each format keeps, through the very process that parses in production."""

import io
import zipfile
from collections.abc import Iterator

import openpyxl
import pytest
from pptx import Presentation
from pptx.util import Inches

from indexer.formats.parsed import Parsed
from indexer.sandbox import Sandbox
from knowledge.document import Block, Code, Heading, ListItem, Paragraph, Table


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def blocks(sandbox: Sandbox, path: str, text: str) -> tuple[Block, ...]:
    return sandbox.parse(path, text.encode()).blocks


PROSE = (
    Heading("Steps", 2, "steps"),
    Paragraph("Read **this** and [that](that.md), then run `go`."),
    ListItem("one", 0, 1),
    ListItem("inner", 1, None),
    ListItem("two", 0, 2),
    Table(("Who", "What"), (("Dana", "sells"), ("Sam", "helps"))),
    Code("x = 1"),
)
MARKDOWN = """# Guide

## Steps
Read **this** and [that](that.md), then run `go`.

1. one
   - inner
2. two

| Who | What |
|---|---|
| Dana | sells |
| Sam | helps |

```
x = 1
```
"""
RST = """Guide
=====

Steps
-----

Read **this** and `that <that.md>`_, then run ``go``.

1. one

   - inner

2. two

==== =====
Who  What
==== =====
Dana sells
Sam  helps
==== =====

::

  x = 1
"""
ASCIIDOC = """= Guide

== Steps

Read *this* and link:that.md[that], then run `go`.

. one
* inner
. two

|===
|Who |What

|Dana |sells
|Sam |helps
|===

----
x = 1
----
"""
HTML = """<!doctype html><html><head><title>Guide – Site</title><style>p{}</style></head><body>
<nav><ul><li>Home</ul></nav><div class="cookie-banner">We use cookies</div>
<main><h1>Guide</h1><h2>Steps</h2><p>Read <b>this</b> and <a href="that.md">that</a>, then run <code>go</code>.</p>
<ol><li>one<ul><li>inner</li></ul></li><li>two</li></ol>
<table><tr><th>Who<th>What<tr><td>Dana<td>sells<tr><td>Sam<td>helps</table><pre>x = 1</pre>
<script>alert(1)</script></main><footer>Imprint</footer></body></html>"""


@pytest.mark.parametrize(
    ("path", "text"),
    [("a.md", MARKDOWN), ("a.rst", RST), ("a.adoc", ASCIIDOC), ("a.html", HTML), ("a.txt", HTML)],
    ids=["markdown", "rst", "asciidoc", "html", "html named txt"],
)
def test_headings_marks_links_lists_tables_and_code_survive(sandbox: Sandbox, path: str, text: str) -> None:
    parsed = sandbox.parse(path, text.encode())
    assert parsed.title == "Guide"
    assert parsed.blocks == PROSE


def test_microsoft_docs_additions_leave_only_what_they_say(sandbox: Sandbox) -> None:
    text = """<!-- hidden -->
[!INCLUDE [banner](includes/banner.md)]

> [!NOTE]
> Mind the gap.

:::image type="content" source="a.png" alt-text="A picture.":::

> [!div class="nextstepaction"]
> [Next](next.md)

### [Windows](#tab/win)
Press start.
***
"""
    assert blocks(sandbox, "a.md", text) == (
        Paragraph("**Note:** Mind the gap."),
        Paragraph("[Next](next.md)"),
        Heading("Windows", 2, "windows"),
        Paragraph("Press start."),
    )


def test_mdx_loses_its_code(sandbox: Sandbox) -> None:
    text = (
        "import Tabs from '@theme/Tabs'\nexport const x = 1\n\n:::tip Shortcut\nUse it.\n:::\n\n{/* note */}\n\nText.\n"
    )
    assert blocks(sandbox, "a.mdx", text) == (Paragraph("**Shortcut:** Use it."), Paragraph("Text."))


def test_sphinx_roles_and_directives_degrade_to_their_text(sandbox: Sandbox) -> None:
    text = """.. toctree::

   other

.. versionadded:: 2.0

.. hint:: Press :kbd:`Ctrl` or see :doc:`the guide </guide>` and |product|.

.. raw:: html

   <script>alert(1)</script>

.. include:: /etc/passwd
"""
    assert blocks(sandbox, "a.rst", text) == (
        Paragraph("**2.0**"),
        Paragraph("**Hint:** Press `Ctrl` or see [the guide](/guide.rst) and product."),
    )


def test_asciidoc_substitutes_attributes_and_ignores_includes(sandbox: Sandbox) -> None:
    text = """:product: Guildhall

include::/etc/passwd[]

NOTE: {product} has kbd:[F1]{nbsp}and <<top,the top>>.

CPU:: a chip
"""
    assert blocks(sandbox, "a.adoc", text) == (
        Paragraph("**Note:** Guildhall has `F1` and [the top](#top)."),
        ListItem("**CPU**: a chip"),
    )


def test_quotation_marks_inside_a_csv_cell_do_not_end_it(sandbox: Sandbox) -> None:
    answer = 'By month, no ""final"", no ""v2"". Two regions, two names.'
    text = f'"Question","Answer","Topic"\n"How is it named?","{answer}","x"\n'
    assert sandbox.parse("a.csv", text.encode()).entries[0].blocks == (
        Paragraph('By month, no "final", no "v2". Two regions, two names.'),
    )


def test_a_csv_with_questions_and_answers_makes_entries(sandbox: Sandbox) -> None:
    parsed = sandbox.parse("a.csv", b"Category;ANSWER;Question\nsla;In **2 h**.;How fast?\n;;\n;no question;\n")
    assert [(entry.title, entry.blocks, entry.topics) for entry in parsed.entries] == [
        ("How fast?", (Paragraph("In **2 h**."),), ("sla",))
    ]


def test_sheets_become_entries_or_tables(sandbox: Sandbox) -> None:
    book = openpyxl.Workbook()
    faq = book.active
    assert faq is not None
    faq.title = "FAQ"
    for row in (("Frage", "Antwort"), ("Wie?", "So.")):
        faq.append(row)
    prices = book.create_sheet("Prices")
    for row in (("Item", "Price"), ("A", 3), ("B", 4.5)):
        prices.append(row)
    packed = io.BytesIO()
    book.save(packed)
    parsed = sandbox.parse("a.xlsx", packed.getvalue())
    assert [entry.title for entry in parsed.entries] == ["Wie?"]
    assert parsed.blocks == (Heading("Prices", 2, "prices"), Table(("Item", "Price"), (("A", "3"), ("B", "4.5"))))


def test_a_slide_is_a_section_with_its_notes(sandbox: Sandbox) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Renewals"
    slide.placeholders[1].text = "Start early\nAsk Dana"
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(4), Inches(4), Inches(1)).table
    for row, column, text in ((0, 0, "Day"), (0, 1, "Step"), (1, 0, "90"), (1, 1, "Review")):
        table.cell(row, column).text = text
    slide.notes_slide.notes_text_frame.text = "Say it slowly."
    packed = io.BytesIO()
    deck.save(packed)
    parsed = sandbox.parse("a.pptx", packed.getvalue())
    assert parsed.blocks == (
        Heading("Renewals", 2, "slide-1"),
        ListItem("Start early"),
        ListItem("Ask Dana"),
        Table(("Day", "Step"), (("90", "Review"),)),
        Paragraph("**Notes:** Say it slowly."),
    )


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"


def a_docx(body: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/word/document.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        file.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{OFFICE}/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        file.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
    return packed.getvalue()


def word_paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def test_word_keeps_paragraphs_and_tables(sandbox: Sandbox) -> None:
    cells = [f"<w:tc>{word_paragraph(text)}</w:tc>" for text in ("Day", "Step", "90", "Review")]
    table = f"<w:tbl><w:tr>{cells[0]}{cells[1]}</w:tr><w:tr>{cells[2]}{cells[3]}</w:tr></w:tbl>"
    parsed = sandbox.parse("a.docx", a_docx(word_paragraph("First words.") + table))
    assert parsed.blocks == (
        Paragraph("First words."),
        Table(("Day", "Step"), (("90", "Review"),)),
    )


def a_pdf(*pages: list[str]) -> bytes:
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for lines in pages:
        drawn = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
        stream = f"BT /F1 12 Tf 72 720 Td {drawn}ET".encode()
        objects.append(b"<</Length %d>>stream\n%b\nendstream" % (len(stream), stream))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
            % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Kids[%b]/Count %d>>" % (b" ".join(kids), len(kids))
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%b\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))


def test_pdf_pages_are_sections_without_running_heads_and_hyphens(sandbox: Sandbox) -> None:
    topics = ("sales", "service", "marketing")
    pages = [
        ["Halden handbook", f"On {topic} and its cus-", "tomers.", f"The {topic} lead decides.", f"Page {n} of 3"]
        for n, topic in enumerate(topics, 1)
    ]
    parsed: Parsed = sandbox.parse("a.pdf", a_pdf(*pages))
    assert parsed.blocks == tuple(
        block
        for n, topic in enumerate(topics, 1)
        for block in (
            Heading(f"Page {n}", 2, f"page-{n}"),
            Paragraph(f"On {topic} and its customers."),
            Paragraph(f"The {topic} lead decides."),
        )
    )


def test_anchors_are_githubs_and_unique(sandbox: Sandbox) -> None:
    found = blocks(sandbox, "a.md", "x y z\n\n## What's new?\n\n## What's new?\n\n## C++ & Go {#langs}\n")
    assert [block.anchor for block in found if isinstance(block, Heading)] == ["whats-new", "whats-new-1", "langs"]
