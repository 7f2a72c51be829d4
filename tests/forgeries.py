"""Letters that somebody else writes in the name of Aigul: what is planted, bent and replayed.

`plain` are tricks with fields, tried at every provider; `sealed_ones` are tricks with signatures. A forger
here has the token of the letter: what is tried is everything that should stop them after that.
"""

from collections.abc import Iterator
from datetime import timedelta

from tests.moments import A_MOMENT
from tests.seals import SIGNED, key, sealed
from tests.trails import FRONT, MAILRU, PROVIDERS, Provider

AIGUL = "aigul@school.example"
TOKEN = "0123456789abcdef0123456789abcdef"
BOX = "box@school.example"


def letter(*top: str, author: str = f"From: {AIGUL}", to: str = f"To: box+r.{TOKEN}@school.example") -> bytes:
    """A reply, `top` above it."""
    lines = [
        *top,
        author,
        to,
        "Subject: Re: 17",
        "Date: Mon, 23 Nov 2026 11:00:00 +0500",
        "Message-ID: <reply@school.example>",
        f"In-Reply-To: <r.{TOKEN}.senim@school.example>",
        "",
        "№17: әңгіме өткізілді",
        "",
    ]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")


def _tricks_with_from() -> Iterator[tuple[str, bytes]]:
    yield "two From, ours first", letter(author=f"From: {AIGUL}\r\nFrom: x@evil.example")
    yield "two From, ours last", letter(author=f"From: x@evil.example\r\nFrom: {AIGUL}")
    yield "two addresses in From", letter(author=f"From: {AIGUL}, x@evil.example")
    yield "our address as a name", letter(author=f'From: "{AIGUL}" <x@evil.example>')
    yield "our address as a bare name", letter(author=f"From: {AIGUL} <x@evil.example>")
    yield "another address after ours", letter(author=f"From: <{AIGUL}> <x@evil.example>")
    yield "a group", letter(author=f"From: staff: {AIGUL};")
    yield "an obsolete route", letter(author=f"From: <@evil.example:{AIGUL}>")
    yield "a comment as another", letter(author=f"From: {AIGUL} (x@evil.example)")
    yield "an encoded address", letter(author="From: =?utf-8?B?PGFpZ3VsQHNjaG9vbC5leGFtcGxlPg==?=")
    yield (
        "an encoded address before another",
        letter(author="From: =?utf-8?B?YWlndWxAc2Nob29sLmV4YW1wbGU=?= <x@evil.example>"),
    )
    yield "a dot after the domain", letter(author=f"From: {AIGUL}.")
    yield "a Cyrillic letter in the domain", letter(author="From: aigul@sсhool.example")
    yield "that domain as punycode", letter(author="From: aigul@xn--shool-n5e.example")
    yield "a Turkish i", letter(author="From: aıgul@school.example")
    yield "a subdomain", letter(author="From: aigul@mail.school.example")
    yield "our domain as a subdomain", letter(author=f"From: {AIGUL}.evil.example")
    yield "a subaddress of ours", letter(author="From: aigul+x@school.example")
    yield "a foreign Sender", letter("Sender: x@evil.example")
    yield "a resent letter", letter("Resent-From: x@evil.example", "Resent-Sender: x@evil.example")
    yield "only a Sender", letter(author=f"Sender: {AIGUL}")
    yield "a space before the colon", letter(author=f"From : {AIGUL}")
    yield "a folded name of the field", letter(author=f"From\r\n : {AIGUL}")
    yield "a NUL in the address", letter(author="From: aigul\0@school.example")
    yield "eight-bit signs in the address", letter(author="From: aigul\udcff@school.example")
    yield "a bare CR and another From", letter(author=f"From: {AIGUL}\rFrom: x@evil.example")
    yield "a zero-width sign in the address", letter(author="From: aigul\u200b@school.example")


