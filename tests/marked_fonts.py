"""Fonts as documents hold them, each with one square for the letter A and a mark in every place around it."""

import struct

from tests.canaries import Canaries

MARKS = Canaries()  # of these files alone: those of the letters are all hunted for in the letters

SQUARE_1 = b"\x8b\xf8\xec\x0d\x8b\x8b\x15\xf7\xc0\x06\xf7\xc0\x07\xfb\xc0\x06\x09\x0e"  # of type 1
SQUARE_2 = b"\x8b\x8b\x15\xf7\xc0\x06\xf7\xc0\x07\xfb\xc0\x06\x0e"  # of a compact font


def _mark(place: str) -> bytes:
    return MARKS[f"pdf-font-{place}"].encode()


def _scrambled(plain: bytes, key: int) -> bytes:
    out = bytearray()
    for byte in plain:
        out.append(cipher := byte ^ key >> 8)
        key = (cipher + key) * 52845 + 22719 & 0xFFFF
    return bytes(out)


def type1() -> tuple[bytes, bytes, bytes]:
    """The three parts; one shape has a name of somebody's own."""
    m = _mark
    clear = (
        b"%%!PS-AdobeFont-1.0: %s 1.0\n%% %s\n12 dict begin\n"
        b"/FontInfo 9 dict dup begin\n/Notice (%s) readonly def\n"
        b"/FullName (%s) readonly def\n/FamilyName (%s) def\n/Weight (%s) def\n"
        b"/version (%s) def\nend readonly def\n"
        b"/FontName /%s def\n/PaintType 0 def\n/FontType 1 def\n"
        b"/FontMatrix [0.001 0 0 0.001 0 0] readonly def\n"
        b"/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\ndup 65 /A put\n"
        b"dup 66 /%s put\nreadonly def\n"
        b"/FontBBox {0 0 600 600} readonly def\n/%s 1 def\ncurrentdict end\ncurrentfile eexec\n"
    ) % (m("head"), m("remark"), m("notice"), m("full"), m("family"), m("weight"), m("version"), m("named"),
         m("glyph"), m("own-key"))  # fmt: skip
    shape = _scrambled(b"qana" + SQUARE_1, 4330)
    secret = (
        b"dup /Private 8 dict dup begin\n/RD {string currentfile exch readstring pop} executeonly def\n"
        b"/ND {def} def\n/NP {put} def\n%% %s\n/BlueValues [] def\n/password 5839 def\n/Subrs 1 array\n"
        b"dup 0 %d RD %s NP\nND\n2 index /CharStrings 3 dict dup begin\n"
        % (m("secret"), len(shape), _scrambled(bytes(4) + b"\x0b", 4330))
    ).replace(b"dup 0 %d RD" % len(shape), b"dup 0 5 RD")
    for name in (b".notdef", b"A", m("glyph")):
        secret += b"/%s %d RD %s ND\n" % (name, len(shape), shape)
    secret += b"end end\nreadonly put\n%% %s\nmark currentfile closefile\n" % m("secret-end")
    end = (b"0" * 64 + b"\n") * 8 + b"cleartomark\n%% %s" % m("behind")
    return clear, _scrambled(b"abcd" + secret, 55665), end


def _index(*things: bytes) -> bytes:
    at, offsets = 1, [1]
    for thing in things:
        offsets.append(at := at + len(thing))
    if not things:
        return b"\0\0"
    return struct.pack(f">HB{len(offsets)}H", len(things), 2, *offsets) + b"".join(things)


def _long(*numbers: int) -> bytes:
    return b"".join(b"\x1d" + struct.pack(">i", one) for one in numbers)


def compact() -> bytes:
    """A compact font (CFF) of three shapes; what its tables do not lead to is marked too."""
    m = _mark
    texts = [
        m(f"cff-{place}") for place in ("version", "notice", "full", "family", "weight", "copyright", "glyph")
    ]
    before = b"\1\0\4\2" + _index(m("cff-name"))
    after = _index(*texts) + _index() + m("cff-between")
    shapes = _index(b"\x0e", SQUARE_2, SQUARE_2)
    charset = b"\0" + struct.pack(">HH", 34, 391 + 6)
    private = b"\x8b\x14"
    named = b"".join(
        _long(391 + n) + key for n, key in enumerate((b"\0", b"\1", b"\2", b"\3", b"\4", b"\x0c\0"))
    )

    def top(start: int) -> bytes:
        places = start, start + len(charset), start + len(charset) + len(shapes)
        marked = _long(int.from_bytes(b"qana", "big")) + b"\x0d"  # UniqueID
        at = (
            _long(places[0]) + b"\x0f" + _long(places[1]) + b"\x11" + _long(len(private), places[2]) + b"\x12"
        )
        return _index(named + marked + at)

    start = len(before) + len(top(0)) + len(after)
    return before + top(start) + after + charset + shapes + private + m("cff-behind")


def true_type() -> bytes:
    """The frame of a TrueType font: bytes that no shape takes, and names of shapes."""
    m = _mark
    own = m("ttf-glyph")
    tables = {
        b"head": bytes(12) + b"\x5f\x0f\x3c\xf5" + bytes(38),
        b"glyf": b"\0\0" + m("ttf-unreached"),
        b"loca": struct.pack(">2H", 0, 1) + m("ttf-loca"),
        b"maxp": b"\0\1\0\0\0\1" + bytes(26) + m("ttf-maxp"),
        b"hhea": bytes(35) + b"\1" + m("ttf-hhea"),
        b"hmtx": bytes(4) + m("ttf-hmtx"),
        b"OS/2": bytes(58) + b"qana" + bytes(38) + m("ttf-os2"),
        b"gasp": bytes(4) + m("ttf-gasp"),
        b"GPOS": m("ttf-gpos"),
        b"post": b"\0\2\0\0"
        + bytes(28)
        + struct.pack(">HH", 1, 258)
        + bytes([len(own)])
        + own
        + m("ttf-post"),
    }
    at = 12 + 16 * len(tables)
    directory, body = b"", b""
    for tag, table in sorted(tables.items()):
        directory += struct.pack(">4sIII", tag, 0, at + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return b"\0\1\0\0" + struct.pack(">HHHH", len(tables), 64, 2, 0) + directory + body + m("ttf-behind")
