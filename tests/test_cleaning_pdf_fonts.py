"""Fonts and functions inside a PDF of an anonymous appeal draw the same, and tell nothing else."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import ImageFont

from intake.pdf_files import rebuilt
from tests.canaries import Hunter
from tests.marked_fonts import MARKS, compact, true_type, type1
from tests.test_cleaning_pdf import made, whole

M = {
    place: MARKS[f"pdf-font-{place}"] for place in ("base", "glyph", "cff-glyph", "letters", "steps", "tail")
}
TABLES = b"""1 begincodespacerange <00> <ff> endcodespacerange
%% %s
2 beginbfchar <41> <0410> <42> <%s> endbfchar %s
1 beginbfrange <43> <44> <0411> <45> <46> [<0412> <0413>] endbfrange /%s def
"""


def hunter() -> Hunter:
    return Hunter({place: word for place, word in MARKS.items() if place.startswith("pdf-font-")})


def with_font(font: Callable[[Pdf], Dictionary], shown: str = "(A)") -> bytes:
    def change(file: Pdf) -> None:
        page = file.pages[0].obj
        page["/Resources"] = Dictionary(Font=Dictionary(F=file.make_indirect(font(file))))
        page["/Contents"] = Stream(file, f"BT /F 12 Tf 9 9 Td {shown} Tj ET".encode())

    return made(change)


def font(file: Pdf, key: str, program: Stream, glyph: str) -> Dictionary:
    name = Name(f"/ABCDEF+{M['base']}")
    letters = TABLES % (M["letters"].encode(), M["letters"].encode("utf-16-be").hex().encode(),
                        M["letters"].encode(), M["letters"].encode())  # fmt: skip
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=name, FirstChar=65, LastChar=66,
        Widths=Array([600, 600]),
        Encoding=Dictionary(Differences=Array([65, Name.A, Name(f"/{glyph}")])),
        ToUnicode=Stream(file, letters),
        FontDescriptor=Dictionary(
            {"/Type": Name.FontDescriptor, "/FontName": name, "/Flags": 4, key: program}
        ),
    )  # fmt: skip


def with_type1() -> bytes:
    def build(file: Pdf) -> Dictionary:
        parts = type1()
        lengths = {f"Length{n}": len(part) for n, part in enumerate(parts, 1)}
        return font(file, "/FontFile", Stream(file, b"".join(parts), **lengths), M["glyph"])

    return with_font(build)


def with_compact() -> bytes:
    return with_font(
        lambda file: font(file, "/FontFile3", Stream(file, compact(), Subtype=Name.Type1C), M["cff-glyph"])
    )


def with_numbers() -> bytes:
    """A font whose shapes are counted; the table of their numbers has words behind its end."""

    def build(file: Pdf) -> Dictionary:
        name = Name(f"/{M['base']}")
        table = b"\0\0" * 65 + b"\0\0" + M["tail"].encode()
        descriptor = Dictionary(Type=Name.FontDescriptor, FontName=name, FontFile2=Stream(file, true_type()))
        inner = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=name, FontDescriptor=descriptor,
            CIDToGIDMap=Stream(file, table),
        )  # fmt: skip
        return Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=name, Encoding=Name("/Identity-H"),
            DescendantFonts=Array([inner]),
        )  # fmt: skip

    return with_font(build, "<0041>")


def with_function(function: Callable[[Pdf], pikepdf.Object]) -> bytes:
    def change(file: Pdf) -> None:
        space = Array([Name.Separation, Name.All, Name.DeviceGray, function(file)])
        file.pages[0].obj["/Resources"] = Dictionary(ColorSpace=Dictionary(C=space))
        file.pages[0].obj["/Contents"] = Stream(file, b"/C cs 1 scn 0 0 9 9 re f")

    return made(change)


def program(file: Pdf, steps: str) -> Stream:
    return Stream(file, steps.encode(), FunctionType=4, Domain=Array([0, 1]), Range=Array([0, 1]))


def table(file: Pdf) -> Stream:
    return Stream(
        file, b"\0\xff" + M["tail"].encode(), FunctionType=0, Domain=Array([0, 1]), Range=Array([0, 1]),
        Size=Array([2]), BitsPerSample=8,
    )  # fmt: skip


ACCEPTED = {
    "type 1": with_type1,
    "compact": with_compact,
    "numbers of shapes": with_numbers,
    "a program with remarks": lambda: with_function(
        lambda file: program(file, f"{{ 1 exch sub % {M['steps']}\n}}")
    ),
    "a table with a tail": lambda: with_function(table),
}


@pytest.mark.parametrize("build", ACCEPTED.values(), ids=ACCEPTED)
def test_nothing_but_what_draws_is_kept(build: Callable[[], bytes]) -> None:
    before, marks = build(), hunter()
    assert marks.find(whole(before))  # else the test proves nothing
    after = rebuilt(before).content
    assert not marks.find(whole(after))
    assert b"qana" not in whole(after).lower()
    assert whole(rebuilt(after).content) == whole(after)


def garbage(key: str) -> Callable[[], bytes]:
    return lambda: with_font(lambda file: font(file, key, Stream(file, M["tail"].encode() * 9), "A"))


def with_mode() -> bytes:
    def change(file: Pdf) -> None:
        file.pages[0].obj["/Resources"] = Dictionary(
            ExtGState=Dictionary(G=Dictionary(BM=Name("/" + M["tail"])))
        )
        file.pages[0].obj["/Contents"] = Stream(file, b"/G gs 0 0 9 9 re f")

    return made(change)


def with_net() -> bytes:
    def change(file: Pdf) -> None:
        net = Stream(
            file, bytes(12) + M["tail"].encode(), ShadingType=4, ColorSpace=Name.DeviceGray,
            BitsPerCoordinate=8, BitsPerComponent=8, BitsPerFlag=8, Decode=Array([0, 9, 0, 9, 0, 1]),
        )  # fmt: skip
        file.pages[0].obj["/Resources"] = Dictionary(Shading=Dictionary(S=net))
        file.pages[0].obj["/Contents"] = Stream(file, b"/S sh")

    return made(change)


REFUSED = {
    **{f"garbage in {key}": garbage(key) for key in ("/FontFile", "/FontFile2", "/FontFile3")},
    "an unknown way of mixing colours": with_mode,
    "a net of colours": with_net,
    "an unknown step": lambda: with_function(lambda file: program(file, f"{{ {M['steps']} }}")),
    "steps behind the end": lambda: with_function(lambda file: program(file, "{ pop 1 } { add }")),
}


@pytest.mark.parametrize("build", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_told_from_words_is_refused(build: Callable[[], bytes]) -> None:
    with pytest.raises(Exception):  # noqa: B017 - whatever a decoder says; the caller refuses the file
        rebuilt(build())


def programs(content: bytes) -> tuple[bytes, tuple[list[str], bytes]]:
    with pikepdf.open(io.BytesIO(content)) as file:
        one = file.pages[0].obj.Resources.Font
        (key,) = one.keys()
        described = one[key].FontDescriptor
        (file_key,) = {"/FontFile", "/FontFile3"} & set(described.keys())
        assert described.FontName == one[key].BaseFont
        names = [str(name) for name in one[key].Encoding.Differences][1:]
        return described[file_key].read_bytes(), (names, one[key].ToUnicode.read_bytes())


@pytest.mark.parametrize("build", [with_type1, with_compact])
def test_letters_keep_their_shapes_and_meanings(build: Callable[[], bytes]) -> None:
    old, _ = programs(build())
    new, (names, letters) = programs(rebuilt(build()).content)
    drawn = [bytes(ImageFont.truetype(io.BytesIO(one), 40).getmask("A")) for one in (old, new)]
    assert drawn[0] == drawn[1] and any(drawn[0])
    assert names[0] == "/A" and names[1].encode()[1:] in whole(rebuilt(build()).content)
    assert b"<41> <0410>" in letters and b"<43> <44> <0411>" in letters and b"[<0412> <0413>]" in letters


PROGRAMS = [b"".join(type1()), compact(), true_type()]


@given(st.sampled_from(PROGRAMS), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=9))
def test_a_damaged_font_never_brings_the_names_back(old: bytes, damage: list[tuple[int, int]]) -> None:
    content = bytearray(old)
    for at, value in damage:
        content[at % len(content)] = value
    key = "/FontFile2" if old is PROGRAMS[2] else "/FontFile3" if old is PROGRAMS[1] else "/FontFile"
    kind = {"Subtype": Name.Type1C} if old is PROGRAMS[1] else {}
    document = with_font(lambda file: font(file, key, Stream(file, bytes(content), **kind), "A"))
    try:
        after = rebuilt(document).content
    except Exception:  # refused: as it should be
        return
    assert not Hunter({"notice": MARKS["pdf-font-notice"]}).find(whole(after))
