"""Pictures and a document with a canary in every place where cameras and programs write."""

import io
import struct
import zipfile

from PIL import Image, PngImagePlugin

from tests.canaries import CANARIES


def picture(mode: str = "RGB") -> Image.Image:
    """A few colours that are easy to know again."""
    made = Image.linear_gradient("L").resize((48, 32)).convert(mode)
    made.putpixel((3, 5), (200, 10, 40) if mode == "RGB" else 7)
    return made


def photo(place: str = "photo", *, trailer: int = 0) -> bytes:
    """A JPEG as a telephone makes it: camera, place, author, thumbnail, XMP, words behind its end."""
    c = CANARIES
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131] = (
        c[f"{place}-maker"],
        c[f"{place}-model"],
        c[f"{place}-software"],
    )
    exif[0x010E], exif[0x013B] = c[f"{place}-description"], c[f"{place}-artist"]
    exif[0x0132] = "2026:11:22 23:59:60"
    exif.get_ifd(0x8769)[0x927C] = c[f"{place}-maker-note"].encode()
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + c[f"{place}-user-comment"].encode()
    exif.get_ifd(0x8769)[0xA431] = c[f"{place}-serial-number"]
    exif.get_ifd(0x8825)[0x1C] = b"ASCII\0\0\0" + c[f"{place}-gps-area"].encode()
    exif.get_ifd(0x8825)[0x1D] = c[f"{place}-gps-date"]
    out = io.BytesIO()
    picture().save(
        out, "JPEG", exif=exif, comment=c[f"{place}-comment"].encode(), icc_profile=c[f"{place}-icc"].encode()
    )
    small = io.BytesIO()
    picture().resize((8, 8)).save(small, "JPEG", comment=c[f"{place}-thumbnail"].encode())
    xmp = f"<x:xmpmeta><rdf:li>{c[f'{place}-xmp']}</rdf:li></x:xmpmeta>".encode()
    segments = _segment(0xE0, b"JFXX\0\x10" + small.getvalue())
    segments += _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp)
    segments += _segment(0xED, b"Photoshop 3.0\0" + c[f"{place}-iptc"].encode())
    raw = out.getvalue()
    return raw[:2] + segments + raw[2:] + bytes(trailer) + c[f"{place}-trailer"].encode()


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def drawing() -> bytes:
    """A PNG with texts of every kind, one of them packed."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", CANARIES["png-text"])
    texts.add_text("Comment", CANARIES["png-packed-text"], zip=True)
    texts.add_itxt("XML:com.adobe.xmp", CANARIES["png-xmp"])
    exif = Image.Exif()
    exif[0x013B] = CANARIES["png-artist"]
    out = io.BytesIO()
    picture().save(out, "PNG", pnginfo=texts, exif=exif)
    return out.getvalue() + CANARIES["png-trailer"].encode()


def animation() -> bytes:
    out = io.BytesIO()
    picture("L").save(out, "GIF", comment=CANARIES["gif-comment"].encode())
    return out.getvalue() + CANARIES["gif-trailer"].encode()


def web() -> bytes:
    exif = Image.Exif()
    exif[0x013B] = CANARIES["webp-artist"]
    out = io.BytesIO()
    picture().save(out, "WEBP", exif=exif, xmp=CANARIES["webp-xmp"].encode())
    return out.getvalue()


def document() -> bytes:
    """A Word document with its author, a comment and words."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", f"<w:t>{CANARIES['ru-document-text']}</w:t>")
        packed.writestr("docProps/core.xml", f"<dc:creator>{CANARIES['document-author']}</dc:creator>")
        packed.comment = CANARIES["zip-comment"].encode()
    return out.getvalue()
