"""A picture without what cameras and programs write into it: where and when it was taken, with what, by whom, and small
copies of what it showed before it was cut. Only which way up a JPEG is shown is kept. Pure."""

import struct
from collections.abc import Iterator

PNG, JPEG, RIFF, WEBP = b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"RIFF", b"WEBP"
PNG_SHOWN = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT"})
WEBP_SHOWN = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
EXIF_AND_XMP = 0b1100
"""Flags of a VP8X chunk."""

START, END, SCAN, APP0, APP1, APP2, APP14, APP15, COMMENT = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
JFIF, ICC, EXIF = b"JFIF\0", b"ICC_PROFILE\0", b"Exif\0\0"
ORIENTATION, SHORT = 0x0112, 3


def without_metadata(content: bytes) -> bytes:
    """Raises ValueError for what is no whole PNG, JPEG or WebP."""
    try:
        if content.startswith(PNG):
            return PNG + b"".join(_png_chunks(content))
        if content.startswith(JPEG):
            return JPEG + b"".join(_jpeg_segments(content))
        if content[:4] == RIFF and content[8:12] == WEBP:
            chunks = WEBP + b"".join(_webp_chunks(content))
            return RIFF + struct.pack("<I", len(chunks)) + chunks
    except (struct.error, IndexError) as error:
        raise ValueError("The picture ends too early.") from error
    raise ValueError("That is no picture.")


def _png_chunks(content: bytes) -> Iterator[bytes]:
    at, kind = len(PNG), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, at)
        chunk = _part(content, at, length + 12)
        at += len(chunk)
        if kind in PNG_SHOWN:
            yield chunk


def _webp_chunks(content: bytes) -> Iterator[bytes]:
    at, end = 12, struct.unpack_from("<I", content, 4)[0] + 8
    if end > len(content):
        raise ValueError("The picture ends too early.")
    while at < end:
        kind, length = struct.unpack_from("<4sI", content, at)
        chunk = _part(content, at, length + 8)
        at += length + 8 + length % 2
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~EXIF_AND_XMP]) + chunk[9:]
        if kind in WEBP_SHOWN:
            yield chunk + b"\0" * (length % 2)


def _jpeg_segments(content: bytes) -> Iterator[bytes]:
    """Until the end of the first picture; some cameras append others."""
    at = len(JPEG)
    while True:
        if content[at] != 0xFF:
            raise ValueError("Between two segments stands something else.")
        marker = content[at + 1]
        if marker == 0xFF:  # filled up
            at += 1
            continue
        if marker == END:
            yield bytes((0xFF, END))
            return
        segment = _part(content, at, 2 + struct.unpack_from(">H", content, at + 2)[0])
        at += len(segment)
        if marker == APP1 and (turned := _orientation(segment[4:])) > 1:
            yield _exif(turned)
        if _is_shown(marker, segment[4:]):
            yield segment
        if marker == SCAN:
            begins, at = at, _end_of_scan(content, at)
            yield content[begins:at]


def _is_shown(marker: int, carried: bytes) -> bool:
    if marker == APP2:
        return carried.startswith(ICC)
    if marker == APP0:
        return carried.startswith(JFIF)
    return marker == APP14 or not (APP0 <= marker <= APP15 or marker == COMMENT)


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next segment begins."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0:
            raise ValueError("The picture ends too early.")
        if content[at + 1] not in (0x00, 0xFF) and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 1 if content[at + 1] == 0xFF else 2


def _orientation(carried: bytes) -> int:
    """From 1, as it is stored, to 8."""
    tiff = carried.removeprefix(EXIF)
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or tiff == carried:
        return 1
    try:
        first: int = struct.unpack_from(f"{order}I", tiff, 4)[0]
        number: int = struct.unpack_from(f"{order}H", tiff, first)[0]
        for entry in range(first + 2, first + 2 + number * 12, 12):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if (tag, kind) == (ORIENTATION, SHORT) and 1 <= value <= 8:
                return int(value)
    except struct.error:
        return 1
    return 1


def _exif(orientation: int) -> bytes:
    """A segment that says that and nothing else."""
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, ORIENTATION, SHORT, 1, orientation, 0, 0)
    return struct.pack(">BBH", 0xFF, APP1, 2 + len(EXIF) + len(tiff)) + EXIF + tiff


def _part(content: bytes, at: int, length: int) -> bytes:
    found = content[at : at + length]
    if length < 4 or len(found) != length:
        raise ValueError("The picture ends too early.")
    return found
