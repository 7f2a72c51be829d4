"""Anonymous letters with a canary in every place: what mail programs and browsers add by themselves."""

import base64
from collections.abc import Sequence
from email.header import Header
from urllib.parse import quote

from PIL import Image

from tests.canaries import CANARIES
from tests.heic import heic
from tests.marked_documents import pdf
from tests.marked_files import animation, document, drawing, photo, picture, web
from tests.marked_office import docx, old_doc, pptx, xlsx
from tests.marked_recordings import mp3, telephone_video

KEPT = "сыныпта мені келемеждейді, көмектесіңізші"  # the child's own words, which must arrive
SENDER = f"{CANARIES['return-path']}@family.example"  # of the envelope

HEADER = """\
Received: from {received-host} ([203.0.113.77]) by mx.example
 (helo={received-helo}); Sun, 22 Nov 2026 23:59:60 +0545
X-Originating-IP: [203.0.113.77]
X-PHP-Originating-Script: 1000:{php-script}.php
X-Source-Dir: {hosting-folder}
DKIM-Signature: v=1; a=rsa-sha256; d={dkim-domain}.example; s=a; bh={dkim-hash}; b={dkim-value}
ARC-Seal: i=1; a=rsa-sha256; d=example; cv=none; b={arc-seal}
Authentication-Results: mx.example; spf=pass smtp.mailfrom={authentication-results}@family.example
X-Google-Original-From: {google-original-from}@family.example
X-Gm-Message-State: {gmail-state}
X-Yandex-Front: {yandex-front}
X-Mras: {mailru-mark}
X-Original-To: {x-original-to}@school.example
From: {ru-from-name} Петрова <{from-address}@family.example>
Sender: {sender-name} <{sender-address}@family.example>
Reply-To: {reply-to}@family.example
Resent-From: {resent-from}@family.example
To: {to-name} <box@school.example>
Cc: {ru-cc-name} <{cc-address}@family.example>
Return-Receipt-To: {receipt-to}@family.example
Disposition-Notification-To: {notification-to}@family.example
X-Mailer: {x-mailer}
User-Agent: {user-agent}
Message-ID: <{message-id}@family.example>
In-Reply-To: <{in-reply-to}@family.example>
References: <{references}@family.example>
Thread-Topic: {thread-topic}
Thread-Index: {thread-index}
Date: Sun, 22 Nov 2026 23:59:60 +0545 ({date-comment})
Organization: {organization}
Autocrypt: addr={autocrypt-address}@family.example; keydata={autocrypt-key}
OpenPGP: id={openpgp}
X-Face: {x-face}
Comments: {comments}
Keywords: {keywords}
MIME-Version: 1.0 ({mime-comment})
"""
BODY = """\
Жасырын

KEPT.
[image: {image-mark}.jpg]

С уважением,
{ru-closing-name}

Отправлено с {device}
-- 
{ru-signature}

22 нояб. 2026 г., 15:00, {ru-attribution} <{attribution-address}@family.example> написал:
> {ru-quoted}
"""  # noqa: W291 (RFC 3676 has a space after the dashes)
HTML = """\
<html><head><title>{html-title}</title><meta name="author" content="{html-meta}">
<style>p {{ x: {html-style} }}</style></head><body class="{html-class}"><!-- {html-comment} --><p>Жасырын</p>
<p id="{html-id}">Асханада да KEPT.<img src="https://{html-image}.example/a.gif" alt="{html-alt}.gif"></p>
<img alt="{ru-html-alt}"><script>{html-script}</script>
<div><a href="https://mail.example/{html-link}?a={html-long-link}&amp;pid=NativePlacement&amp;c=EmailSignature">
Отправлено из {html-device}</a></div>
<blockquote cite="{html-cite}"><p>{ru-html-quoted}</p></blockquote></body></html>
"""


HELD = """\
X-Spam-Flag: YES
From: {held-from}@family.example
Message-ID: <{held-message-id}@family.example>
X-Mailer: {held-mailer}
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Жасырын

Жатақханада да KEPT.
-- 
{ru-held-signature}
"""  # noqa: W291


