"""Fonts inside documents: the tables that shape letters, without names, notes and times."""

import struct

_OUTLINES = (b"\0\1\0\0", b"OTTO", b"true")
# OpenType 1.9: what drawing takes. Not name, meta, DSIG, FFTM, PfEd and whatever programs add.
_DRAWING = """
CFF_ OS/2 cmap cvt_ fpgm gasp glyf head hhea hmtx loca maxp post prep vhea vmtx GDEF GPOS GSUB kern VORG
"""
_TABLES = frozenset(_DRAWING.split())
_STAMPS = slice(20, 36)  # of table head: created, modified


def bare_font(content: bytes) -> bytes:
    """A TrueType or OpenType font written anew; other kinds as they are. Raises struct.error, ValueError."""
    if content[:4] not in _OUTLINES:
        return content
    (count,) = struct.unpack_from(">H", content, 4)
    tables: dict[bytes, bytes] = {}
    for place in range(count):
        tag, _, start, size = struct.unpack_from(">4sIII", content, 12 + 16 * place)
        if tag.decode("latin-1").replace(" ", "_") in _TABLES:
            tables[tag] = content[start : start + size]
    if b"head" in tables:
        head = bytearray(tables[b"head"])
        head[8:12] = bytes(4)  # the checksum of the whole file
        head[_STAMPS] = bytes(16)
        tables[b"head"] = bytes(head)
    return _written(content[:4], tables)


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
