"""Pictures inside a PDF: their dots alone. Photos are decoded and written anew."""

import zlib
from dataclasses import dataclass

from pikepdf import Array, Name, PdfImage, Stream

from intake.cleaning import NotCleanable
from intake.pictures import MOST_PIXELS, jpeg_again

# Filters that hold nothing but packed bytes; the PDF library undoes them.
_PACKED = {"/FlateDecode", "/LZWDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/RunLengthDecode"}
_PHOTO = {"/DCTDecode", "/JPXDecode"}
_MOST_JPEG = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """A picture's dots: as a new JPEG, or as they are. `colours`: how many a JPEG has; 0 for dots."""

    content: bytes
    size: tuple[int, int]
    bits: int
    colours: int = 0

    @property
    def is_jpeg(self) -> bool:
        return self.colours > 0

    @property
    def unpacked(self) -> int:
        return self.size[0] * self.size[1] * self.colours if self.colours else len(self.content)


def samples_of(old: Stream, colours: int) -> Samples:
    """Raises NotCleanable, or whatever a decoder does."""
    width, height = int(old["/Width"]), int(old["/Height"])
    if not 0 < width * height <= MOST_PIXELS:
        raise NotCleanable
    bits = 1 if old.get("/ImageMask") else int(old.get("/BitsPerComponent", 8))
    filters = _filters(old)
    if not filters or set(filters) <= _PACKED:
        whole = (width * colours * bits + 7) // 8 * height
        return Samples(content=old.read_bytes()[:whole], size=(width, height), bits=bits)
    if filters[-1] in _PHOTO and set(filters[:-1]) <= {"/FlateDecode"}:
        return _photo(old, len(filters) - 1, indexed=colours == 1 and _is_indexed(old))
    if filters == ["/CCITTFaxDecode"]:  # a fax, or a scan in black and white
        fax = PdfImage(old).as_pil_image(apply_decode_array=False, apply_mask=False)
        return Samples(content=fax.convert("1").tobytes(), size=fax.size, bits=1)
    raise NotCleanable


def _photo(old: Stream, packed: int, *, indexed: bool) -> Samples:
    content = old.read_raw_bytes()
    for _ in range(packed):
        content = zlib.decompressobj().decompress(content, _MOST_JPEG)
    parameters = old.get("/DecodeParms", Array())
    if indexed or "ColorTransform" in str(parameters):
        raise NotCleanable  # colours that only this document's own way of reading them gives
    content, size, colours = jpeg_again(content)
    return Samples(content=content, size=size, bits=8, colours=colours)


def _filters(old: Stream) -> list[str]:
    said = old.get("/Filter", Array())
    return [str(said)] if isinstance(said, Name) else [str(one) for one in said]


def _is_indexed(old: Stream) -> bool:
    space = old.get("/ColorSpace")
    return isinstance(space, Array) and str(space[0]) in ("/Indexed", "/I")
