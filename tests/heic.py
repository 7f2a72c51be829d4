"""A picture as an iPhone keeps it: HEIC with its metadata, built box by box, since nothing here writes it."""

import re
import struct
from fractions import Fraction

import av
from PIL import Image


def heic(picture: Image.Image, *, exif: bytes = b"", xmp: bytes = b"", turned: int = 0) -> bytes:
    """`turned`: by how many quarters to the left it is shown (ISO/IEC 23008-12 6.5.10)."""
    units, hvcc = _hevc(picture)
    properties = [
        _box(b"ispe", bytes(4) + struct.pack(">II", *picture.size)),
        _box(b"hvcC", hvcc),
        _box(b"irot", bytes((turned,))),
    ]
    contents = [units, struct.pack(">I", 0) + exif, xmp]
    kinds = [b"hvc1", b"Exif", b"mime"]
    items = [
        _box(b"infe", b"\2\0\0\0" + struct.pack(">HH", n, 0) + kind + b"\0" + _mime(kind))
        for n, kind in enumerate(kinds, 1)
    ]
    head = _box(b"ftyp", b"heic\0\0\0\0mif1heic")

    def meta(start: int) -> bytes:
        places = b""
        for n, content in enumerate(contents, 1):
            places += struct.pack(">HHHII", n, 0, 1, start, len(content))
            start += len(content)
        return _box(
            b"meta",
            bytes(4)
            + _box(b"hdlr", bytes(8) + b"pict" + bytes(13))
            + _box(b"pitm", bytes(4) + struct.pack(">H", 1))
            + _box(b"iloc", bytes(4) + struct.pack(">BBH", 0x44, 0, len(contents)) + places)
            + _box(b"iinf", bytes(4) + struct.pack(">H", len(items)) + b"".join(items))
            + _box(b"iref", bytes(4) + b"".join(_cdsc(n) for n in (2, 3)))
            + _box(b"iprp", _box(b"ipco", b"".join(properties)) + _box(b"ipma", bytes(4) + _tied())),
        )

    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + _box(b"mdat", b"".join(contents))


def _tied() -> bytes:
    return struct.pack(">IHB", 1, 1, 3) + bytes((0x81, 0x82, 0x83))


def _cdsc(item: int) -> bytes:
    return _box(b"cdsc", struct.pack(">HHH", item, 1, 1))


def _mime(kind: bytes) -> bytes:
    return b"application/rdf+xml\0" if kind == b"mime" else b""


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def _hevc(picture: Image.Image) -> tuple[bytes, bytes]:
    """The picture as one frame of HEVC (with lengths before its units), and the record of its settings."""
    coder = av.CodecContext.create("libx265", "w")
    assert isinstance(coder, av.VideoCodecContext)
    coder.width, coder.height, coder.pix_fmt, coder.time_base = *picture.size, "yuv420p", Fraction(1)
    coder.options = {"x265-params": "log-level=none:qp=6"}
    frame = av.VideoFrame(*picture.size, "rgb24")
    rows, wide, room = picture.convert("RGB").tobytes(), 3 * picture.width, frame.planes[0].line_size
    frame.planes[0].update(
        b"".join(rows[at : at + wide].ljust(room, b"\0") for at in range(0, len(rows), wide))
    )
    frame.pts = 0
    stream = b"".join(
        bytes(one) for one in (*coder.encode(frame.reformat(format="yuv420p")), *coder.encode(None))
    )
    units = [unit for unit in re.split(b"\0*\0\0\x01", stream) if unit]
    settings = [unit for unit in units if unit[0] >> 1 in (32, 33, 34)]
    whole = b"".join(struct.pack(">I", len(unit)) + unit for unit in units if unit not in settings)
    profile = settings[1].replace(b"\0\0\3", b"\0\0")[3:15]
    record = b"\1" + profile + b"\xf0\0\xfc\xfd\xf8\xf8\0\0\x0f" + bytes((len(settings),))
    for unit in settings:
        record += bytes((0x80 | unit[0] >> 1,)) + struct.pack(">HH", 1, len(unit)) + unit
    return whole, record
