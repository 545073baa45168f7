"""Small pictures, whole as far as their parts go."""

import struct
from zlib import crc32


def png(*more: tuple[bytes, bytes], pixels: bytes = b"pixels") -> bytes:
    """`more` chunks stand before the pixels."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), *more, (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(each)) + kind + each + struct.pack(">I", crc32(kind + each)) for kind, each in chunks
    )


def webp(*more: tuple[bytes, bytes], flags: int = 0) -> bytes:
    chunks = ((b"VP8X", bytes([flags]) + b"\0" * 9), (b"VP8L", b"/pixels"), *more)
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(each)) + each + b"\0" * (len(each) % 2) for kind, each in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg(*more: tuple[int, bytes], after: bytes = b"") -> bytes:
    """`more` segments by their marker, stand before the picture. It has two scans, and `after` them more."""
    segments = ((0xE0, b"JFIF\0rest"), *more, (0xDB, b"\1" * 65), (0xC0, b"\2" * 15), (0xDA, b"\3" * 10))
    scan = b"\x00\xff\x00\xff\xd0pixels"
    return (
        b"\xff\xd8"
        + b"".join(map(_segment, segments))
        + scan
        + _segment((0xDA, b"\4" * 8))
        + scan
        + b"\xff\xd9"
        + after
    )


def exif(order: str, orientation: int, text: bytes = b"") -> tuple[int, bytes]:
    mark = b"MM" if order == ">" else b"II"
    tiff = struct.pack(f"{order}2sHIHHHIHHI", mark, 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    return 0xE1, b"Exif\0\0" + tiff + text


def _segment(marked: tuple[int, bytes]) -> bytes:
    marker, carried = marked
    return struct.pack(">BBH", 0xFF, marker, len(carried) + 2) + carried
