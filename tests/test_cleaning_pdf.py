"""A PDF of an anonymous appeal opens and reads the same, and tells nothing else."""

import io
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image, ImageChops, ImageStat

from intake import pdf_files, pdf_parts
from intake.cleaning import NotCleanable
from intake.font_files import bare_font
from intake.glyph_names import GlyphNames
from intake.pdf_files import rebuilt
from journal.model import Attachment
from tests.canaries import CANARIES, Hunter
from tests.cleaned import clean
from tests.corpora import files
from tests.marked_documents import WORDS, pdf
from tests.second_opinion import told_by_exiftool, told_by_mat2

RENDERER = shutil.which("pdftoppm")


def planted() -> tuple[bytes, Hunter]:
    content = pdf()
    words = {place: word for place, word in CANARIES.items() if place.startswith("pdf-")}
    return content, Hunter({**words, "time": "235960"})


def whole(content: bytes) -> bytes:
    """The same file with every stream and object laid open."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as file:
        file.save(
            out,
            qdf=True,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


def texts(content: bytes) -> list[list[bytes]]:
    """The words of each page in their order, also those in forms."""
    with pikepdf.open(io.BytesIO(content)) as file:
        return [list(_drawn(page.obj)) for page in file.pages]


def _drawn(drawing: pikepdf.Object) -> Iterator[bytes]:
    for one in pikepdf.parse_content_stream(drawing):
        operands = list(one.operands)
        if str(one.operator) == "Tj":
            yield bytes(operands[0])
        if str(one.operator) == "Do":
            form = drawing.Resources.XObject[str(operands[0])]
            if form.get("/Subtype") == Name.Form and "/Resources" in form:
                yield from _drawn(form)


def pictures(content: bytes) -> list[Image.Image]:
    with pikepdf.open(io.BytesIO(content)) as file:
        found = []
        for page in file.pages:
            for _, one in sorted(
                page.obj.get("/Resources", Dictionary()).get("/XObject", Dictionary()).items()
            ):
                if isinstance(one, Stream) and one.get("/Subtype") == Name.Image:
                    found.append(pikepdf.PdfImage(one).as_pil_image().convert("RGB"))
        return sorted(found, key=lambda one: (one.size, one.tobytes()[:300]))


def test_a_page_keeps_what_is_drawn_and_nothing_else() -> None:
    before, marks = planted()
    assert len(marks.find(before) | marks.find(whole(before))) >= 35  # else the test proves nothing
    (kept,) = clean([Attachment(name="хат.bin", media_type="text/plain", content=before)]).kept
    assert (kept.name, kept.media_type) == ("1.pdf", "application/pdf")
    assert not marks.find(kept.content) and not marks.find(whole(kept.content))
    assert b"Photoshop" not in kept.content and b"Exif" not in kept.content
    assert rebuilt(before).content == kept.content  # no date, no random id
    told = told_by_exiftool(kept.content, ".pdf")
    assert not marks.find(told.encode()) and "Author" not in told and "Create Date" not in told
    assert "Author" not in told_by_mat2(kept.content, ".pdf")


def test_words_pages_and_pictures_stay_the_same() -> None:
    before, _ = planted()
    after = rebuilt(before).content
    assert texts(before)[0][0] == WORDS.encode()
    assert texts(after) == [
        [WORDS.encode(), b"typed on the page"],
        [],
    ]  # what a note shows is on the page now
    with pikepdf.open(io.BytesIO(before)) as old, pikepdf.open(io.BytesIO(after)) as new:
        for one, other in zip(old.pages, new.pages, strict=True):
            assert (one.rotation, list(map(float, one.cropbox))) == (
                other.rotation,
                list(map(float, other.cropbox)),
            )
        assert set(new.Root.keys()) == {"/Type", "/Pages"} and set(new.trailer.keys()) <= {
            "/Root",
            "/Size",
            "/ID",
        }
    for shown, again in zip(pictures(after), pictures(rebuilt(after).content), strict=True):
        assert max(ImageStat.Stat(ImageChops.difference(shown, again)).mean) < 6
    assert len(pictures(after)) == 3  # the inline one has a place of its own now


@pytest.mark.real
def test_a_page_looks_the_same(tmp_path: Path) -> None:
    if RENDERER is None:
        pytest.fail("pdftoppm is not here: `apt-get install poppler-utils`", pytrace=False)
    before, _ = planted()
    shown = [_rendered(tmp_path, name, one) for name, one in (("a", before), ("b", rebuilt(before).content))]
    for one, other in zip(*shown, strict=True):
        assert max(ImageStat.Stat(ImageChops.difference(one, other)).mean) < 3


def _rendered(folder: Path, name: str, content: bytes) -> list[Image.Image]:
    (folder / f"{name}.pdf").write_bytes(content)
    asked = [str(RENDERER), "-r", "60", "-png", str(folder / f"{name}.pdf"), str(folder / name)]
    subprocess.run(asked, check=True, timeout=60)
    return [Image.open(path).convert("RGB") for path in sorted(folder.glob(f"{name}-*.png"))]


def test_files_from_outside_read_the_same() -> None:
    for name, content in files("pikepdf-pdfs"):
        after = rebuilt(content).content
        assert [words for page in texts(after) for words in page][: len(texts(content)[0])] == [
            words for page in texts(content) for words in page
        ][: len(texts(content)[0])], name
        if name.endswith("1biticc.pdf"):
            continue  # its picture lacks a few dots: the library shows neither
        for one, other in zip(pictures(content), pictures(after), strict=True):
            assert one.size == other.size, name
            assert max(ImageStat.Stat(ImageChops.difference(one, other)).mean) < 12, name


def made(change: object) -> bytes:
    with pikepdf.new() as file:
        file.add_blank_page(page_size=(100, 100))
        change(file)  # type: ignore[operator]
        out = io.BytesIO()
        file.save(out)
        return out.getvalue()


def test_a_locked_file_is_refused_even_without_a_password() -> None:
    with pikepdf.new() as file:
        file.add_blank_page()
        for user in ("", "secret"):
            out = io.BytesIO()
            file.save(out, encryption=pikepdf.Encryption(owner="owner", user=user))
            with pytest.raises((NotCleanable, pikepdf.PasswordError)):
                rebuilt(out.getvalue())


def test_a_file_that_hides_a_layer_is_refused() -> None:
    def hide(file: pikepdf.Pdf) -> None:
        layer = file.make_indirect(Dictionary(Type=Name.OCG, Name="draft"))
        file.Root["/OCProperties"] = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))

    with pytest.raises(NotCleanable):
        rebuilt(made(hide))


def test_too_many_pages_and_too_much_inside_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = pdf()
    monkeypatch.setattr(pdf_parts, "MOST_UNPACKED", 500)
    with pytest.raises(NotCleanable):
        rebuilt(content)
    monkeypatch.undo()
    monkeypatch.setattr(pdf_files, "MOST_PAGES", 1)
    with pytest.raises(NotCleanable):
        rebuilt(content)


def test_forms_that_draw_each_other_in_a_circle_end() -> None:
    def circle(file: pikepdf.Pdf) -> None:
        one = Stream(file, b"/B Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
        two = Stream(file, b"/A Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
        one["/Resources"], two["/Resources"] = (
            Dictionary(XObject=Dictionary(B=two)),
            Dictionary(XObject=Dictionary(A=one)),
        )
        file.pages[0].obj["/Resources"] = Dictionary(XObject=Dictionary(A=one))
        file.pages[0].obj["/Contents"] = Stream(file, b"/A Do")

    result = clean([Attachment(name="a.pdf", media_type="", content=made(circle))])
    assert len(result.kept) + len(result.refused) == 1


def a_font() -> bytes:
    """The frame of a TrueType font: tables that shape, and such that tell."""
    tables = {
        b"glyf": b"shapes",
        b"loca": b"\0\0\0\3",
        b"head": bytes(12) + b"\x5f\x0f\x3c\xf5" + bytes(4) + b"\x77" * 16 + bytes(18),
        b"name": b"qanar",
        b"FFTM": b"qanar",
    }
    at = 12 + 16 * len(tables)
    directory, body = b"", b""
    for tag, table in sorted(tables.items()):
        directory += struct.pack(">4sIII", tag, 0, at + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return b"\0\1\0\0" + struct.pack(">HHHH", len(tables), 64, 2, 0) + directory + body


def test_a_font_inside_keeps_its_shapes_and_loses_its_names_and_times() -> None:
    bare = bare_font(a_font(), GlyphNames())
    assert b"shapes" in bare and b"qanar" in a_font()
    assert b"qanar" not in bare and b"name" not in bare and b"\x77" not in bare
    assert bare_font(bare, GlyphNames()) == bare


DOCUMENT = pdf()


@given(st.lists(st.tuples(st.integers(0, len(DOCUMENT) - 1), st.integers(0, 255)), max_size=30))
def test_any_damage_is_refused_or_harmless(damage: list[tuple[int, int]]) -> None:
    content = bytearray(DOCUMENT)
    for at, value in damage:
        content[at] = value
    result = clean([Attachment(name="a.pdf", media_type="", content=bytes(content))])
    assert len(result.kept) + len(result.refused) == 1


@pytest.mark.parametrize("end", [8, 100, 1_000, len(DOCUMENT) // 2])
def test_a_file_that_is_cut_is_refused_or_harmless(end: int) -> None:
    marks = Hunter({place: word for place, word in CANARIES.items() if place.startswith("pdf-")})
    for kept in clean([Attachment(name="a.pdf", media_type="", content=DOCUMENT[:end])]).kept:
        assert not marks.find(whole(kept.content))
