"""Fonts of the oldest kind (Type 1) inside documents: written anew from the parts that shape letters.

Such a font is a program in PostScript, half of it scrambled with a key that is the same for everybody. Only
numbers, shapes and the names of shapes are taken out of it.
"""

import re
from dataclasses import dataclass

from intake.glyph_names import GlyphNames

_FONT_KEY, _SHAPE_KEY = 55665, 4330
_MATRIX = re.compile(rb"/FontMatrix\s*\[([-+.\deE\s]+)\]")
_BOX = re.compile(rb"/FontBBox\s*[\[{]([-+.\deE\s]+)[\]}]")
_CODE = re.compile(rb"\bdup\s+(\d{1,3})\s*/([^\s/{}\[\]()<>%]{1,31})\s+put\b")
_LISTS = re.compile(
    rb"/(BlueValues|OtherBlues|FamilyBlues|FamilyOtherBlues|StdHW|StdVW|StemSnapH|StemSnapV)"
    rb"\s*[\[{]([-+.\d\s]*)[\]}]"
)
_VALUES = re.compile(
    rb"/(BlueScale|BlueShift|BlueFuzz|LanguageGroup|ForceBold|ExpansionFactor)\s+([-+.\d]+|true|false)\s"
)
_SKIPPED = re.compile(rb"/lenIV\s+(\d)\b")
_SUBROUTINE = re.compile(rb"\s*(?:\S{1,20}\s+){0,3}?dup\s+(\d{1,5})\s+(\d{1,5})\s+[^\s\d/]\S*[ ]")
_SHAPE = re.compile(rb"/([^\s/{}\[\]()<>%]{1,31})\s+(\d{1,5})\s+[^\s\d/]\S*[ ]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Type1:
    """A font in its three parts."""

    clear: bytes
    scrambled: bytes
    end: bytes = (b"0" * 64 + b"\n") * 8 + b"cleartomark\n"


def bare_type1(content: bytes, names: GlyphNames) -> Type1:
    """Raises ValueError for what is no such font."""
    clear, found, rest = content.partition(b"currentfile eexec")
    if not found or not content.startswith(b"%!"):
        raise ValueError("no font of type 1")
    rest = rest[1:].lstrip(b"\r\n") if rest[:1] in b" \r\n\t" else rest
    if re.fullmatch(rb"[0-9A-Fa-f\s]{8}", rest[:8]):
        rest = bytes.fromhex(re.match(rb"[0-9A-Fa-f\s]*", rest)[0].decode("ascii"))  # type: ignore[index]
    return Type1(
        clear=_clear(re.sub(rb"%[^\r\n]*", b"", clear), names),
        scrambled=_scrambled(bytes(4) + _secret(_plain(rest, _FONT_KEY)[4:], names), _FONT_KEY),
    )


def _clear(old: bytes, names: GlyphNames) -> bytes:
    matrix, box = _MATRIX.search(old), _BOX.search(old)
    if not matrix or not box or len(matrix[1].split()) != 6 or len(box[1].split()) != 4:
        raise ValueError("no size")
    codes = {int(code): _called(name, names) for code, name in _CODE.findall(old)}
    encoding = b"StandardEncoding def\n"
    if not re.search(rb"/Encoding\s+StandardEncoding\b", old):
        lines = [b"dup %d /%s put\n" % (code, name) for code, name in sorted(codes.items()) if code < 256]
        encoding = (
            b"256 array\n0 1 255 {1 index exch /.notdef put} for\n" + b"".join(lines) + b"readonly def\n"
        )
    return (
        b"%!PS-AdobeFont-1.0: F\n9 dict begin\n/FontInfo 1 dict def\n/FontName /F def\n"
        b"/PaintType 0 def\n/FontType 1 def\n/FontMatrix ["
        + b" ".join(matrix[1].split())
        + b"] readonly def\n"
        b"/Encoding " + encoding + b"/FontBBox {" + b" ".join(box[1].split()) + b"} readonly def\n"
        b"currentdict end\ncurrentfile eexec\n"
    )


def _secret(old: bytes, names: GlyphNames) -> bytes:
    head, found, shapes = old.partition(b"/CharStrings")
    before, _, subroutines = head.partition(b"/Subrs")
    skipped = int(one[1]) if (one := _SKIPPED.search(before)) else 4
    lists = [b"/%s [%s] def\n" % (key, b" ".join(value.split())) for key, value in _LISTS.findall(before)]
    values = [b"/%s %s def\n" % pair for pair in _VALUES.findall(before)]
    subrs: dict[int, bytes] = {}
    drawn: dict[bytes, bytes] = {}
    for number, program in _programs(_SUBROUTINE, subroutines, skipped):
        subrs[int(number)] = program
    for name, program in _programs(_SHAPE, shapes, skipped):
        drawn.setdefault(_called(name, names), program)
    if not found or b".notdef" not in drawn or max(subrs, default=0) > 65_535:
        raise ValueError("no shapes")
    return (
        b"dup /Private 20 dict dup begin\n/RD {string currentfile exch readstring pop} executeonly def\n"
        b"/ND {noaccess def} executeonly def\n/NP {noaccess put} executeonly def\n/MinFeature {16 16} def\n"
        b"/password 5839 def\n/lenIV %d def\n"
        % skipped
        + b"".join([*lists, *values])
        + b"/OtherSubrs [{} {} {} {pop 3}] def\n"
        + b"/Subrs %d array\n" % (max(subrs, default=-1) + 1)
        + b"".join(b"dup %d %d RD %s NP\n" % (n, len(one), one) for n, one in sorted(subrs.items()))
        + b"ND\n2 index /CharStrings %d dict dup begin\n" % len(drawn)
        + b"".join(b"/%s %d RD %s ND\n" % (name, len(one), one) for name, one in drawn.items())
        + b"end\nend\nreadonly put\nnoaccess put\ndup/FontName get exch definefont pop\n"
        + b"mark currentfile closefile\n"
    )


def _programs(kind: re.Pattern[bytes], old: bytes, skipped: int) -> list[tuple[bytes, bytes]]:
    """Each subroutine or shape by its name, and the arbitrary bytes at its beginning made zeros."""
    found: list[tuple[bytes, bytes]] = []
    at = 0
    while one := kind.match(old, at) if found and kind is _SUBROUTINE else kind.search(old, at):
        end = one.end() + int(one[2])
        if end > len(old):
            raise ValueError("cut off")
        program = _plain(old[one.end() : end], _SHAPE_KEY)[skipped:]
        found.append((one[1], _scrambled(bytes(skipped) + program, _SHAPE_KEY)))
        at = end
    return found


def _called(name: bytes, names: GlyphNames) -> bytes:
    return names.called(name.decode("latin-1")).encode("latin-1")


def _plain(scrambled: bytes, key: int) -> bytes:
    out = bytearray()
    for byte in scrambled:
        out.append(byte ^ key >> 8)
        key = (byte + key) * 52845 + 22719 & 0xFFFF
    return bytes(out)


def _scrambled(plain: bytes, key: int) -> bytes:
    out = bytearray()
    for byte in plain:
        out.append(cipher := byte ^ key >> 8)
        key = (cipher + key) * 52845 + 22719 & 0xFFFF
    return bytes(out)