UNREADABLE = """\
From: {bomb-from}@family.example
Subject: {bomb-subject}
"""


class _InHeader(dict[str, str]):
    """Cyrillic words as mail programs write them in a header (RFC 2047)."""

    def __missing__(self, place: str) -> str:
        word = CANARIES[place]
        return word if word.isascii() else Header(word, "utf-8").encode()


def _body(template: str) -> bytes:
    return template.replace("KEPT", KEPT).format_map(CANARIES).encode()


def _header() -> bytes:
    return HEADER.format_map(_InHeader()).encode()


def plain_letter() -> bytes:
    """An anonymous letter of a mail program that adds all it can, with files of every kind."""
    kind = (
        "Content-Type: text/plain; charset=utf-8; x-editor={content-type-parameter}\n"
        "Content-Transfer-Encoding: 8bit\nContent-Description: {content-description}\n\n"
    )
    parts = [kind.format_map(CANARIES).encode() + _body(BODY)]
    parts += [_file(*one) for one in _files()]
    boundary = CANARIES["boundary"].encode()
    inner = b"".join(b"--" + boundary + b"\n" + part + b"\n" for part in parts)
    kind = 'Content-Type: multipart/mixed; boundary="{boundary}"\n\n{preamble}\n'
    end = b"--" + boundary + b"--\n" + CANARIES["epilogue"].encode() + b"\n"
    return _wired(_header() + kind.format_map(CANARIES).encode() + inner + end)


def html_letter() -> bytes:
    """One in HTML alone, from a mail program that says much in its tags."""
    kind = b"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    header = _header().replace(CANARIES["message-id"].encode(), CANARIES["html-message-id"].encode())
    return _wired(header + kind + base64.encodebytes(_body(HTML)))


def held_letter() -> bytes:
    """One that the mail server took for spam, so that a person has to let it in."""
    return _wired(_body(HELD))


def unreadable_letter() -> bytes:
    """One that nobody reads: it has a thousand header fields."""
    fields = "".join(f"X-{number}: {CANARIES['bomb-field']}\n" for number in range(1_000))
    return _wired((UNREADABLE.format_map(CANARIES) + fields + "\n" + CANARIES["bomb-text"] + "\n").encode())


def _wired(letter: bytes) -> bytes:
    return letter.replace(b"\n", b"\r\n")


def _files() -> list[tuple[str, str, bytes]]:
    """Media type, parameters of the disposition, content."""
    c = CANARIES
    long = quote(c["ru-name-in-pieces"])
    contact = f"BEGIN:VCARD\nFN:{c['vcard']}\nEND:VCARD\n".encode()
    meeting = f"BEGIN:VCALENDAR\nORGANIZER:{c['calendar']}\nEND:VCALENDAR\n".encode()
    return [
        ("image/jpeg", f"attachment; filename*=utf-8''{quote(c['ru-name-2231'])}.jpg", photo()),
        ("image/png", f'attachment; filename="{Header(c["ru-name-2047"], "utf-8").encode()}.png"', drawing()),
        ("image/gif", f"inline; filename={c['name-inline']}.gif", animation()),
        ("image/webp", f"inline; filename*0*=utf-8''{long[:30]}; filename*1*={long[30:]}.webp", web()),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",
         f'attachment; filename="{c["name-document"]}.docx"', document()),
        *_documents(),
        ("text/vcard", "attachment; filename=card.vcf", contact),
        ("text/calendar", "attachment; filename=invite.ics", meeting),
        ("application/pgp-keys", "attachment; filename=key.asc", c["pgp-key"].encode()),
        ("application/ms-tnef", "attachment; filename=winmail.dat", c["winmail"].encode()),
        ("message/rfc822", "attachment", f"From: {c['attached-letter']}@family.example\n\nhello\n".encode()),
    ]  # fmt: skip


