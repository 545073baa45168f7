"""What a camera writes into a picture is nobody's business but the photographer's."""

import pytest

from bot.features.stories.bare_picture import without_metadata
from tests.pictured import exif, jpeg, png, webp

SECRET = b"52.5163N 13.3777E, Dana's phone"


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        (png((b"eXIf", SECRET), (b"tEXt", SECRET), (b"iTXt", SECRET), (b"tIME", SECRET), (b"niCe", SECRET)), png()),
        (png((b"tRNS", b"00"), (b"iCCP", b"profile")), png((b"tRNS", b"00"), (b"iCCP", b"profile"))),
        (png() + SECRET, png()),
        (webp((b"EXIF", SECRET), (b"XMP ", SECRET), (b"more", SECRET), flags=0b11100), webp(flags=0b10000)),
        (webp() + SECRET, webp()),
        (jpeg(exif(">", 1, SECRET), (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET)), jpeg()),
        (jpeg((0xED, SECRET), (0xFE, SECRET), (0xE2, b"MPF\0" + SECRET), (0xE0, b"JFXX\0" + SECRET)), jpeg()),
        (jpeg((0xE2, b"ICC_PROFILE\0p"), (0xEE, b"Adobe")), jpeg((0xE2, b"ICC_PROFILE\0p"), (0xEE, b"Adobe"))),
        (jpeg(after=jpeg((0xFE, SECRET))), jpeg()),
        (jpeg(exif("<", 6, SECRET)), jpeg(exif(">", 6))),
        (jpeg(exif(">", 8, SECRET)), jpeg(exif(">", 8))),
        (jpeg(exif(">", 99, SECRET)), jpeg()),
        (jpeg((0xE1, b"Exif\0\0MM" + b"\xff" * 20)), jpeg()),
    ],
)
def test_only_what_is_shown_is_kept(written: bytes, bare: bytes) -> None:
    assert without_metadata(written) == bare
    assert without_metadata(bare) == bare


@pytest.mark.parametrize("whole", [png(), webp(), jpeg(exif("<", 6))])
def test_what_ends_too_early_is_no_picture(whole: bytes) -> None:
    for length in range(len(whole) - 2):
        with pytest.raises(ValueError, match="picture"):
            without_metadata(whole[:length])


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\xff\xd8\xff\xe0\0\0rest", b"\xff\xd8no segment at all"])
def test_what_is_no_picture_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"picture|segments"):
        without_metadata(content)
