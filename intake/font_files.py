"""Fonts inside documents: the tables that shape letters, without names, notes and times."""

import struct
from itertools import pairwise

from intake.cff_fonts import bare_cff
from intake.glyph_names import GlyphNames

_OUTLINES = (b"\0\1\0\0", b"OTTO", b"true")
# OpenType 1.9: what drawing takes. Not name, meta, DSIG, FFTM, PfEd and whatever programs add; nor the tables
# by which letters are put together: on a page of a PDF that was done before.
_DRAWING = "CFF_ OS/2 cmap cvt_ fpgm gasp glyf head hhea hmtx loca maxp post prep vhea vmtx"
_TABLES = frozenset(_DRAWING.split())
_LENGTHS = {b"hhea": 36, b"vhea": 36, b"maxp": 32, b"OS/2": 100}  # at most; longer ones have a tail
_MAKER = slice(58, 62)  # of table OS/2
_STAMPS = slice(20, 36)  # of table head: created, modified


_MAGIC = b"\x5f\x0f\x3c\xf5"  # stands in table head of each such font


def bare_font(content: bytes, names: GlyphNames) -> bytes:
    """A TrueType or OpenType font written anew. Raises ValueError, IndexError, struct.error for no such."""
    if content[:4] not in _OUTLINES:
        raise ValueError("no TrueType font")
    (count,) = struct.unpack_from(">H", content, 4)
    tables: dict[bytes, bytes] = {}
    for place in range(count):
        tag, _, start, size = struct.unpack_from(">4sIII", content, 12 + 16 * place)
        if tag.decode("latin-1").replace(" ", "_") in _TABLES:
            tables[tag] = content[start : start + size]
    if len(tables.get(b"head", b"")) < 54 or tables[b"head"][12:16] != _MAGIC:
        raise ValueError("no TrueType font")
    head = bytearray(tables[b"head"][:54])
    head[8:12] = bytes(4)  # the checksum of the whole file
    head[_STAMPS] = bytes(16)
    tables[b"head"] = bytes(head)
    _cut(tables, wide=head[51] == 1)
    if b"post" in tables:
        tables[b"post"] = _named(tables[b"post"], names)
    if b"CFF " in tables:
        tables[b"CFF "] = bare_cff(tables[b"CFF "], names)
    elif b"glyf" in tables:
        tables[b"glyf"] = _reached(tables[b"glyf"], tables[b"loca"], wide=head[51] == 1)
    return _written(content[:4], tables)


def glyph_count(content: bytes) -> int:
    """How many shapes a TrueType or OpenType font has. Raises ValueError, struct.error."""
    (count,) = struct.unpack_from(">H", content, 4)
    for place in range(count):
        tag, _, start, _ = struct.unpack_from(">4sIII", content, 12 + 16 * place)
        if tag == b"maxp":
            return int(struct.unpack_from(">H", content, start + 4)[0])
    raise ValueError("a font that does not say how many shapes it has")


def _cut(tables: dict[bytes, bytes], *, wide: bool) -> None:
    """Ends each table where its values do."""
    for tag, length in _LENGTHS.items():
        if tag in tables:
            tables[tag] = tables[tag][:length]
    if len(tables.get(b"OS/2", b"")) >= _MAKER.stop:
        system = bytearray(tables[b"OS/2"])
        system[_MAKER] = b"    "
        tables[b"OS/2"] = bytes(system)
    if b"gasp" in tables:
        tables[b"gasp"] = tables[b"gasp"][: 4 + 4 * int.from_bytes(tables[b"gasp"][2:4], "big")]
    if b"maxp" in tables:
        count = int.from_bytes(tables[b"maxp"][4:6], "big")
        if b"loca" in tables:
            tables[b"loca"] = tables[b"loca"][: (count + 1) * (4 if wide else 2)]
        for widths, said in ((b"hmtx", b"hhea"), (b"vmtx", b"vhea")):
            if widths in tables and said in tables:
                whole = int.from_bytes(tables[said][34:36], "big")
                tables[widths] = tables[widths][: 4 * whole + 2 * max(count - whole, 0)]


def _named(post: bytes, names: GlyphNames) -> bytes:
    """The table that names the shapes: only the usual names, and nothing behind them."""
    if post[:4] != b"\0\2\0\0":
        return post[:32]
    (count,) = struct.unpack_from(">H", post, 32)
    numbers = struct.unpack_from(f">{count}H", post, 34)
    kept, at = bytearray(post[: 34 + 2 * count]), 34 + 2 * count
    for _ in range(max((number - 257 for number in numbers), default=0)):
        end = at + 1 + post[at]
        kept += post[at : at + 1] + names.strings(post[at + 1 : end])
        at = end
    return bytes(kept)


def _reached(shapes: bytes, places: bytes, *, wide: bool) -> bytes:
    """The shapes to which the table of their places leads; what lies between them becomes nothing."""
    count = len(places) // (4 if wide else 2)
    starts = [
        one if wide else 2 * one for one in struct.unpack_from(f">{count}{'I' if wide else 'H'}", places)
    ]
    kept = bytearray(min(max(starts, default=0), len(shapes)))
    for start, end in pairwise(starts):
        if start < end:
            kept[start:end] = shapes[start:end]
    return bytes(kept)


def _written(kind: bytes, tables: dict[bytes, bytes]) -> bytes:
    power = 1 << (max(len(tables), 1).bit_length() - 1)
    counts = (len(tables), 16 * power, power.bit_length() - 1, 16 * (len(tables) - power))
    head = kind + struct.pack(">HHHH", *counts)
    directory, body = b"", b""
    start = 12 + 16 * len(tables)
    for tag, table in sorted(tables.items()):
        padded = table + bytes(-len(table) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sIII", tag, total, start + len(body), len(table))
        body += padded
    return head + directory + body
