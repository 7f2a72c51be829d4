"""PDF files of anonymous appeals: the pages alone, rebuilt in a new document.

Only what draws a page is copied, by the lists here and in `pdf_parts`: no author, title, dates, names,
bookmarks, scripts, attached files, authors of notes. What notes and forms show is drawn into the page first.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Operator, Stream, String

from intake.cleaning import Fresh, NotCleanable
from intake.pdf_fonts import Fonts
from intake.pdf_parts import Names, plain

MOST_PAGES = 200


def rebuilt(content: bytes) -> Fresh:
    """Raises NotCleanable, or whatever the library does."""
    with pikepdf.open(BytesIO(content), inherit_page_attributes=True, suppress_warnings=True) as old:
        if old.is_encrypted or not 0 < len(old.pages) <= MOST_PAGES or _hides_layers(old.Root):
            raise NotCleanable
        if "/AcroForm" in old.Root:
            old.generate_appearance_streams()
        old.flatten_annotations("screen")
        with pikepdf.new() as new:
            pages = _Pages(new)
            for page in old.pages:
                page.externalize_inline_images()
                new.pages.append(pikepdf.Page(pages.page(page.obj)))
            out = BytesIO()
            new.save(out, static_id=True, recompress_flate=False, min_version="1.7")
    return Fresh(kind=".pdf", content=out.getvalue())


def _hides_layers(root: Object) -> bool:
    """A document whose layers are not all shown would look different: without its layers all of them are."""
    layers = root.get("/OCProperties")
    if not isinstance(layers, Dictionary):
        return False
    shown = layers.get("/D", Dictionary())
    return bool(len(shown.get("/OFF", Array()))) or shown.get("/BaseState") in (Name.OFF, Name.Unchanged)


class _Pages(Fonts):
    """Pages, and everything that is itself drawn by a content stream: forms, tiles, glyphs, masks."""

    def page(self, old: Dictionary) -> Object:
        new = Dictionary(Type=Name.Page)
        for key in ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit"):
            if key in old:
                new[key] = plain(old[key])
        if "/Group" in old:
            new["/Group"] = self.group(old["/Group"])
        resources, names = self.resources(old.get("/Resources", Dictionary()))
        new["/Resources"] = resources
        new["/Contents"] = self.stream(self._redrawn(old, names))
        return self.new.make_indirect(new)

    def drawn(self, old: Stream, keys: Mapping[str, Callable[[Object], object]], outer: Names) -> Object:
        """A stream that draws, with these keys of its own; without resources it uses those of its page."""

        def fill(stream: Stream) -> None:
            for key, how in keys.items():
                if key in old:
                    stream[key] = how(old[key])
            names = outer
            if "/Resources" in old:
                stream["/Resources"], names = self.resources(old["/Resources"])
            content = self._redrawn(old, names)
            self.take(len(content))
            stream.write(content)

        return self.once(old, fill, within=() if "/Resources" in old else (id(outer),))

    def resources(self, old: Object) -> tuple[Dictionary, Names]:
        """The resources under new names, and what each was called."""
        new, names = Dictionary(), Names()
        hows: Mapping[str, Callable[[Object], Object | None]] = {
            "/ExtGState": lambda one: self.state(one, names),
            "/ColorSpace": self.colours,
            "/Pattern": lambda one: self.pattern(one, names),
            "/Shading": self.shading,
            "/XObject": lambda one: self.picture(one, names),
            "/Font": lambda one: self.font(one, names),
        }
        for category, how in hows.items():
            found = old.get(category)
            if not isinstance(found, Dictionary):
                continue
            new[category] = Dictionary()
            for place, key in enumerate(sorted(found.keys()), 1):
                names[category, key] = f"/{category[1]}{place}"
            for key in sorted(found.keys()):
                copied = how(found[key])
                if copied is not None:
                    new[category][names[category, key]] = copied
        return new, names

    def _redrawn(self, old: Object, names: Names) -> bytes:
        """What draws, operator by operator: comments, marks and operands too many are not copied."""
        instructions = [
            one
            for instruction in pikepdf.parse_content_stream(old)
            if (one := _instruction(instruction, names)) is not None
        ]
        return pikepdf.unparse_content_stream(instructions)


_Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage
_NUMBERS = {
    operator: count
    for count, operators in {
        0: "q Q h S s f F f* B B* b b* n W W* BT ET T*", 1: "w J j M i g G Tc Tw Tz TL Tr Ts",
        2: "m l Td TD d0", 3: "rg RG", 4: "v y re k K", 6: "c cm Tm d1",
    }.items()
    for operator in operators.split()
}  # fmt: skip
_NAMED = {"gs": "/ExtGState", "cs": "/ColorSpace", "CS": "/ColorSpace", "Do": "/XObject", "sh": "/Shading"}
_INTENTS = ("/AbsoluteColorimetric", "/RelativeColorimetric", "/Saturation", "/Perceptual")
_DEVICES = ("/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern")
_OF_DOTS = """
/BPC /BitsPerComponent /D /Decode /DP /DecodeParms /F /Filter /H /Height /IM /ImageMask /I /Interpolate
/W /Width /AHx /ASCIIHexDecode /A85 /ASCII85Decode /LZW /LZWDecode /Fl /FlateDecode /RL /RunLengthDecode
/CCF /CCITTFaxDecode
"""
_DOTS = frozenset(_OF_DOTS.split())


def _instruction(one: _Instruction, names: Names) -> _Instruction | None:
    if isinstance(one, pikepdf.ContentStreamInlineImage):
        return _inline(one)
    operands: list[object]
    operator, operands = str(one.operator), [*one.operands]
    new = _operands(operator, operands, names)
    if new is None:
        return None
    return pikepdf.ContentStreamInstruction(new, Operator(operator))  # type: ignore[arg-type]


def _operands(operator: str, given: list[object], names: Names) -> list[object] | None:
    """The operands that the operator takes and nothing more; None for one that draws nothing."""
    if operator in _NUMBERS:
        count = _NUMBERS[operator]
        taken = given[len(given) - count :] if len(given) >= count else None
        return taken if taken is not None and all(map(_is_number, taken)) else None
    if operator in _NAMED and given:
        if operator in ("cs", "CS") and str(given[-1]) in _DEVICES:
            return given[-1:]
        return _name(names, _NAMED[operator], given[-1])
    if operator == "ri" and given and str(given[-1]) in _INTENTS:
        return given[-1:]
    if operator in ("sc", "SC", "scn", "SCN"):
        numbers = [one for one in given if _is_number(one)]
        pattern = _name(names, "/Pattern", given[-1]) if given and isinstance(given[-1], Name) else []
        return None if pattern is None else [*numbers, *pattern]
    return _text_operands(operator, given, names)


def _text_operands(operator: str, given: list[object], names: Names) -> list[object] | None:
    if operator == "Tf" and len(given) >= 2 and _is_number(given[-1]):
        font = _name(names, "/Font", given[-2])
        return None if font is None else [*font, given[-1]]
    if operator in ("Tj", "'") and given and isinstance(given[-1], String):
        return given[-1:]
    if operator == '"' and len(given) >= 3 and isinstance(given[-1], String):
        return given[-3:] if all(map(_is_number, given[-3:-1])) else None
    if operator == "TJ" and given and isinstance(given[-1], Array):
        return [Array(one for one in given[-1] if _is_number(one) or isinstance(one, String))]
    if operator == "d" and len(given) >= 2 and isinstance(given[-2], Array) and _is_number(given[-1]):
        return [Array(one for one in given[-2] if _is_number(one)), given[-1]]
    return None


def _inline(one: pikepdf.ContentStreamInlineImage) -> pikepdf.ContentStreamInlineImage:
    """The dots of a glyph (larger ones were put outside before), of kinds that hold nothing but dots."""
    picture = one.iimage.obj
    filters = picture.get("/F", picture.get("/Filter", Array()))
    used = {str(name) for name in ([filters] if isinstance(filters, Name) else filters)}
    if not used.union(picture.keys()) <= _DOTS:
        raise NotCleanable
    return one


def _name(names: Names, category: str, given: object) -> list[object] | None:
    new = names.get((category, str(given)))
    return None if new is None else [Name(new)]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal)
