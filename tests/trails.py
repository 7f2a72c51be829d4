"""What mail providers put on top of a letter that comes in: their Received and their marks, as measured.

Google and Microsoft by public letters of 2019 to 2026, Yandex by such of 2017 and 2026; Mail.ru by samples
whose field stands below From and To. `own` is the provider's Authentication-Results; None: it wrote none.
"""

from collections.abc import Callable
from dataclasses import dataclass

Deliver = Callable[[bytes, str | None], bytes]

STRANGER = "mail.evil.example (mail.evil.example. [192.0.2.66])"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A provider, the way a letter looks in its mailboxes, and the words with which it says yes and no."""

    name: str
    profile: str
    authserv_id: str
    deliver: Deliver
    says: Callable[[str, bool], str]  # (address in From, whether it is true)


def _field(own: str | None) -> bytes:
    return f"Authentication-Results: {own}\r\n".encode() if own is not None else b""


def _google(raw: bytes, own: str | None) -> bytes:
    # The seal above the edge's Received is there whenever Google looked at the letter.
    seal = f"ARC-Authentication-Results: i=1; {own}\r\n".encode() if own is not None else b""
    return (
        b"Delivered-To: box@school.example\r\n"
        b"Received: by 2002:a05:6520:4a8a:b0:2b7:4e3c:2b7a with SMTP id k10csp1;\r\n"
        b"        Mon, 23 Nov 2026 11:00:00 +0500\r\n"
        b"X-Received: by 2002:a17:906:3c9 with SMTP id c9mr1; Mon, 23 Nov 2026 11:00:00 +0500\r\n"
        b"ARC-Seal: i=1; a=rsa-sha256; d=google.com; s=arc-20240605; b=x\r\n"
        + seal
        + b"Return-Path: <any@evil.example>\r\n"
        + f"Received: from {STRANGER}\r\n".encode()
        + b"        by mx.google.com with ESMTPS id a1si1.2026.11.23.11.00.00\r\n"
        b"        for <box@school.example>\r\n"
        b"        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);\r\n"
        b"        Mon, 23 Nov 2026 11:00:00 +0500\r\n"
        b"Received-SPF: pass (google.com: domain of x) client-ip=192.0.2.66;\r\n" + _field(own) + raw
    )


def _google_says(address: str, true: bool) -> str:
    domain = address.rpartition("@")[2]
    if not true:
        return (
            "mx.google.com;\r\n       spf=pass (google.com: domain of any@evil.example designates 192.0.2.66 "
            "as permitted sender) smtp.mailfrom=any@evil.example;\r\n       "
            f"dmarc=fail (p=NONE sp=NONE dis=NONE) header.from={domain}"
        )
    return (
        f'mx.google.com;\r\n       dkim=pass header.i=@{domain} header.s=s1 header.b="PoGUlxd/";\r\n'
        f"       spf=pass (google.com: domain of {address} designates 192.0.2.7 as permitted sender) "
        f"smtp.mailfrom={address};\r\n       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from={domain};"
        "\r\n       dara=neutral header.i=@gmail.com"
    )


def _microsoft(raw: bytes, own: str | None) -> bytes:
    return (
        b"Received: from AS8P193MB0000.EURP193.PROD.OUTLOOK.COM (2603:10a6:20b:1::1) by\r\n"
        b" AM0P193MB0001.EURP193.PROD.OUTLOOK.COM with HTTPS; Mon, 23 Nov 2026 06:00:01 +0000\r\n"
        b"Received: from AM3PEPF00009B9D.eurprd04.prod.outlook.com (2603:10a6:20b:1::2) by\r\n"
        b" AS8P193CA0001.outlook.office365.com (2603:10a6:20b:1::3) with Microsoft SMTP Server\r\n"
        b" (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.1.1 via Frontend Transport;\r\n"
        b" Mon, 23 Nov 2026 06:00:00 +0000\r\n"
        + _field(own)
        + b"Received-SPF: Pass (protection.outlook.com: domain of x) client-ip=192.0.2.66;\r\n"
        + f"Received: from {STRANGER} by\r\n".encode()
        + b" AM3PEPF00009B9D.mail.protection.outlook.com (10.167.16.22) with Microsoft SMTP Server\r\n"
        b" (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.1.1 via Frontend Transport;\r\n"
        b" Mon, 23 Nov 2026 06:00:00 +0000\r\n" + raw
    )


def _microsoft_says(address: str, true: bool) -> str:
    domain = address.rpartition("@")[2]
    if not true:
        return (
            "spf=pass (sender IP is 192.0.2.66)\r\n smtp.mailfrom=evil.example; "
            "dkim=none (message not signed)\r\n"
            f" header.d=none;dmarc=fail action=none header.from={domain};compauth=fail\r\n reason=001"
        )
    return (
        f"spf=pass (sender IP is 192.0.2.7)\r\n smtp.mailfrom={domain}; "
        "dkim=pass (signature was verified)\r\n"
        f" header.d={domain};dmarc=pass action=none header.from={domain};compauth=pass\r\n reason=100"
    )


def _mailru(raw: bytes, own: str | None) -> bytes:
    top = (
        b"Delivered-To: box@school.example\r\nReturn-path: <any@evil.example>\r\n"
        b"Received: from [192.0.2.66] (port=34567 helo=mail.evil.example)\r\n"
        b"\tby mx285.i.mail.ru with esmtp (envelope-from <any@evil.example>)\r\n"
        b"\tid 1abcde-000001-AB\r\n\tfor box@school.example; Mon, 23 Nov 2026 09:00:00 +0300\r\n"
    )
    header, gap, body = raw.partition(b"\r\n\r\n")
    return top + header + b"\r\n" + _field(own) + b"X-Mailru-Src: smtp\r\nX-Mras: Ok" + gap + body


def _mailru_says(address: str, true: bool) -> str:
    domain = address.rpartition("@")[2]
    if not true:
        return (
            "mxs.mail.ru; spf=pass (mx285.i.mail.ru: domain of evil.example designates 192.0.2.66 as "
            "permitted sender) smtp.mailfrom=any@evil.example smtp.helo=mail.evil.example;\r\n\t dmarc=fail "
            f"header.from={address}"
        )
    return (
        f"mxs.mail.ru; spf=pass (mx285.i.mail.ru: domain of {domain} designates 192.0.2.7 as permitted "
        f"sender) smtp.mailfrom={address} smtp.helo=mail.{domain};\r\n\t dkim=pass header.d={domain}; "
        f"dmarc=pass header.from={address}"
    )


FRONT = "mail-nwsmtp-mxfront-production-main-92.iva.yp-c.yandex.net"


def _yandex(raw: bytes, own: str | None) -> bytes:
    host = own.partition(";")[0] if own else FRONT
    return (
        b"Received: from mail-nwsmtp.iva.yp-c.yandex.net (localhost [127.0.0.1])\r\n"
        b"\tby notsolitesrv.klg.yp-c.yandex.net (notsolitesrv) with LMTPS id djFB\r\n"
        b"\tfor <box@school.example>; Mon, 23 Nov 2026 09:00:01 +0300\r\n"
        + f"Received: from {STRANGER}\r\n\tby {host} (mxfront) with ESMTPS id nInRxh2LO4Y0;\r\n".encode()
        + b"\tMon, 23 Nov 2026 09:00:00 +0300\r\nX-Yandex-Fwd: 1\r\n"
        + _field(own)
        + b"X-Yandex-Spam: 1\r\n"
        + raw
    )


def _yandex_says(address: str, true: bool) -> str:
    domain = address.rpartition("@")[2]
    sender, rest = (address, f"; dkim=pass header.i=@{domain}") if true else ("any@evil.example", "")
    place = sender.rpartition("@")[2]
    return (
        f"{FRONT}; spf=pass ({FRONT}: domain of {place} designates 192.0.2.7 as permitted sender, "
        f"rule=[ip4:192.0.2.0/24]) smtp.mail={sender}{rest}"
    )


def _own(raw: bytes, own: str | None) -> bytes:
    return (
        b"Return-Path: <any@evil.example>\r\n"
        b"Received: from mail.school.example\r\n\tby mail.school.example with LMTP\r\n\tid QJ1XAg\r\n"
        b"\t(envelope-from <any@evil.example>)\r\n"
        b"\tfor <box@school.example>; Mon, 23 Nov 2026 11:00:01 +0500\r\n"
        + _field(own)
        + b"Received: from mail.evil.example ([192.0.2.66] helo=mail.evil.example)\r\n"
        b"\tby mail.school.example with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384\r\n"
        b"\t(Exim 4.96) (envelope-from <any@evil.example>)\r\n\tid 1abcde-000001-AB\r\n"
        b"\tfor box@school.example; Mon, 23 Nov 2026 11:00:00 +0500\r\n" + raw
    )


def _own_says(address: str, true: bool) -> str:
    domain = address.rpartition("@")[2]
    if not true:
        spf = "mail.school.example;\r\n\tspf=pass smtp.mailfrom=evil.example"
        return f"{spf};\r\n\tdmarc=fail header.from={domain}"
    return (
        f"mail.school.example;\r\n\tdkim=pass header.d={domain} header.s=s1 header.a=rsa-sha256;\r\n"
        f"\tspf=pass smtp.mailfrom={domain};\r\n\tdmarc=pass header.from={domain}"
    )


GOOGLE = Provider(name="google", profile="gmail", authserv_id="", deliver=_google, says=_google_says)
MICROSOFT = Provider(
    name="microsoft", profile="microsoft", authserv_id="", deliver=_microsoft, says=_microsoft_says
)
MAILRU = Provider(name="mail.ru", profile="mailru", authserv_id="", deliver=_mailru, says=_mailru_says)
YANDEX = Provider(name="yandex", profile="yandex", authserv_id="", deliver=_yandex, says=_yandex_says)
OWN = Provider(
    name="own server",
    profile="authserv-id",
    authserv_id="mail.school.example",
    deliver=_own,
    says=_own_says,
)
PROVIDERS = (GOOGLE, MICROSOFT, MAILRU, YANDEX, OWN)
