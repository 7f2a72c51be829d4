"""A picture of an anonymous appeal shows the same and tells nothing else."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat, JpegImagePlugin, PngImagePlugin

from intake import cleaning
from intake.cleaning import Cleaned, Fresh, NotCleanable
from intake.gate import Unreadable
from intake.pictures import drawn_anew
from journal.model import Attachment
from tests.cleaned import clean
from tests.corpora import files
from tests.heic import heic

CANARY = b"Canary-Arujan-51.1605N"
GPS = 0x8825


def picture(size: tuple[int, int] = (120, 80), mode: str = "RGB") -> Image.Image:
    """Red above, blue below, a green corner: it shows which way is up."""
    made = Image.new("RGB", size, "red")
    made.paste("blue", (0, size[1] // 2, size[0], size[1]))
    made.paste("green", (0, 0, size[0] // 4, size[1] // 4))
    return made.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    made = Image.Exif()
    made[0x0112] = orientation
    made[0x010F] = CANARY.decode()  # maker
    made[0x9C9B] = CANARY.decode().encode("utf-16-le")  # XPTitle
    made.get_ifd(GPS)[2] = (51.0, 9.0, 37.8)
    made.get_ifd(GPS)[29] = CANARY.decode()
    return made


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def file(content: bytes, name: str = "Аружан үйде.jpg") -> Attachment:
    return Attachment(name=name, media_type="image/jpeg", content=content)


def cleaned(content: bytes) -> Attachment:
    (kept,) = clean([file(content)]).kept
    return kept


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_with_text() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", CANARY.decode())
    info.add_itxt("Title", CANARY.decode())
    return saved(picture(), "PNG", pnginfo=info, exif=exif(), icc_profile=CANARY)


def jpeg_with_everything() -> bytes:
    thumbnail = saved(picture((16, 16)), "JPEG", comment=CANARY)
    jpeg = saved(picture(), "JPEG", exif=exif(), comment=CANARY, icc_profile=CANARY, quality=95)
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x>" + CANARY + b"</x>"
    segments = b"".join(
        b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body
        for marker, body in ((0xE1, xmp), (0xED, b"Photoshop 3.0\0" + CANARY), (0xEF, thumbnail))
    )
    return jpeg[:2] + segments + jpeg[2:] + CANARY + b"PK\x03\x04" + CANARY  # and a trailer after the end


def webp() -> bytes:
    return saved(picture(), "WEBP", exif=exif().tobytes(), xmp=CANARY, icc_profile=CANARY)


PLANTED = {
    "jpeg": jpeg_with_everything(),
    "png": png_with_text() + CANARY,
    "png chunk": png_with_text()[:33] + chunk(b"caNy", CANARY) + png_with_text()[33:],
    "gif": saved(picture(), "GIF", comment=CANARY) + CANARY,
    "webp": webp(),
    "tiff": saved(picture(), "TIFF", exif=exif(), description=CANARY.decode()),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_nothing_but_the_pixels_is_kept(kind: str) -> None:
    planted = PLANTED[kind]
    assert CANARY in planted or CANARY in planted.replace(b"\0", b"")  # else the test proves nothing
    kept = cleaned(planted)
    assert CANARY not in kept.content
    assert CANARY.decode().encode("utf-16-le") not in kept.content
    with Image.open(io.BytesIO(kept.content)) as image:
        assert not image.getexif()
        assert set(image.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "version",
            "background",
            "loop",
        }
    assert same(planted, kept.content)


@pytest.mark.parametrize("turned", range(4))
def test_an_iphone_s_picture_becomes_a_jpeg_that_stands_upright(turned: int) -> None:
    planted = heic(picture(), exif=exif(6).tobytes(), xmp=CANARY, turned=turned)
    assert CANARY in planted
    kept = cleaned(planted)
    assert kept.name == "1.jpg" and CANARY not in kept.content
    with Image.open(io.BytesIO(kept.content)) as image:
        assert not image.getexif() and set(image.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
        }
    turns = [None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270]
    turn = turns[turned]
    assert same(saved(picture() if turn is None else picture().transpose(turn), "PNG"), kept.content)


def test_a_heic_that_is_cut_or_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = heic(picture())
    for end in range(0, len(whole), 101):
        assert clean([file(whole[:end], "a.heic")]).refused == (".heic",)
    with pytest.raises(NotCleanable):
        drawn_anew(whole, most_pixels=120 * 80 - 1)


@pytest.mark.parametrize(("kind", "ending"), [("GIF", ".gif"), ("WEBP", ".webp"), ("TIFF", ".tif")])
def test_an_animation_and_a_scan_of_several_pages_stay_whole(kind: str, ending: str) -> None:
    frames = [picture().rotate(angle) for angle in (0, 90, 180)]
    planted = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=70, **_words(kind))
    kept = cleaned(planted)
    assert kept.name == f"1{ending}" and CANARY in planted and CANARY not in kept.content
    with Image.open(io.BytesIO(planted)) as before, Image.open(io.BytesIO(kept.content)) as after:
        assert getattr(after, "n_frames", 1) == 3
        for place in range(3):
            before.seek(place)
            after.seek(place)
            difference = ImageChops.difference(before.convert("RGB"), after.convert("RGB"))
            assert max(ImageStat.Stat(difference).mean) < 6
    with pytest.raises(NotCleanable):
        drawn_anew(planted, most_pixels=3 * 120 * 80 - 1)


def _words(kind: str) -> dict[str, object]:
    if kind == "TIFF":
        return {"description": CANARY.decode()}
    return {"comment": CANARY} if kind == "GIF" else {"xmp": CANARY}


def test_the_second_picture_behind_a_photo_is_not_kept() -> None:
    """Telephones put a depth map or the moment before behind a JPEG; Pillow calls such a file MPO."""
    planted = saved(picture(), "MPO", save_all=True, append_images=[picture().rotate(90)], comment=CANARY)
    kept = cleaned(planted)
    assert kept.name == "1.jpg" and CANARY not in kept.content and kept.content.count(b"\xff\xd8\xff") == 1


def test_a_photo_stays_as_fine_as_it_was_and_a_screenshot_keeps_its_full_colour() -> None:
    for colour in (0, 2):
        kept = cleaned(saved(picture(), "JPEG", subsampling=colour))
        with Image.open(io.BytesIO(kept.content)) as image:
            assert JpegImagePlugin.get_sampling(image) == colour


def same(before: bytes, after: bytes) -> bool:
    """Whether two pictures look alike and upright: size, and the mean difference of their pixels."""
    with Image.open(io.BytesIO(before)) as first, Image.open(io.BytesIO(after)) as second:
        upright = ImageOps.exif_transpose(first).convert("RGB")
        assert upright.size == second.size
        difference = ImageStat.Stat(ImageChops.difference(upright, second.convert("RGB")))
    return max(difference.mean) < 6  # of 255; a thumbnail of an old camera is the worst


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_stands_upright(kind: str, orientation: int) -> None:
    before = saved(picture(), kind, exif=exif(orientation))
    assert same(before, cleaned(before).content)
    with Image.open(io.BytesIO(cleaned(before).content)) as image:
        assert image.size == ((120, 80) if orientation < 5 else (80, 120))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
def test_every_kind_of_pixels_is_taken(mode: str) -> None:
    kind = "TIFF" if mode in ("CMYK", "F", "I") else "PNG"
    before = saved(
        picture(mode="L").convert("I").convert(mode) if mode == "I;16" else picture(mode=mode), kind
    )
    assert cleaned(before).name == "1.png"


def test_transparency_stays() -> None:
    glass = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    for kind in ("PNG", "WEBP"):
        with Image.open(io.BytesIO(cleaned(saved(glass, kind)).content)) as image:
            assert image.convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


def test_names_tell_only_the_order_and_the_kind() -> None:
    contents = [saved(picture(), kind) for kind in ("PNG", "JPEG", "GIF", "WEBP", "TIFF")]
    kept = clean([file(content, "IMG_20261122_Arujan.jpg") for content in contents]).kept
    assert [one.name for one in kept] == ["1.png", "2.jpg", "3.gif", "4.webp", "5.png"]
    assert [one.media_type for one in kept] == [
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/png",
    ]


REFUSED = [
    ("letter.docx", b"PK\x03\x04", ".docx"),
    ("photo.HEIC", b"\0\0\0\x18ftypheic", ".heic"),
    ("a.pdf", b"%PDF-1.7", ".pdf"),
    ("a.mp4", b"\0\0\0\x18ftypisom", ".mp4"),
    ("page.html", b"<html>", ".html"),
    ("picture.svg", b"<svg/>", ".svg"),
    ("not a picture.jpg", b"words", ".jpg"),
    ("secret.arujan", b"words", "?"),
    ("arujan", b"words", "?"),
    (".jpg", b"", ".jpg"),
    ("x.bmp", saved(picture(), "BMP"), ".bmp"),
    ("x.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "?"),
    ("cut.jpg", PLANTED["jpeg"][:1200], ".jpg"),
    ("cut.png", PLANTED["png"][:-60 - len(CANARY)], ".png"),
    ("empty.png", b"", ".png"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "kind"), REFUSED)
def test_what_cannot_be_cleaned_is_refused_by_its_kind(name: str, content: bytes, kind: str) -> None:
    assert clean([file(content, name)]) == Cleaned(refused=(kind,))


@pytest.mark.parametrize("media_type", ["application/pkcs7-signature", "application/pgp-keys", "text/vcard"])
def test_what_programs_add_is_dropped_without_a_word(media_type: str) -> None:
    assert clean([Attachment(name="x.p7s", media_type=media_type, content=CANARY)]) == Cleaned()


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    rows = zlib.compress(b"\0" * 30_000 * 1_000)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    assert clean([file(bomb, "bomb.png")]) == Cleaned(refused=(".png",))


def test_text_chunks_that_unpack_without_end_are_refused() -> None:
    body = b"x\0\0" + zlib.compress(b"a" * 80_000_000)
    png = saved(picture(), "PNG")
    assert clean([file(png[:33] + chunk(b"zTXt", body) + png[33:], "a.png")]).refused == (".png",)


def test_files_beyond_the_room_that_is_left_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    one = file(saved(picture(), "PNG"), "a.png")
    monkeypatch.setattr(cleaning, "MOST_WRITTEN", 2 * len(cleaned(one.content).content))
    result = clean([one] * 3)
    assert (len(result.kept), result.refused) == (2, (".png",))


def test_files_that_kill_their_process_cost_no_more_than_two_of_them() -> None:
    tried: list[bytes] = []

    def dies(content: bytes) -> Fresh:
        tried.append(content)
        raise Unreadable("reader-died")

    assert cleaning.clean([file(b"x", "a.jpg")] * 30, dies) == Cleaned(refused=(".jpg",) * 30)
    assert len(tried) == 2


def test_files_that_take_too_long_together_are_refused() -> None:
    moments = iter(range(0, 10_000, 25))
    one = Fresh(kind=".jpg", content=b"x")
    result = cleaning.clean([file(b"x")] * 5, lambda content: one, lambda: next(moments))
    assert (len(result.kept), len(result.refused)) == (2, 3)


def test_a_page_hidden_in_a_picture_does_not_survive() -> None:
    """Polyglots: a file that is a picture and something else is written anew as a picture only."""
    script = b"<script>alert(1)</script>" + CANARY
    for polyglot in (saved(picture(), "GIF") + script, saved(picture(), "JPEG", comment=script)):
        assert script not in cleaned(polyglot).content


def test_cut_bytes_never_raise() -> None:
    for planted in PLANTED.values():
        for end in range(0, len(planted), 97):
            clean([file(planted[:end])])


def test_real_photographs_are_upright_and_bare() -> None:
    photographs = dict(files("exif-samples")) or PLANTED
    for name, content in photographs.items():
        result = clean([file(content, name)])
        (kept,) = result.kept
        assert same(content, kept.content), name
        for trace in (b"Exif\0", b"http://ns.adobe.com", b"Photoshop", b"ICC_PROFILE", b"GPS"):
            assert trace not in kept.content, name
