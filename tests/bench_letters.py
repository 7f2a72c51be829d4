"""Letters as they come to a school, for `make bench`: of real sizes, really encoded, a tenth with a photo."""

import os
import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFilter

# Said again and again, these give the sizes; a number in each makes every letter another one.
KAZAKH = (
    "Балам үш аптадан бері мектепке барғысы келмейді, себебін айтпайды.",
    "Дене шынықтыру сабағынан кейін шешінетін бөлмеде оны итеріп, сөмкесін лақтырған.",
    "Сынып жетекшісіне екі рет хабарластық, бірақ нақты жауап ала алмадық.",
    "Асханада тамақ суық, ал кезек үзілістің соңына дейін жетпейді.",
    "Сізден осы жағдайды қарап, бізге қандай шара қолданылғанын айтуыңызды сұраймын.",
)
RUSSIAN = (
    "Уже третью неделю сын отказывается идти в школу и не объясняет почему.",
    "После физкультуры в раздевалке его толкали и выбросили портфель в окно.",
    "Классному руководителю мы звонили дважды, но ясного ответа не получили.",
    "В столовой еда холодная, а очередь не успевает пройти до конца перемены.",
    "Прошу разобраться в этом и сообщить нам, какие меры были приняты.",
)
NAMES = ("Мария Петрова", "Аружан Серікқызы", "Ерлан Қасымов", "Светлана Ким", "Нұрлан Әбдірахманов")
PHOTOS = 12
EVERY_THIRD_ANONYMOUS = 3
EVERY_TENTH_WITH_A_PHOTO = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """What a set is made of."""

    letters: int
    signed: int
    anonymous: int
    photos: int
    megabytes: float

    def __str__(self) -> str:
        return (
            f"{self.letters} letters, {self.megabytes:.0f} MB, {self.signed} signed, "
            f"{self.anonymous} anonymous, {self.photos} with a photo"
        )


def photos(count: int = PHOTOS) -> list[bytes]:
    """JPEG files of 0.3 to 2 MB, with as many pixels for a byte as a telephone's camera gives."""
    chance = random.Random(7)
    return [_photo(chance, 300_000 + 1_700_000 * n // (count - 1)) for n in range(count)]


def _photo(chance: random.Random, size: int) -> bytes:
    width = int((size / 0.28 * 4 / 3) ** 0.5)  # 0.28 bytes for a pixel: 12 megapixels are some 3.4 MB
    height = width * 3 // 4
    noise = Image.frombytes(
        "RGB", (width // 8, height // 8), chance.randbytes(width // 8 * (height // 8) * 3)
    )
    shapes = noise.filter(ImageFilter.GaussianBlur(3)).resize((width, height), Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (width, height), chance.randbytes(width * height)).convert("RGB")
    picture = Image.blend(shapes, grain, 0.06)
    found = b""
    for quality in range(20, 96, 2):
        out = BytesIO()
        picture.save(out, "JPEG", quality=quality)
        if found and out.tell() > size:
            break
        found = out.getvalue()
    return found


def letters(count: int, pictures: list[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each with whether it is signed. Without `pictures`, text alone."""
    chance = random.Random(2026)
    for n in range(count):
        signed = n % EVERY_THIRD_ANONYMOUS != 0
        photo = pictures[n // EVERY_TENTH_WITH_A_PHOTO % len(pictures)] if pictures else None
        yield _letter(chance, n, signed, photo if n % EVERY_TENTH_WITH_A_PHOTO == 0 else None), signed


def _letter(chance: random.Random, n: int, signed: bool, photo: bytes | None) -> bytes:
    message = EmailMessage(policy=SMTP)
    name = chance.choice(NAMES) if signed else ""
    message["From"] = (
        f"{Header(name, 'utf-8').encode()} <family{n}@mail.example>" if name else "<f@mail.example>"
    )
    message["To"] = "box@school.example"
    message["Subject"] = chance.choice(("Өтініш", "Обращение", "Сенім жәшігіне", "Вопрос о классе"))
    message["Date"] = "Sun, 22 Nov 2026 14:00:00 +0500"
    message["Message-ID"] = f"<{secrets.token_hex(16)}@mail.example>"
    way = chance.choice(("base64", "quoted-printable"))
    text = _text(chance, n, signed, 1.37 if way == "base64" else 2.8)
    message.set_content(text, charset="utf-8", cte=way)
    if n % 2:
        rows = "".join(f'<p style="margin:0">{line}</p>\n' for line in text.split("\n"))
        page = f'<html><head><meta charset="utf-8"></head><body>{rows}</body></html>'
        message.add_alternative(page, subtype="html", charset="utf-8", cte=way)
    if photo is not None:
        message.add_attachment(photo, maintype="image", subtype="jpeg", filename=f"IMG_{n}.jpg")
    return _trace(chance, n) + message.as_bytes()


def _text(chance: random.Random, n: int, signed: bool, swelling: float) -> str:
    sentences = list(KAZAKH if n % 2 else RUSSIAN)
    alternative = 2.3 if n % 2 else 1.0  # the same words once more, as HTML
    wanted = chance.randint(3_000, 20_000) - 3_200  # bytes of a letter on the wire, without its head
    lines: list[str] = []
    size = 0.0
    while size < max(wanted, 300):
        line = f"{chance.choice(sentences)} ({n}.{len(lines)})"
        size += len(line.encode()) * swelling * alternative
        lines.append(line)
    greeting = "Сәлеметсіз бе!" if n % 2 else "Здравствуйте!"
    return "\n".join([greeting if signed else "Жасырын", "", *lines])


def _trace(chance: random.Random, n: int) -> bytes:
    """What the servers on the way put on top: ten Received fields and a signature (RFC 6376)."""
    hops = [
        f"Received: from mx{hop}.relay.example (mx{hop}.relay.example [192.0.2.{hop + 1}])\r\n"
        f"\tby mx{hop + 1}.relay.example (Postfix) with ESMTPS id {chance.randbytes(6).hex().upper()}\r\n"
        f"\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n"
        f"\tfor <box@school.example>; Sun, 22 Nov 2026 14:00:{hop:02} +0500 (+05)\r\n"
        for hop in range(10)
    ]
    signature = (
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=mail.example; s=mail;\r\n"
        "\tt=1795338000; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\r\n"
        "\th=From:To:Subject:Date:Message-ID:MIME-Version:Content-Type;\r\n"
        f"\tb={chance.randbytes(96).hex()}\r\n\t {chance.randbytes(60).hex()}\r\n"
    )
    return (
        "Return-Path: <family@mail.example>\r\nDelivered-To: box@school.example\r\n"
        + "".join(hops)
        + signature
    ).encode()


def fill(maildir: Path, count: int, pictures: list[bytes], owner: tuple[int, int]) -> Kinds:
    """Put a set into a Maildir at once, as Dovecot itself names its files (S: size, W: size with CRLF)."""
    new = maildir / "new"
    signed_ones, total = 0, 0
    for n, (raw, signed) in enumerate(letters(count, pictures)):
        stored = raw.replace(b"\r\n", b"\n")
        path = new / f"{1_795_000_000 + n}.M{n}P1.bench,S={len(stored)},W={len(raw)}"
        path.write_bytes(stored)
        os.chown(path, *owner)
        signed_ones += signed
        total += len(raw)
    return Kinds(
        letters=count,
        signed=signed_ones,
        anonymous=count - signed_ones,
        photos=-(-count // EVERY_TENTH_WITH_A_PHOTO) if pictures else 0,
        megabytes=total / 1e6,
    )
