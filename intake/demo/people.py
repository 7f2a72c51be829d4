"""Six invented families and what they send to the box: in three languages, signed, anonymous, with files."""

import tomllib
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

from journal.model import Attachment
from reports.shipped import templates

GPS = 0x8825  # the EXIF directory that says where a photo was taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One family's visit to the page: what is chosen, typed and attached there."""

    language: str
    text: str
    anonymous: bool = True
    surname: str = ""
    given_name: str = ""
    patronymic: str = ""
    address: str = ""
    email: str = ""
    class_group: str = ""
    phone: str = ""
    subject: str = ""
    urgent: bool = False
    attachments: tuple[Attachment, ...] = ()


def samples() -> tuple[Sample, ...]:
    """The day's visits, in their order."""
    written = tomllib.loads((templates() / "demo" / "visits.toml").read_text(encoding="utf-8"))
    return tuple(_sample(visit) for visit in written["visit"])


def _sample(visit: dict[str, Any]) -> Sample:
    match visit.pop("file", None):
        case "photo":
            files: tuple[Attachment, ...] = (
                Attachment(name="IMG_20261120.jpg", media_type="image/jpeg", content=photo()),
            )
        case "document":
            files = (Attachment(name="Справка.pdf", media_type="application/pdf", content=document()),)
        case _:
            files = ()
    return Sample(**visit, attachments=files)


def photo() -> bytes:
    """A picture of broken rails, with the place where it was taken in it, as telephones write it."""
    picture = Image.new("RGB", (1200, 900), "#c9ccd1")
    brush = ImageDraw.Draw(picture)
    for step in range(7):
        left, top = 150 + step * 130, 780 - step * 90
        brush.rectangle((left, top, 1200, top + 90), fill="#8d8f96", outline="#5b5d63", width=3)
        brush.line((left + 20, top, left + 20, top - 190), fill="#3d4f66", width=14)
    brush.line((170, 590, 430, 410), fill="#3d4f66", width=18)
    brush.line((560, 320, 720, 470), fill="#3d4f66", width=18)  # the broken part hangs down
    brush.line((820, 140, 950, 50), fill="#3d4f66", width=18)
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Demo", "Telephone of a pupil"  # Make, Model
    exif[GPS] = {1: "N", 2: _degrees(51, 7, 41), 3: "E", 4: _degrees(71, 25, 50)}
    written = BytesIO()
    picture.save(written, "JPEG", quality=80, exif=exif)
    return written.getvalue()


def document() -> bytes:
    """A page of PDF with one line on it."""
    line = b"BT /F1 18 Tf 72 760 Td (Medical certificate: lactose intolerance. A sample.) Tj ET"
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(line), line),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    written, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(written)
    return (
        written
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    )


def _degrees(*parts: int) -> tuple[IFDRational, ...]:
    return tuple(IFDRational(part) for part in parts)
