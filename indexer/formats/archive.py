"""Zip archives that office files are, checked before anything unpacks them."""

import io
import re
import zipfile

from indexer.formats.parsed import Unparsable

MAX_ENTRIES = 5_000
MAX_UNPACKED = 300 * 2**20
MAX_ENTRY = 120 * 2**20
MAX_RATIO = 200
RATIO_FROM = 2**20  # small parts compress well and hurt nobody

_ENCODING = re.compile(rb"""<\?xml[^>]*encoding=["']([\w.-]+)["']""")
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_KNOWN_ENCODINGS = {b"utf-8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"}


def open_archive(content: bytes) -> zipfile.ZipFile:
    """Raises Unparsable for bombs, encryption, paths that lead outside, and XML with entities."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise Unparsable(f"damaged archive: {error}") from error
    if len(entries) > MAX_ENTRIES:
        raise Unparsable(f"archive of {len(entries):,} parts, more than {MAX_ENTRIES:,}")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unparsable("archive unpacks to more than 300 MB")
    for entry in entries:
        _check(entry)
        if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            _check_xml(archive, entry)
    return archive


def _check(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 1:
        raise Unparsable("protected by a password")
    if entry.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", entry.filename):
        raise Unparsable("archive with a path that leads outside of it")
    if entry.file_size > MAX_ENTRY:
        raise Unparsable("archive with a part of more than 120 MB")
    if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise Unparsable(f"archive packed more than {MAX_RATIO} times, as bombs are")


def _check_xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Office files have neither document types nor encodings but UTF-8; both can hide entities."""
    try:
        xml = archive.read(entry)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
        raise Unparsable(f"damaged archive: {error}") from error
    found = _ENCODING.search(xml[:200])
    if b"\0" in xml[:64] or (found and found[1].lower() not in _KNOWN_ENCODINGS):
        raise Unparsable("XML in an encoding that office files do not use")
    if _ENTITIES.search(xml):
        raise Unparsable("XML that declares entities")
