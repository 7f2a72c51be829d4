"""Fonts of a PDF: the shapes of letters and which letter each one is."""

import re

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from intake.cff_fonts import bare_cff
from intake.cleaning import NotCleanable
from intake.font_files import bare_font, glyph_count
from intake.glyph_names import GlyphNames
from intake.letter_tables import bare_letters
from intake.pdf_parts import How, Names, Parts, fill_in, plain
from intake.type1_fonts import bare_type1

_COLLECTIONS = ("Identity", "Japan1", "GB1", "CNS1", "Korea1", "KR", "UCS")
# Fonts that stand on everybody's computer: a page that does not bring them must go on naming them.
_EVERYBODYS = re.compile(
    r"/(?:Helvetica|Times|TimesNewRoman|TimesNewRomanPS|Courier|CourierNew|CourierNewPS|Arial|ArialNarrow|Calibri"
    r"|Cambria|Verdana|Tahoma|Georgia|Symbol|ZapfDingbats|Wingdings|SegoeUI|LiberationSans|LiberationSerif)"
    r"(?:MT)?(?:[-,](?:Roman|Regular|Bold|Italic|Oblique|BoldItalic|BoldOblique))?(?:MT)?"
)
_DESCRIBED = """
/Flags /FontBBox /ItalicAngle /Ascent /Descent /Leading /CapHeight /XHeight /StemV /StemH /AvgWidth
/MaxWidth /MissingWidth /FontStretch /FontWeight
"""
_COMPACT = ("/Type1C", "/CIDFontType0C")


class Fonts(Parts):
    """Copies fonts. What they and their shapes are called is told by a number."""

    def __init__(self, new: Pdf) -> None:
        super().__init__(new)
        self._glyph_names = GlyphNames()
        self._fonts: dict[str, str] = {}

    def font(self, old: Object, names: Names) -> Object:
        if old.get("/Subtype") == Name.Type3:
            return self._drawn_font(old, names)
        words = "/Subtype /FirstChar /LastChar /Widths /DW /W /DW2 /W2"
        keys: dict[str, How] = dict.fromkeys(words.split(), plain)
        keys |= {"/Type": lambda _: Name.Font, "/Encoding": self._encoding, "/ToUnicode": self._letters}
        keys |= {"/FontDescriptor": self._descriptor, "/CIDSystemInfo": _collection}
        keys |= {"/CIDToGIDMap": lambda one: self._glyphs(one, old), "/BaseFont": self._called}
        keys["/DescendantFonts"] = lambda ones: Array([self.font(one, names) for one in ones])
        return self.copied(old, keys, "font")

    def _drawn_font(self, old: Object, names: Names) -> Object:
        """A font whose letters are drawings of their own."""
        resources, inner = self.resources(old["/Resources"]) if "/Resources" in old else (None, names)
        words = "/Subtype /FontBBox /FontMatrix /FirstChar /LastChar /Widths"
        keys: dict[str, How] = dict.fromkeys(words.split(), plain)
        keys |= {"/Type": lambda _: Name.Font, "/Encoding": self._encoding, "/ToUnicode": self._letters}
        keys["/CharProcs"] = lambda glyphs: Dictionary(
            {
                self._glyph(name): self.drawn(_stream(glyphs[name]), {}, inner)
                for name in sorted(glyphs.keys())
            }
        )
        if resources is not None:
            keys["/Resources"] = lambda _: resources
        return self.copied(old, keys, f"font {id(inner) if resources is None else 0}")

    def _encoding(self, old: Object) -> object:
        if isinstance(old, Name):
            return plain(old)
        if isinstance(old, Stream):
            raise NotCleanable  # a program of the document's own; nearly nothing writes these
        keys: dict[str, How] = {"/BaseEncoding": plain, "/Type": plain, "/Differences": self._differences}
        return self.copied(old, keys, "encoding")

    def _letters(self, old: Object) -> object:
        """Which letters the codes mean, for who copies or searches text: the tables, nothing around them."""
        if not isinstance(old, Stream):
            return plain(old)

        def fill(stream: Stream) -> None:
            stream.write(self._counted(bare_letters(old.read_bytes())))

        return self.once(old, fill)

    def _descriptor(self, old: Object) -> Object:
        keys: dict[str, How] = dict.fromkeys(_DESCRIBED.split(), plain)
        keys |= {"/FontName": self._called, "/FontFile": self._oldest, "/FontFile2": self._file}
        keys["/FontFile3"] = self._file
        keys["/Type"] = lambda _: Name.FontDescriptor
        return self.copied(old, keys, "descriptor")

    def _file(self, old: Object) -> Object:
        if not isinstance(old, Stream):
            raise NotCleanable

        def fill(stream: Stream) -> None:
            fill_in(stream, old, {"/Subtype": plain})
            whole = old.read_bytes()
            bare = bare_cff if str(old.get("/Subtype")) in _COMPACT and whole[:1] == b"\1" else bare_font
            content = bare(whole, self._glyph_names)
            if "/Subtype" not in old:
                stream["/Length1"] = len(content)
            stream.write(self._counted(content))

        return self.once(old, fill)

    def _oldest(self, old: Object) -> Object:
        def fill(stream: Stream) -> None:
            font = bare_type1(_stream(old).read_bytes(), self._glyph_names)
            stream["/Length1"], stream["/Length2"] = len(font.clear), len(font.scrambled)
            stream["/Length3"] = len(font.end)
            stream.write(self._counted(font.clear + font.scrambled + font.end))

        return self.once(old, fill)

    def _glyphs(self, old: Object, font: Object) -> object:
        """Which shape each number draws. A number of no shape of the font could be a letter of somebody's."""
        if not isinstance(old, Stream):
            return plain(old)

        def fill(stream: Stream) -> None:
            count = glyph_count(_stream(font["/FontDescriptor"]["/FontFile2"]).read_bytes())
            pairs = [int.from_bytes(old_map[at : at + 2], "big") for at in range(0, len(old_map), 2)]
            known = b"".join((one if one < count else 0).to_bytes(2, "big") for one in pairs)
            while known.endswith(b"\0\0"):
                known = known[:-2]
            stream.write(self._counted(known or b"\0\0"))

        old_map = old.read_bytes()[:131_072]
        return self.once(old, fill, within=("glyphs", *font.objgen))

    def _called(self, old: Object) -> object:
        """The same new name wherever the old one stood, so that a font and its description agree."""
        if _EVERYBODYS.fullmatch(usual := str(old).replace(" ", "")):
            return Name(usual)
        return Name(self._fonts.setdefault(str(old), f"/F{len(self._fonts) + 1}"))

    def _differences(self, old: Object) -> Object:
        return Array([Name(self._glyph(str(one))) if isinstance(one, Name) else int(one) for one in old])

    def _glyph(self, name: str) -> str:
        """The name of a letter's shape, by which a program knows the letter: «/Aacute», «/uni04D8»."""
        return f"/{self._glyph_names.called(name[1:])}"

    def _counted(self, content: bytes) -> bytes:
        self.take(len(content))
        return content


def _collection(old: Object) -> Object:
    ordering = bytes(old.get("/Ordering", String(""))).decode("latin-1")
    known = ordering if ordering in _COLLECTIONS else "Identity"
    return Dictionary(
        Registry=String("Adobe"), Ordering=String(known), Supplement=int(old.get("/Supplement", 0))
    )


def _stream(old: Object) -> Stream:
    if not isinstance(old, Stream):
        raise NotCleanable
    return old