def _tricks_with_results(provider: Provider) -> Iterator[tuple[str, bytes]]:
    """Planted beside the provider's own field, which says no."""
    true = " ".join(provider.says(AIGUL, True).split())
    field = f"Authentication-Results: {true}"
    yield "a planted field", letter(field)
    yield "a planted field below From", letter(author=f"From: {AIGUL}\r\n{field}")
    yield "a planted field at the end", letter(to=f"To: {BOX}\r\n{field}")
    yield "two planted fields", letter(field, field)
    yield "a planted field below a planted Received", letter(f"Received: by {FRONT} with ESMTP id 1", field)
    yield "a planted field folded", letter(f"Authentication-Results:\r\n\t{true}".replace("; ", ";\r\n\t"))
    yield "a planted field in capitals", letter(f"AUTHENTICATION-RESULTS: {true.upper()}")
    yield "a planted ARC field", letter(f"ARC-Authentication-Results: i=1; {true}")
    yield "a planted original", letter(f"X-Original-Authentication-Results: {true}")
    yield "a planted field, spaced name", letter(f"Authentication-Results : {true}")
    yield "a planted field with a comment", letter(f"Authentication-Results: (by the provider) {true}")
    yield "a planted field with a version", letter(field.replace(";", " 1;", 1))
    yield "a planted field, very long", letter(field + " (" + "x" * 15_000 + ")")
    yield "a planted field with a NUL", letter(field + "\0")
    yield "a planted field with eight bits", letter(field + " (\udcd1\udc8f)")
    yield "a planted mark of Yandex", letter(field, "X-Yandex-Spam: 1")
    yield "a planted trail", provider.deliver(letter(), provider.says(AIGUL, True))


def injections(provider: Provider) -> Iterator[tuple[str, str]]:
    """What the provider itself would write if a sender's envelope address got into its field as it stands."""
    no, yes = provider.says(AIGUL, False), provider.says(AIGUL, True)
    words = "dmarc=pass header.from=school.example"
    signed = "dkim=pass header.i=@school.example header.d=school.example"
    for name, inside in {
        "a quoted string": f'"x; {signed}; {words}"@evil.example',
        "an open quote": f'"x; {signed}; {words}; a=b c=',
        "a closed quote": f'"x"; {signed}; {words}; a=b c=""@evil.example',
        "a comment": f"x({signed}; {words})@evil.example",
        "an open comment": "x(@evil.example",
        "a comment that ends": f"x); {signed}; {words}; a=b (@evil.example",
        "nested comments": f"x((y) {signed}; {words})@evil.example",
        "a backslash": f"x\\; {signed}; {words}@evil.example",
        "no quotes at all": f"x; {signed}; {words}; a=b c=@evil.example",
        "as if a dara followed": f"x; {signed}; {words}; dara=pass header.i=@evil.example",
        "our words last": f"x; {signed}; dmarc=pass header.from=@evil.example",
        "an apostrophe": f"x'; {signed}; {words}; '@evil.example",
    }.items():
        for place in ("any@evil.example", "evil.example"):
            if place in no:
                yield f"the sender's words: {name}", no.replace(place, inside)
                break
    domain = "school.example"
    yield "DMARC failed", yes.replace("dmarc=pass", "dmarc=fail").replace("dkim=pass", "dkim=fail")
    yield "DMARC in a comment", yes.replace("dmarc=pass", "(dmarc=pass)").replace("dkim=pass", "(dkim=pass)")
    yield "passed for another", yes.replace(domain, "evil.example")
    yield "passed for a subdomain", yes.replace(domain, "mail.school.example")
    yield "passed for a longer domain", yes.replace(domain, "school.example.evil.example")
    yield (
        "the signature of another",
        yes.replace(f"header.i=@{domain}", "header.i=@evil.example").replace(
            f"header.d={domain}", "header.d=evil.example"
        ),
    )
    yield (
        "passed and failed",
        yes + "; dmarc=fail header.from=school.example; dkim=fail header.i=@school.example",
    )
    yield "passed, and failed in a comment", yes + " (dmarc=fail)"
    yield "a guess", yes.replace("dmarc=pass", "dmarc=bestguesspass").replace("dkim=pass", "dkim=policy")


