"""Compact fonts (CFF) inside documents: the parts that shape letters stay, all other bytes become nothing.

After Adobe's Technical Note 5176. Every part is found from the tables that lead to it; what no table leads to
is overwritten, names and notes are blanked where they stand, so that no place in the font moves.
"""

import struct
from dataclasses import dataclass
from itertools import pairwise

from intake.glyph_names import GlyphNames

_CHARSET, _ENCODING, _SHAPES, _PRIVATE, _SUBRS = 15, 16, 17, 18, 19
_ROS, _FONTS, _SELECT = 1230, 1236, 1237
_NUMBERS_OF_FONT = (13, 14, 1235)  # UniqueID, XUID, UIDBase: a number of one font of one maker
_KNOWN = {*range(12), *range(13, 22), *range(1200, 1215), *range(1217, 1224), *range(1230, 1239)}
_COLLECTIONS = (b"Adobe", b"Identity", b"Japan1", b"GB1", b"CNS1", b"Korea1", b"KR", b"UCS")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    places: list[tuple[int, int]]
    end: int


def bare_cff(content: bytes, names: GlyphNames) -> bytes:
    """Raises ValueError, IndexError or struct.error for what is no such font."""
    return _Font(content, names).bare()


class _Font:
    def __init__(self, content: bytes, names: GlyphNames) -> None:
        self.old, self.names = content, names
        self.new = bytearray(len(content))
        self.end = 0

    def bare(self) -> bytes:
        if self.old[0] != 1 or self.old[2] != 4:
            raise ValueError("no compact font")
        self._keep(0, 4)
        called = self._index(4)
        tops = self._index(called.end)
        strings = self._index(tops.end)
        self._index(strings.end)  # subroutines of all
        if len(called.places) != 1 or len(tops.places) != 1:
            raise ValueError("a set of fonts")
        self._put(called.places[0], b"F" * (called.places[0][1] - called.places[0][0]))
        for place in strings.places:
            text = self.old[slice(*place)]
            self._put(place, text if text in _COLLECTIONS else self.names.strings(text))
        top = self._dictionary(tops.places[0])
        self._shapes(top)
        self._private(top)
        return bytes(self.new[: self.end])

    def _shapes(self, top: dict[int, list[int]]) -> None:
        count = len(self._index(top[_SHAPES][0]).places)
        charset, encoding = top.get(_CHARSET, [0])[0], top.get(_ENCODING, [0])[0]
        if charset > 2:
            self._keep(charset, self._end_of_charset(charset, count))
        if encoding > 1 and _ROS not in top:
            self._keep(encoding, self._end_of_encoding(encoding))
        if _FONTS in top:
            for place in self._index(top[_FONTS][0]).places:
                self._private(self._dictionary(place))
        if _SELECT in top:
            select = top[_SELECT][0]
            ranges = {0: count + 1, 3: 5 + 3 * self._number(select + 1)}
            self._keep(select, select + ranges[self.old[select]])

    def _private(self, font: dict[int, list[int]]) -> None:
        if _PRIVATE not in font:
            return
        size, start = font[_PRIVATE]
        if size:
            self._keep(start, start + size)
            inner = self._dictionary((start, start + size))
            if _SUBRS in inner:
                self._index(start + inner[_SUBRS][0])

    def _end_of_charset(self, start: int, count: int) -> int:
        kind, at, named = self.old[start], start + 1, 1
        if kind == 0:
            return at + 2 * (count - 1)
        if kind not in (1, 2):
            raise ValueError("unknown charset")
        while named < count:
            named += 1 + (self.old[at + 2] if kind == 1 else self._number(at + 2))
            at += 2 + kind
        return at

    def _end_of_encoding(self, start: int) -> int:
        kind, count = self.old[start], self.old[start + 1]
        if kind & 127 > 1:
            raise ValueError("unknown encoding")
        end = start + 2 + count * (1 + (kind & 127))
        return end + 1 + 3 * self.old[end] if kind & 128 else end

    def _index(self, start: int) -> _Index:
        """Keeps a list of things of any length, and says where each is."""
        count = self._number(start)
        if count == 0:
            self._keep(start, start + 2)
            return _Index(places=[], end=start + 2)
        size = self.old[start + 2]
        if not 1 <= size <= 4:
            raise ValueError("odd index")
        before = start + 2 + (count + 1) * size
        offsets = [
            before + int.from_bytes(self.old[at : at + size], "big")
            for at in range(start + 3, start + 3 + (count + 1) * size, size)
        ]
        if offsets[0] != before + 1 or any(a > b for a, b in pairwise(offsets)):
            raise ValueError("odd index")
        self._keep(start, offsets[-1])
        return _Index(places=list(pairwise(offsets)), end=offsets[-1])

    def _dictionary(self, place: tuple[int, int]) -> dict[int, list[int]]:
        """Operators and their whole numbers; of a fraction it says 0. Unknown operators are refused."""
        at, end = place
        found: dict[int, list[int]] = {}
        operands: list[int] = []
        begin = at
        while at < end:
            byte = self.old[at]
            if byte <= 21:
                operator = 1200 + self.old[at + 1] if byte == 12 else byte
                if operator not in _KNOWN or len(operands) > 48:
                    raise ValueError("unknown operator")
                found[operator] = operands
                if operator in _NUMBERS_OF_FONT:
                    self._put((begin, at), b"\x8b" * (at - begin))  # so many zeros
                at += 2 if byte == 12 else 1
                operands, begin = [], at
            else:
                value, at = self._operand(at)
                operands.append(value)
        if operands or at != end:
            raise ValueError("operands of nothing")
        return found

    def _operand(self, at: int) -> tuple[int, int]:
        byte = self.old[at]
        if byte == 28:
            return int(struct.unpack_from(">h", self.old, at + 1)[0]), at + 3
        if byte == 29:
            return int(struct.unpack_from(">i", self.old, at + 1)[0]), at + 5
        if byte == 30:
            at += 1
            while self.old[at] & 15 != 15 and self.old[at] >> 4 != 15:
                at += 1
            return 0, at + 1
        if 32 <= byte <= 246:
            return byte - 139, at + 1
        if 247 <= byte <= 254:
            after = self.old[at + 1]
            return (
                (byte - 247) * 256 + after + 108 if byte < 251 else (251 - byte) * 256 - after - 108
            ), at + 2
        raise ValueError("odd number")

    def _number(self, at: int) -> int:
        return int(struct.unpack_from(">H", self.old, at)[0])

    def _keep(self, start: int, end: int) -> None:
        if not 0 <= start <= end <= len(self.old):
            raise ValueError("outside of the font")
        self._put((start, end), self.old[start:end])

    def _put(self, place: tuple[int, int], content: bytes) -> None:
        self.new[slice(*place)] = content
        self.end = max(self.end, place[1])
