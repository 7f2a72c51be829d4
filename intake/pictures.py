"""Pictures of anonymous appeals, without anything that tells whose they are: pixels written anew.

Place, time, camera, thumbnails, comments and what hides behind a picture's end are never copied.
"""

import logging
from io import BytesIO

from PIL import (  # noqa: F401
    GifImagePlugin,
    Image,
    ImageOps,
    ImageSequence,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from intake.cleaning import Fresh, NotCleanable

logging.getLogger("PIL").setLevel(logging.WARNING)  # at DEBUG it writes camera, place and author of a photo

MOST_PIXELS = 40_000_000  # of one picture, all its frames or pages together
MOST_FRAMES = 500
# Pillow knows only the formats whose plug-ins were imported; these are all that it may try.
_READ = ("JPEG", "PNG", "GIF", "WEBP", "TIFF")
# MPO is what Pillow calls a JPEG with a second picture behind it, as phones make them.
_WRITTEN_AS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "GIF": "GIF", "WEBP": "WEBP", "TIFF": "PNG"}
_KINDS = {"JPEG": ".jpg", "PNG": ".png", "GIF": ".gif", "WEBP": ".webp", "TIFF": ".tif"}
_OPTIONS: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 90},
    "PNG": {"optimize": False},
    "GIF": {},
    "WEBP": {"quality": 90, "method": 3},
    "TIFF": {"compression": "tiff_lzw"},
}
_FULL_COLOUR, _HALF_COLOUR = 0, 2  # libjpeg's 4:4:4 and 4:2:0


def drawn_anew(content: bytes, most_pixels: int = MOST_PIXELS) -> Fresh:
    """A picture in a new file. Raises NotCleanable, or whatever its decoder does."""
    if content[4:8] == b"ftyp":
        return _written("JPEG", [_of_heic(content, most_pixels)], subsampling=_HALF_COLOUR)
    with Image.open(BytesIO(content), formats=_READ) as picture:
        written_as = _WRITTEN_AS[picture.format or ""]
        if not 0 < picture.width * picture.height <= most_pixels:
            raise NotCleanable
        if written_as == "JPEG":
            return _written("JPEG", [_upright(picture, with_alpha=False)], subsampling=_colour(picture))
        frames = getattr(picture, "n_frames", 1)
        if frames == 1:
            return _written(written_as, [_upright(picture)])
        if frames > MOST_FRAMES:
            raise NotCleanable
        return _several(picture, written_as, most_pixels)


def jpeg_again(content: bytes) -> tuple[bytes, tuple[int, int], int]:
    """A photo inside a document: the new JPEG, its size and how many colours it has (1, 3, 4)."""
    with Image.open(BytesIO(content), formats=("JPEG", "JPEG2000")) as picture:
        if not 0 < picture.width * picture.height <= MOST_PIXELS:
            raise NotCleanable
        colour = _colour(picture) if picture.format == "JPEG" else _FULL_COLOUR
        picture.load()
        mode = picture.mode if picture.mode in ("L", "CMYK") else "RGB"
        fresh = Image.new(mode, picture.size)
        fresh.paste(picture if picture.mode == mode else picture.convert(mode))
    return _written("JPEG", [fresh], subsampling=colour).content, fresh.size, len(fresh.getbands())


def _of_heic(content: bytes, most_pixels: int) -> Image.Image:
    """The main picture alone, as the library turned it: not its depth, its thumbnails, its other moments."""
    import pi_heif  # type: ignore[import-untyped]  # here: most pictures are none of these

    pi_heif.options.DECODE_THREADS = 1  # each would take its own share of the process's bounded memory
    opened = pi_heif.open_heif(BytesIO(content), convert_hdr_to_8bit=True)
    if not 0 < opened.size[0] * opened.size[1] <= most_pixels:
        raise NotCleanable
    return _fresh(opened.to_pillow(), with_alpha=False)


def _colour(picture: Image.Image) -> int:
    """As fine as the source's: red words on a screenshot stay readable, and a photo does not grow."""
    coarse = JpegImagePlugin.get_sampling(picture) == _HALF_COLOUR
    return _HALF_COLOUR if coarse else _FULL_COLOUR


def _several(picture: Image.Image, written_as: str, most_pixels: int) -> Fresh:
    """An animation, or the pages of a scan. A second picture behind a photo is not one of these."""
    frames: list[Image.Image] = []
    durations: list[int] = []
    for frame in ImageSequence.Iterator(picture):
        most_pixels -= frame.width * frame.height
        if most_pixels < 0:
            raise NotCleanable
        durations.append(max(0, min(int(frame.info.get("duration", 0)), 60_000)))
        frames.append(_upright(frame.copy()))
    if picture.format == "TIFF":
        return _written("TIFF", frames)
    return _written(written_as, frames, duration=durations, loop=int(picture.info.get("loop", 0)))


def _written(written_as: str, frames: list[Image.Image], **options: object) -> Fresh:
    out = BytesIO()
    if len(frames) > 1:
        options |= {"save_all": True, "append_images": frames[1:]}
    frames[0].save(out, written_as, **_OPTIONS[written_as], **options)
    return Fresh(kind=_KINDS[written_as], content=out.getvalue())


def _upright(picture: Image.Image, *, with_alpha: bool = True) -> Image.Image:
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    return _fresh(picture, with_alpha=with_alpha)


def _fresh(picture: Image.Image, *, with_alpha: bool = True) -> Image.Image:
    """Only the pixels, in a new picture that has never seen the file."""
    if picture.mode.startswith(("I", "F")):
        picture = _eight_bits(picture)
    has_alpha = with_alpha and ("A" in picture.getbands() or "transparency" in picture.info)
    mode = "L" if picture.mode in ("1", "L") and not has_alpha else "RGBA" if has_alpha else "RGB"
    fresh = Image.new(mode, picture.size)
    fresh.paste(picture if picture.mode == mode else picture.convert(mode))
    return fresh


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Sixteen-bit greys made ordinary greys, not cut off at white."""
    _low, high = picture.getextrema()
    if picture.mode.startswith("I") and isinstance(high, int | float) and high > 255:
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return picture.convert("L")