def plain() -> Iterator[tuple[Provider, str, bytes]]:
    """At every provider: (provider, trick, the letter as it lies in the box)."""
    for provider in PROVIDERS:
        no = provider.says(AIGUL, False)
        for name, raw in _tricks_with_from():
            yes = provider.says(AIGUL, True)
            yield (
                provider,
                f"From: {name}",
                provider.deliver(raw, yes.replace("school.example", "evil.example")),
            )
        for name, raw in _tricks_with_results(provider):
            yield provider, f"results: {name}", provider.deliver(raw, no)
            if provider is not MAILRU:  # it always writes its own, so that there are two
                yield provider, f"results, none of the provider's: {name}", provider.deliver(raw, None)
        for name, own in injections(provider):
            yield provider, f"results: {name}", provider.deliver(letter(), own)
        yes = provider.says(AIGUL, True)
        yield (
            provider,
            "a true letter to somebody else",
            provider.deliver(letter(to="To: x@evil.example"), yes),
        )
        named = letter(to=f'To: "{BOX}" <x@evil.example>')
        yield provider, "a true letter to another with our name", provider.deliver(named, yes)
        twice = letter(f"To: {BOX}", to="To: x@evil.example")
        yield provider, "a true letter with a second To", provider.deliver(twice, yes)
        for other in PROVIDERS:
            if other is not provider:
                yield (
                    provider,
                    f"the field of {other.name}",
                    provider.deliver(letter(), other.says(AIGUL, True)),
                )