def _documents() -> list[tuple[str, str, bytes]]:
    """Of the kinds that can be written anew, and one that cannot."""
    office = "application/vnd.openxmlformats-officedocument"
    exif = Image.Exif()
    exif[0x013B], exif[0x0110] = CANARIES["heic-artist"], CANARIES["heic-model"]
    telephone = heic(picture(), exif=exif.tobytes(), xmp=CANARIES["heic-xmp"].encode())
    return [
        ("image/heic", "attachment; filename=IMG_2031.HEIC", telephone),
        ("application/pdf", f"attachment; filename={CANARIES['name-pdf']}.pdf", pdf()),
        (f"{office}.wordprocessingml.document", "attachment; filename=1.docx", docx()),
        (f"{office}.spreadsheetml.sheet", "attachment; filename=2.xlsx", xlsx()),
        (f"{office}.presentationml.presentation", "attachment; filename=3.pptx", pptx()),
        ("video/mp4", "attachment; filename=VID_1.mp4", telephone_video()),
        ("audio/mpeg", "attachment; filename=voice.mp3", mp3()),
        ("application/msword", f"attachment; filename={CANARIES['name-doc']}.doc", old_doc()),
        ("application/pkcs7-signature", "attachment; filename=smime.p7s", CANARIES["s-mime"].encode()),
    ]


def _file(media_type: str, disposition: str, content: bytes) -> bytes:
    is_letter = media_type == "message/rfc822"
    head = f"Content-Type: {media_type}; name={{name-of-type}}\nContent-Disposition: {disposition}\n"
    head += "Content-ID: <{content-id}@family.example>\nContent-Location: {content-location}\n"
    head += f"Content-Transfer-Encoding: {'7bit' if is_letter else 'base64'}\n\n"
    return head.format_map(CANARIES).encode() + (content if is_letter else base64.encodebytes(content))


def browser_headers() -> dict[str, str]:
    """What a browser and the proxies before the page tell of a visitor."""
    c = CANARIES
    return {
        "User-Agent": f"Mozilla/5.0 ({c['browser']})",
        "Referer": f"https://{c['referer']}.example/",
        "Origin": f"https://{c['origin']}.example",
        "Cookie": f"a={c['cookie']}",
        "Accept-Language": f"kk,x-{c['accept-language']}",
        "X-Forwarded-For": f"203.0.113.77, {c['forwarded-for']}",
        "X-Real-IP": c["real-ip"],
        "Forwarded": f"for={c['forwarded']}",
        "Via": f"1.1 {c['via']}",
        "Sec-CH-UA-Model": f'"{c["model-hint"]}"',
        "Authorization": f"Basic {c['authorization']}",
    }


def form_body() -> tuple[str, bytes]:
    """Content-Type and body of an anonymous letter from the page; a name was typed before that was chosen."""
    c = CANARIES
    fields = {"who": "anonymous", "text": f"Автобуста {KEPT}.", "class_group": "7Ә", "language": "kk"}
    fields |= {name: c[f"ru-typed-{name}"] for name in ("surname", "given_name", "patronymic", "address")}
    fields |= {"email": f"{c['typed-email']}@family.example", c["unknown-field"]: c["unknown-value"]}
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        for name, value in fields.items()
    ]
    files: Sequence[tuple[str, str, bytes]] = (
        (
            f"{c['ru-upload-name']}.jpg",
            f"image/jpeg; x={c['upload-parameter']}",
            photo("upload", trailer=300_000),
        ),
        (f"{c['upload-document']}.docx", c["upload-type"], drawing()),
    )
    for name, kind, content in files:
        head = (
            f'Content-Disposition: form-data; name="files"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
        )
        parts.append(head.encode() + content)
    boundary = c["form-boundary"]
    body = (
        b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
        + f"--{boundary}--\r\n".encode()
    )
    return f"multipart/form-data; boundary={boundary}", body


def request() -> bytes:
    """The whole request of a browser that sends the page's form, roughly as it stands on the line."""
    kind, body = form_body()
    return f"POST /?from={CANARIES['query']} {browser_headers()} {kind}".encode() + body
