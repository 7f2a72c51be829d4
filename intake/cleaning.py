"""Pictures of anonymous appeals, without anything that tells whose they are: pixels written anew.

Place, time, camera, thumbnails, comments and what hides behind a picture's end are never copied. Other kinds
of files cannot be cleaned yet: they are refused, and the letter says so.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import (  # noqa: F401
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from intake.file_names import kind_of
from journal.model import Attachment

logging.getLogger("PIL").setLevel(logging.WARNING)  # at DEBUG it writes camera, place and author of a photo

MOST_PIXELS = 40_000_000  # of one picture
MOST_PIXELS_TOGETHER = 200_000_000
MOST_BYTES = 25 * 1024 * 1024
MOST_WRITTEN = 60 * 1024 * 1024  # of all new pictures of one appeal together
# Pillow knows only the formats whose plug-ins were imported; these are all that it may try.
_READ = ("JPEG", "PNG", "GIF", "WEBP", "TIFF")
# MPO is what Pillow calls a JPEG with a second picture behind it, as phones make them.
_WRITTEN_AS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "GIF": "GIF", "WEBP": "WEBP", "TIFF": "PNG"}
KINDS = {"JPEG": (".jpg", "image/jpeg"), "PNG": (".png", "image/png"), "GIF": (".gif", "image/gif")} | {
    "WEBP": (".webp", "image/webp")
}
_OPTIONS: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 90, "subsampling": 0},  # full colour: red words on a screenshot stay readable
    "PNG": {"optimize": False},
    "GIF": {},
    "WEBP": {"quality": 90, "method": 3},
}
# What a mail program adds by itself and nobody chose to send: dropped without a word.
_ADDED = """
application/pkcs7-signature application/x-pkcs7-signature application/pgp-signature application/pgp-keys
application/pgp-encrypted text/vcard text/x-vcard text/directory
"""
_ADDED_BY_PROGRAMS = frozenset(_ADDED.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What is left of an anonymous appeal's files: new pictures, and the kinds of what was refused."""

    kept: tuple[Attachment, ...] = ()
    refused: tuple[str, ...] = ()


class _NotCleanable(Exception):
    """This file is no picture that we can write anew."""


def clean(attachments: Sequence[Attachment]) -> Cleaned:
    """Every picture written anew and named by its place; everything else refused by kind."""
    kept: list[Attachment] = []
    refused: list[str] = []
    room, bytes_left = MOST_PIXELS_TOGETHER, MOST_WRITTEN
    for file in attachments:
        if file.media_type in _ADDED_BY_PROGRAMS:
            continue
        try:
            content, written_as, pixels = _written_anew(file.content, min(room, MOST_PIXELS))
            if len(content) > bytes_left:
                raise _NotCleanable
        except _NotCleanable:
            refused.append(kind_of(file.name))
            continue
        room -= pixels
        bytes_left -= len(content)
        ending, media_type = KINDS[written_as]
        kept.append(Attachment(name=f"{len(kept) + 1}{ending}", media_type=media_type, content=content))
    return Cleaned(kept=tuple(kept), refused=tuple(refused))


def _written_anew(content: bytes, most_pixels: int) -> tuple[bytes, str, int]:
    """(new bytes, format, pixels). What the file is says its content, never its name."""
    if len(content) > MOST_BYTES:
        raise _NotCleanable
    try:
        fresh, written_as = _pixels_of(content, most_pixels)
        out = BytesIO()
        fresh.save(out, written_as, **_OPTIONS[written_as])
    except Exception as fault:  # a hostile picture makes the decoders raise nearly anything
        raise _NotCleanable from fault
    return out.getvalue(), written_as, fresh.width * fresh.height


def _pixels_of(content: bytes, most_pixels: int) -> tuple[Image.Image, str]:
    """The picture without its file, and in which format to write it; only one copy of its pixels is left."""
    with Image.open(BytesIO(content), formats=_READ) as picture:
        written_as = _WRITTEN_AS[picture.format or ""]
        if not 0 < picture.width * picture.height <= most_pixels:
            raise _NotCleanable
        picture.load()
        ImageOps.exif_transpose(picture, in_place=True)
        return _fresh(picture, written_as), written_as


def _fresh(picture: Image.Image, written_as: str) -> Image.Image:
    """Only the pixels, in a new picture that has never seen the file."""
    if picture.mode.startswith(("I", "F")):
        picture = _eight_bits(picture)
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    mode = "L" if picture.mode in ("1", "L") and not has_alpha else "RGBA" if has_alpha else "RGB"
    if written_as == "JPEG" and mode == "RGBA":
        mode = "RGB"
    fresh = Image.new(mode, picture.size)
    fresh.paste(picture if picture.mode == mode else picture.convert(mode))
    return fresh


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Sixteen-bit greys made ordinary greys, not cut off at white."""
    _low, high = picture.getextrema()
    if picture.mode.startswith("I") and isinstance(high, int | float) and high > 255:
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return picture.convert("L")