def sealed_ones() -> Iterator[tuple[str, bytes]]:
    """Signed letters that must not be believed, each by a key that the name server does have."""
    raw, now = letter(), A_MOMENT
    true = sealed(raw, at=now)
    yield "another domain's signature", sealed(raw, domain="evil.example", by=key(owner="evil"), at=now)
    yield "the domain above ours", sealed(raw, domain="example", by=key(owner="above"), at=now)
    yield "a domain below ours", sealed(raw, domain="x.school.example", by=key(owner="below"), at=now)
    yield "another's key", sealed(raw, by=key(owner="evil"), at=now)
    yield "no such key", sealed(raw, selector="gone", at=now)
    yield "a key taken back", sealed(raw, selector="revoked", at=now)
    yield "a key on trial", sealed(raw, selector="trial", at=now)
    yield "a key of 512 bits", sealed(raw, selector="weak512", by=key(512), at=now)
    yield "a key of 768 bits", sealed(raw, selector="weak768", by=key(768), at=now)
    yield "a key for something else", sealed(raw, selector="tlsrpt", at=now)
    yield "a key for SHA-1 only", sealed(raw, selector="sha1key", at=now)
    yield "two keys at the name", sealed(raw, selector="double", at=now)
    yield "SHA-1", sealed(raw, algorithm="rsa-sha1", at=now)
    yield "a part of the body", sealed(raw, length=5, at=now)
    yield (
        "text behind the body",
        sealed(raw, length=len(raw.partition(b"\r\n\r\n")[2]), at=now) + b"\xe2\x84\x9618: closed\r\n",
    )
    yield "text behind, nothing said", true + "№18: жабылды\r\n".encode()
    for name in ("from", "to", "subject"):
        yield f"{name} not signed", sealed(raw, fields=[one for one in SIGNED if one != name], at=now)
    yield "Subject changed", true.replace(b"Re: 17", b"Re: 18")
    yield (
        "an unsigned Subject changed",
        sealed(raw, fields=("from", "to", "date"), at=now).replace(b"Re: 17", b"Re: 18"),
    )
    yield (
        "To changed",
        sealed(letter(to="To: x@evil.example"), at=now).replace(b"x@evil.example", BOX.encode()),
    )
    yield "a signed letter to another", sealed(letter(to="To: x@evil.example"), at=now)
    yield "a second Subject on top", b"Subject: Re: 18\r\n" + true
    yield "a second From on top", b"From: x@evil.example\r\n" + true
    yield (
        "a second To on top",
        b"To: box@school.example\r\n" + sealed(letter(to="To: x@evil.example"), at=now),
    )
    yield "a second Date on top", b"Date: Mon, 23 Nov 2026 11:00:00 +0500\r\n" + true
    yield "a second Content-Type", b"Content-Type: text/html\r\nContent-Type: text/plain\r\n" + true
    yield "a field hidden by a bare CR", b"X-A: b\rSubject: Re: 18\r\n" + true
    yield "a header ended early", b"X-A: b\r\n\r\n" + true
    yield "a line that is no field", b"no field\r\n" + true
    yield "a mailbox's From line", b"From x@evil.example Mon Nov 23 2026\r\n" + true
    yield "last week's letter", sealed(raw, at=now - timedelta(days=8))
    yield "an old Date, signed today", sealed(raw.replace(b"23 Nov", b"13 Nov"), at=now)
    yield "neither Date nor time signed", sealed(raw, fields=("from", "to", "subject"))
    yield "a letter of tomorrow", sealed(raw, at=now + timedelta(days=1))
    yield (
        "a signature that has ended",
        sealed(raw, at=now, x=str(int((now - timedelta(hours=1)).timestamp()))),
    )
    early, over = now - timedelta(hours=2), str(int((now - timedelta(hours=1)).timestamp()))
    yield "a signature that ended an hour ago", sealed(raw, at=early, x=over)
    yield "a time that is no time", sealed(raw, t="99999999999999")
    yield "for a neighbour", sealed(raw, at=now, i="pupil@school.example")
    yield "for a subdomain", sealed(raw, at=now, i="@pupils.school.example")
    yield "another version", sealed(raw, at=now, v="2")
    yield "another way to the key", sealed(raw, at=now, q="dns/other")
    yield "a body of another letter", true.partition(b"\r\n\r\n")[0] + b"\r\n\r\n\xe2\x84\x9618: closed\r\n"
    yield "a tag twice", sealed(raw, at=now, v="1; v=1")
    mood = sealed(b"X-Mood: calm\r\n" + raw, at=now, fields=[*SIGNED, "x-mood"])
    yield "a second field of another kind that is signed", b"X-Mood: wild\r\n" + mood
    yield "a true one below twenty-five false ones", b"".join([_false(n) for n in range(25)]) + true
    yield "From in another's name", true.replace(b"From: aigul", b'From: "x" <x@evil.example>, aigul')


def _false(number: int) -> bytes:
    return (
        f"DKIM-Signature: v=1; a=rsa-sha256; d=school.example; s=n{number}; h=from:to:subject;"
        f" bh=AAAA; b=AAAA; t={int(A_MOMENT.timestamp())}\r\n"
    ).encode()


def records() -> dict[str, bytes]:
    """What the name service has: one plain record at each name."""
    ours = key().record
    at = "_domainkey.school.example"
    return {
        f"s1.{at}": ours,
        f"s2048.{at}": key(2048).record,
        f"revoked.{at}": b"v=DKIM1; k=rsa; p=",
        f"trial.{at}": ours + b"; t=y",
        f"weak512.{at}": key(512).record,
        f"weak768.{at}": key(768).record,
        f"tlsrpt.{at}": ours + b"; s=tlsrpt",
        f"sha1key.{at}": ours + b"; h=sha1",
        "s1._domainkey.evil.example": key(owner="evil").record,
        "s1._domainkey.example": key(owner="above").record,
        "s1._domainkey.x.school.example": key(owner="below").record,
    }
