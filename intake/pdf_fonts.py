"""Fonts of a PDF: the shapes of letters and which letter each one is."""

import re

from pikepdf import Array, Dictionary, Name, Object, Stream, String

from intake.cleaning import NotCleanable
from intake.font_files import bare_font
from intake.pdf_parts import How, Names, Parts, fill_in, plain

_COLLECTIONS = ("Identity", "Japan1", "GB1", "CNS1", "Korea1", "KR", "UCS")
_MAPPED = re.compile(rb"begin(codespacerange|bfchar|bfrange|cidchar|cidrange)\b(.*?)\bend\1\b", re.DOTALL)
_TOKEN = re.compile(rb"<[0-9A-Fa-f\s]*>|[\[\]]|\b\d{1,6}\b")
_DESCRIBED = """
/FontName /Flags /FontBBox /ItalicAngle /Ascent /Descent /Leading /CapHeight /XHeight /StemV /StemH /AvgWidth
/MaxWidth /MissingWidth /FontStretch /FontWeight
"""
_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


class Fonts(Parts):
    """Copies fonts."""

    def font(self, old: Object, names: Names) -> Object:
        if old.get("/Subtype") == Name.Type3:
            return self._drawn_font(old, names)
        words = "/Subtype /BaseFont /FirstChar /LastChar /Widths /DW /W /DW2 /W2"
        keys: dict[str, How] = dict.fromkeys(words.split(), plain)
        keys |= {"/Type": lambda _: Name.Font, "/Encoding": self._encoding, "/ToUnicode": self._letters}
        keys |= {"/FontDescriptor": self._descriptor, "/CIDSystemInfo": _collection}
        keys |= {"/CIDToGIDMap": self._glyphs}
        keys["/DescendantFonts"] = lambda ones: Array([self.font(one, names) for one in ones])
        return self.copied(old, keys, "font")

    def _drawn_font(self, old: Object, names: Names) -> Object:
        """A font whose letters are drawings of their own."""
        resources, inner = self.resources(old["/Resources"]) if "/Resources" in old else (None, names)
        words = "/Subtype /FontBBox /FontMatrix /FirstChar /LastChar /Widths"
        keys: dict[str, How] = dict.fromkeys(words.split(), plain)
        keys |= {"/Type": lambda _: Name.Font, "/Encoding": self._encoding, "/ToUnicode": self._letters}
        keys["/CharProcs"] = lambda glyphs: Dictionary(
            {_glyph(name): self.drawn(_stream(glyphs[name]), {}, inner) for name in sorted(glyphs.keys())}
        )
        if resources is not None:
            keys["/Resources"] = lambda _: resources
        return self.copied(old, keys, f"font {id(inner) if resources is None else 0}")

    def _encoding(self, old: Object) -> object:
        if isinstance(old, Name):
            return plain(old)
        if isinstance(old, Stream):
            raise NotCleanable  # a program of the document's own; nearly nothing writes these
        keys: dict[str, How] = {"/BaseEncoding": plain, "/Type": plain, "/Differences": _differences}
        return self.copied(old, keys, "encoding")

    def _letters(self, old: Object) -> object:
        """Which letters the codes mean, for who copies or searches text: the tables, nothing around them."""
        if not isinstance(old, Stream):
            return plain(old)

        def fill(stream: Stream) -> None:
            stream.write(self._counted(_mapping(old.read_bytes())))

        return self.once(old, fill)

    def _descriptor(self, old: Object) -> Object:
        keys: dict[str, How] = dict.fromkeys(_DESCRIBED.split(), plain)
        keys |= dict.fromkeys(_FILES, self._file)
        keys["/Type"] = lambda _: Name.FontDescriptor
        return self.copied(old, keys, "descriptor")

    def _file(self, old: Object) -> Object:
        if not isinstance(old, Stream):
            raise NotCleanable

        def fill(stream: Stream) -> None:
            fill_in(stream, old, dict.fromkeys(("/Subtype", "/Length2", "/Length3"), plain))
            content = bare_font(old.read_bytes())
            if "/Length1" in old:
                # Of a Type 1 font it is the length of the first of three parts, which stay as they are.
                stream["/Length1"] = plain(old["/Length1"]) if "/Length2" in old else len(content)
            stream.write(self._counted(content))

        return self.once(old, fill)

    def _glyphs(self, old: Object) -> object:
        if not isinstance(old, Stream):
            return plain(old)
        return self.once(old, lambda stream: stream.write(self._counted(old.read_bytes()[:131_072])))

    def _counted(self, content: bytes) -> bytes:
        self.take(len(content))
        return content


def _collection(old: Object) -> Object:
    ordering = bytes(old.get("/Ordering", String(""))).decode("latin-1")
    known = ordering if ordering in _COLLECTIONS else "Identity"
    return Dictionary(
        Registry=String("Adobe"), Ordering=String(known), Supplement=int(old.get("/Supplement", 0))
    )


def _differences(old: Object) -> Object:
    return Array([Name(_glyph(str(one))) if isinstance(one, Name) else int(one) for one in old])


def _stream(old: Object) -> Stream:
    if not isinstance(old, Stream):
        raise NotCleanable
    return old


def _glyph(name: str) -> str:
    """The name of a letter's shape, by which a program knows the letter: «/Aacute», «/uni04D8», «/g12»."""
    return name if re.fullmatch(r"/[A-Za-z0-9._]{1,31}", name) else "/.notdef"


def _mapping(old: bytes) -> bytes:
    head = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Adobe-Identity-UCS def\n"
    head += b"/CMapType 2 def\n"
    tables = []
    for kind, table in _MAPPED.findall(old):
        tokens = [b"".join(token.split()) for token in _TOKEN.findall(table)]
        tables.append(b"1 begin%s %s end%s\n" % (kind, b" ".join(tokens), kind))
    return head + b"".join(tables) + b"endcmap CMapName currentdict /CMap defineresource pop end end\n"
