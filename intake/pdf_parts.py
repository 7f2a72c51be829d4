"""What the pages of a PDF draw with: colours, patterns, pictures, each copied by a list of its keys."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from decimal import Decimal

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from intake.cleaning import NotCleanable
from intake.pdf_functions import bare_program, bare_table
from intake.pdf_pictures import samples_of

MOST_UNPACKED = 150_000_000  # bytes of all that draws, together; a page scanned in colour takes 25 MB
_SPACES = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}
_DEVICES = {
    "/DeviceGray": 1,
    "/G": 1,
    "/DeviceRGB": 3,
    "/RGB": 3,
    "/DeviceCMYK": 4,
    "/CMYK": 4,
    "/Pattern": 0,
}
_STATE = "/LW /LC /LJ /ML /D /RI /OP /op /OPM /SA /BM /CA /ca /AIS /TK /FL /SM"
_CIE = {"/CalGray": 1, "/CalRGB": 3, "/Lab": 3}
_WORDS = """
/Alpha /Luminosity /Transparency /None /Default /Identity /Form /Image /Font /Normal /Compatible /Multiply
/Screen /Overlay /Darken /Lighten /ColorDodge /ColorBurn /HardLight /SoftLight /Difference /Exclusion /Hue
/Saturation /Color /AbsoluteColorimetric /RelativeColorimetric /Perceptual /Type0 /Type1 /MMType1 /Type3
/TrueType /CIDFontType0 /CIDFontType2 /Type1C /CIDFontType0C /OpenType /Encoding /WinAnsiEncoding
/MacRomanEncoding /MacExpertEncoding /StandardEncoding /Identity-H /Identity-V /UltraCondensed /ExtraCondensed
/Condensed /SemiCondensed /SemiExpanded /Expanded /ExtraExpanded /UltraExpanded
"""
_KNOWN_WORDS = frozenset(_WORDS.split())
_ASIAN = re.compile(r"/Uni(GB|CNS|JIS|KS)-(UCS2|UTF16)-[HV]")  # how characters of Asia are counted

How = Callable[[Object], object]


class Names(dict[tuple[str, str], str]):
    """What the resources of a page are called in the new document, by category and old name."""


class Parts(ABC):
    """Copies into one new document; what several pages share is copied once."""

    def __init__(self, new: Pdf) -> None:
        self.new = new
        self._done: dict[tuple[object, ...], Object] = {}
        self._left = MOST_UNPACKED

    @abstractmethod
    def drawn(self, old: Stream, keys: Mapping[str, How], outer: Names) -> Object: ...

    @abstractmethod
    def font(self, old: Object, names: Names) -> Object: ...

    @abstractmethod
    def resources(self, old: Object) -> tuple[Dictionary, Names]: ...

    def take(self, size: int) -> None:
        """Raises NotCleanable."""
        self._left -= size
        if self._left < 0:
            raise NotCleanable

    def stream(self, content: bytes) -> Stream:
        self.take(len(content))
        return Stream(self.new, content)

    def once(self, old: Object, fill: Callable[[Stream], None], within: tuple[object, ...] = ()) -> Object:
        """A new stream for an old one, known before it is filled: forms may go in a circle."""
        key = ("stream", *old.objgen, *within)
        if key not in self._done:
            self._done[key] = new = Stream(self.new, b"")
            fill(new)
        return self._done[key]

    def copied(self, old: Object, keys: Mapping[str, How], kind: str) -> Object:
        """A new dictionary with these keys of the old one."""
        key = (kind, *old.objgen)
        if old.is_indirect and key in self._done:
            return self._done[key]
        new = self.new.make_indirect(Dictionary())
        if old.is_indirect:
            self._done[key] = new
        fill_in(new, old, keys)
        return new

    def group(self, old: Object) -> Object:
        return self.copied(old, {"/S": plain, "/CS": self.colours, "/I": plain, "/K": plain}, "group")

    def state(self, old: Object, names: Names) -> Object:
        keys: dict[str, How] = dict.fromkeys(_STATE.split(), plain)
        keys["/Font"] = lambda font: Array([self.font(font[0], names), plain(font[1])])
        keys["/SMask"] = lambda mask: self._soft_mask(mask, names)
        return self.copied(old, keys, "state")

    def _soft_mask(self, old: Object, names: Names) -> object:
        if not isinstance(old, Dictionary):
            return Name("/None")
        keys: dict[str, How] = {"/S": plain, "/BC": plain, "/TR": self.function}
        keys["/G"] = lambda form: self.picture(form, names)
        return self.copied(old, keys, "mask")

    # -- colours ------------------------------------------------------------------------

    def colours(self, old: Object) -> Object:
        """A colour space. A profile of a camera or scanner is replaced by the plain space it stands for."""
        return self._space(old)[0]

    def _space(self, old: Object) -> tuple[Object, int]:
        if isinstance(old, Name):
            if str(old) not in _DEVICES:
                raise NotCleanable
            return Name(str(old)), _DEVICES[str(old)]
        kind = str(old[0])
        if kind in _DEVICES and kind != "/Pattern":
            return Name(kind), _DEVICES[kind]
        if kind == "/ICCBased":
            count = int(old[1]["/N"])
            return _SPACES[count], count
        if kind in _CIE:
            keys = dict.fromkeys(("/WhitePoint", "/BlackPoint", "/Gamma", "/Matrix", "/Range"), plain)
            return Array([Name(kind), self.copied(old[1], keys, "cie")]), _CIE[kind]
        if kind in ("/Indexed", "/I"):
            base, count = self._space(old[1])
            table = old[3].read_bytes() if isinstance(old[3], Stream) else bytes(old[3])
            return Array([Name.Indexed, base, int(old[2]), String(table[: (int(old[2]) + 1) * count])]), 1
        if kind in ("/Separation", "/DeviceN"):
            return self._inks(kind, old)
        if kind == "/Pattern":
            return Array([Name.Pattern, *([self.colours(old[1])] if len(old) > 1 else [])]), 0
        raise NotCleanable

    def _inks(self, kind: str, old: Object) -> tuple[Object, int]:
        inks = [old[1]] if kind == "/Separation" else list(old[1])
        plates = ("/All", "/None", "/Cyan", "/Magenta", "/Yellow", "/Black")
        called = [Name(str(ink)) if str(ink) in plates else Name(f"/Ink{n}") for n, ink in enumerate(inks, 1)]
        name = called[0] if kind == "/Separation" else Array(called)
        return Array([Name(kind), name, self.colours(old[2]), self.function(old[3])]), len(inks)

    def function(self, old: Object) -> object:
        if isinstance(old, Name):
            return Name("/Identity") if str(old) == "/Identity" else Name("/Default")
        if isinstance(old, Array):
            return Array([self.function(one) for one in old])
        words = "/FunctionType /Domain /Range /Size /BitsPerSample /Order /Encode /Decode /C0 /C1 /N /Bounds"
        keys: dict[str, How] = dict.fromkeys(words.split(), plain)
        keys["/Functions"] = lambda ones: Array([self.function(one) for one in ones])
        if not isinstance(old, Stream):
            return self.copied(old, keys, "function")

        def fill(stream: Stream) -> None:
            fill_in(stream, old, keys)
            content = old.read_bytes()
            if int(old["/FunctionType"]) == 4:
                content = bare_program(content)
            else:
                outputs = len(old["/Range"]) // 2
                sizes = [int(one) for one in old["/Size"]]
                content = bare_table(content, sizes, outputs * int(old["/BitsPerSample"]))
            self.take(len(content))
            stream.write(content)

        return self.once(old, fill)

    def pattern(self, old: Object, names: Names) -> Object:
        if isinstance(old, Stream):
            words = "/PatternType /PaintType /TilingType /BBox /XStep /YStep /Matrix"
            return self.drawn(old, dict.fromkeys(words.split(), plain), names)
        keys: dict[str, How] = {"/PatternType": plain, "/Matrix": plain, "/Shading": self.shading}
        keys["/ExtGState"] = lambda state: self.state(state, names)
        return self.copied(old, keys, "pattern")

    def shading(self, old: Object) -> Object:
        words = "/ShadingType /Background /BBox /AntiAlias /Domain /Coords /Extend /Matrix"
        keys: dict[str, How] = dict.fromkeys(words.split(), plain)
        keys |= {"/ColorSpace": self.colours, "/Function": self.function}
        if isinstance(old, Stream):
            raise NotCleanable  # a net of any points, also such as nobody sees; nearly nothing draws these
        return self.copied(old, keys, "shading")

    # -- pictures and forms --------------------------------------------------------------

    def picture(self, old: Object, names: Names) -> Object | None:
        if not isinstance(old, Stream):
            return None
        if old.get("/Subtype") == Name.Form:
            keys = {"/Subtype": plain, "/BBox": plain, "/Matrix": plain, "/Group": self.group}
            return self.drawn(old, keys, names)
        return self._image(old) if old.get("/Subtype") == Name.Image else None

    def _image(self, old: Stream) -> Object:
        def fill(stream: Stream) -> None:
            count = 1
            if "/ColorSpace" in old:
                stream["/ColorSpace"], count = self._space(old["/ColorSpace"])
            stream["/Type"], stream["/Subtype"] = Name.XObject, Name.Image
            samples = samples_of(old, count)
            self.take(samples.unpacked)
            fill_in(stream, old, dict.fromkeys(("/ImageMask", "/Interpolate", "/Decode", "/Matte"), plain))
            for key in ("/SMask", "/Mask"):
                if isinstance(mask := old.get(key), Stream):
                    stream[key] = self._image(mask)
            if isinstance(colours := old.get("/Mask"), Array):
                stream["/Mask"] = plain(colours)
            stream["/Width"], stream["/Height"] = samples.size
            stream["/BitsPerComponent"] = samples.bits
            if (samples.colours and samples.colours != count) or (
                samples.colours and "/ColorSpace" not in old
            ):
                stream["/ColorSpace"] = _SPACES[samples.colours]
            stream.write(samples.content, filter=Name.DCTDecode if samples.is_jpeg else None)

        return self.once(old, fill)


def plain(value: object) -> object:
    """Numbers, the names that the format itself gives and lists of them: what a key of drawing may hold."""
    if isinstance(value, Array):
        return Array([plain(one) for one in value])
    if isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, Name) and (str(value) in _KNOWN_WORDS or _ASIAN.fullmatch(str(value))):
        return Name(str(value))
    raise NotCleanable


def fill_in(new: Object, old: Object, keys: Mapping[str, How]) -> None:
    for key, how in keys.items():
        if key in old:
            new[key] = how(old[key])
