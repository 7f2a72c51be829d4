"""Who is believed: every real and every forged letter that we have, at every provider, as one table.

`python -m tests.believing` prints it, `tests/test_believing.py` holds it to «no forged one, each signed one».
The public samples (`../shared/corpora`) keep only From, To and Authentication-Results, so the trail of their
provider is put on top again (`tests/trails.py`), with the provider's own field word for word.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from intake.authentication import Level, Trust, may_reply
from intake.message import Unreadable, parse, sole_address
from intake.signature import verified
from journal.model import Reader, Role
from tests.corpora import files
from tests.forgeries import AIGUL, BOX, letter, plain, records, sealed_ones
from tests.moments import A_MOMENT
from tests.seals import SIGNED, key, sealed
from tests.trails import GOOGLE, MAILRU, MICROSOFT, PROVIDERS, YANDEX, Provider

_RECEIVERS = {
    "gmail.com": GOOGLE,
    "outlook.com": MICROSOFT,
    "hotmail.com": MICROSOFT,
    "mail.ru": MAILRU,
    "yandex.ru": YANDEX,
}
_RESULTS = re.compile(rb"^Authentication-Results:(?:.*\n)(?:[ \t].*\n)*", re.MULTILINE | re.IGNORECASE)
_TRUE_BY_HAND = {"pass-trusted", "folded", "authserv-version"}  # of handmade-auth; all others are forged


class Truth(StrEnum):
    """What a letter really is."""

    VOUCHED = "vouched"  # by its sender's signature, or by a provider that says so
    UNPROVEN = "unproven"  # a real one, or one that could be, for which nobody vouches
    FORGED = "forged"


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One letter, and whether it was believed to level L2."""

    group: str
    provider: str
    name: str
    truth: Truth
    level: Level
    reason: str

    @property
    def believed(self) -> bool:
        return self.level >= Level.L2


def everything() -> Iterator[Tried]:
    yield from _public()
    yield from _by_hand()
    yield from _spoofed()
    yield from _own()


def _judge(
    raw: bytes, trust: Trust, *, author: str = AIGUL, box: str = BOX, signed: bool = False
) -> tuple[Level, str]:
    try:
        message = parse(raw)
    except Unreadable as fault:
        return Level.L0, fault.reason
    signed_by = verified(raw, records(), A_MOMENT) if signed else ()
    reader = Reader(address=author, role=Role.PSYCHOLOGIST)
    verdict = may_reply(message, reader, trust=trust, signed_by=signed_by, box=box)
    return verdict.level, verdict.reason


def _trust(provider: Provider) -> Trust:
    return Trust(profile=provider.profile, authserv_id=provider.authserv_id)


def _public() -> Iterator[Tried]:
    """Real letters from one provider to another: their Authentication-Results, word for word."""
    for path, raw in files("deltachat-dkimchecks"):
        name = path.rpartition("/")[2]
        receiver, _, sender = name.partition("__")
        provider = _RECEIVERS.get(receiver.partition("@")[2])
        group = "public" if provider else "public, elsewhere"
        found = parse(raw)
        author = sole_address(found) or ""
        fields = found.authentication_results
        if provider:
            raw = _with_trail(raw, provider)
            trust = _trust(provider)
        else:  # as if the school had trusted the id that stands on top
            trust = Trust(profile="authserv-id", authserv_id=fields[0].partition(";")[0] if fields else "")
        level, reason = _judge(raw, trust, author=author, box=receiver)
        domain = re.escape(author.rpartition("@")[2])
        signed = re.search(rf"\bdkim=pass[^;]*?header\.[id]=[^;\s]*{domain}", " ".join(fields[:4]))
        truth = Truth.FORGED if sender.startswith("forged") else Truth.VOUCHED if signed else Truth.UNPROVEN
        place = receiver.partition("@")[2]
        yield Tried(group=group, provider=place, name=name, truth=truth, level=level, reason=reason)


def _with_trail(raw: bytes, provider: Provider) -> bytes:
    raw = raw.replace(b"\r\n", b"\n")
    fields = _RESULTS.findall(raw + b"\n")
    mark = provider.authserv_id or {"gmail": "mx.google.com", "mailru": "mxs.mail.ru"}.get(
        provider.profile, ""
    )
    own = next((field for field in fields if mark.encode() in field), None)
    rest = raw.replace(own.rstrip(b"\n"), b"", 1).lstrip(b"\n").replace(b"\n\n", b"\n") if own else raw
    said = own.partition(b":")[2].strip().decode() if own else None
    lines = rest.rstrip(b"\n") + b"\nSubject: x\n\nthe text\n"
    return provider.deliver(lines.replace(b"\n", b"\r\n"), said)


def _by_hand() -> Iterator[Tried]:
    for path, raw in files("handmade-auth"):
        name = path.rpartition("/")[2].removesuffix(".eml")
        author = "staff@school.example"
        trusts = [Trust(profile="authserv-id", authserv_id="mx.google.com"), *map(_trust, PROVIDERS)]
        for trust in trusts:
            level, reason = _judge(raw, trust, author=author)
            ours = trust.authserv_id == "mx.google.com"  # with the others' profiles, nobody's word
            true = Truth.VOUCHED if ours else Truth.UNPROVEN
            truth = true if name in _TRUE_BY_HAND else Truth.FORGED
            provider = trust.authserv_id or trust.profile
            yield Tried(
                group="by hand", provider=provider, name=name, truth=truth, level=level, reason=reason
            )


def _spoofed() -> Iterator[Tried]:
    """Public tricks with From, and letters smuggled into an SMTP dialogue: whole, and what is smuggled."""
    for path, raw in files("espoofer-rendered", "smtp-smuggling"):
        if not path.endswith(".eml"):
            continue
        inner = re.search(rb"From: staff@school\.example.*", raw, re.DOTALL)
        for which in [raw, inner[0]] if inner else [raw]:
            for author in ("admin@legitimate.com", "admin@example.com", "staff@school.example"):
                yield from _spoofed_at_each(path, which, author)


def _spoofed_at_each(path: str, raw: bytes, author: str) -> Iterator[Tried]:
    whole = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    for provider in PROVIDERS:
        for own in (provider.says(author, False), _by_machine(provider, author)):
            level, reason = _judge(
                provider.deliver(whole, own), _trust(provider), author=author, box=_box_in(whole)
            )
            group, name = path.split("/")[:2]
            yield Tried(
                group=group, provider=provider.name, name=name, truth=Truth.FORGED, level=level, reason=reason
            )


def _by_machine(provider: Provider, author: str) -> str:
    """SPF passed for the author's own domain, since the machine is its own; nobody signed."""
    domain = author.rpartition("@")[2]
    no = provider.says(author, False).replace("any@evil.example", author).replace("evil.example", domain)
    return no.replace("dmarc=fail", "dmarc=pass").replace("compauth=fail", "compauth=pass")


def _box_in(raw: bytes) -> str:
    found = re.search(rb"^To: <?([^<>\s]+)>?", raw, re.MULTILINE)
    return found[1].decode() if found else BOX


def _own() -> Iterator[Tried]:
    """Our own forgeries, and for each way of believing a true letter."""
    for provider in PROVIDERS:
        raw = provider.deliver(letter(), provider.says(AIGUL, True))
        level, reason = _judge(raw, _trust(provider))
        yield Tried(
            group="own",
            provider=provider.name,
            name="a true letter",
            truth=Truth.VOUCHED,
            level=level,
            reason=reason,
        )
    for provider, name, raw in plain():
        level, reason = _judge(raw, _trust(provider), signed=True)
        yield Tried(
            group="own", provider=provider.name, name=name, truth=Truth.FORGED, level=level, reason=reason
        )
    for name, raw in sealed_ones():
        level, reason = _judge(raw, Trust(), signed=True)
        yield Tried(group="own", provider="DKIM", name=name, truth=Truth.FORGED, level=level, reason=reason)
    for name, raw in true_seals():
        level, reason = _judge(raw, Trust(), signed=True)
        yield Tried(group="own", provider="DKIM", name=name, truth=Truth.VOUCHED, level=level, reason=reason)


def true_seals() -> Iterator[tuple[str, bytes]]:
    """Signed as providers do it."""
    raw, now = letter(), A_MOMENT
    later = str(int(now.timestamp()) + 7 * 86400)
    yield "a signed letter", sealed(raw, at=now)
    yield "without a time", sealed(raw)
    yield "signed twice over, as Google does", sealed(raw, at=now, x=later, fields=[*SIGNED, *SIGNED, "cc"])
    yield "for the domain", sealed(raw, at=now, i="@school.example")
    yield "for the very person", sealed(raw, at=now, i=AIGUL)
    yield "a key of 2048 bits", sealed(raw, at=now, selector="s2048", by=key(2048))
    yield (
        "below another's signature",
        sealed(sealed(raw, at=now), domain="list.example", by=key(owner="evil")),
    )
    yield "with a trail on top", GOOGLE.deliver(sealed(raw, at=now), GOOGLE.says(AIGUL, False))
    yield "with bare line ends", sealed(raw, at=now).replace(b"\r\n", b"\n")
    yield "names of fields in capitals", sealed(raw, at=now, fields=[name.title() for name in SIGNED])


def table(tried: Iterable[Tried]) -> list[str]:
    """By group and provider: believed (yes), or asked back or held (no)."""
    counts = Counter((one.group, one.provider, one.truth, one.believed) for one in tried)
    kinds = [(truth, believed) for truth in Truth for believed in (True, False)]
    heads = [f"{truth} {'yes' if believed else 'no'}" for truth, believed in kinds]
    rows = [f"{'letters':<20}{'at':<21}" + "".join(f"{head:>14}" for head in heads)]
    for group, provider in sorted({place[:2] for place in counts}):
        cells = [counts[group, provider, *kind] for kind in kinds]
        rows.append(f"{group:<20}{provider:<21}" + "".join(f"{cell:>14}" for cell in cells))
    sums = [sum(n for place, n in counts.items() if place[2:] == kind) for kind in kinds]
    return [*rows, f"{'all':<41}" + "".join(f"{cell:>14}" for cell in sums)]


def cases(tried: Iterable[Tried]) -> list[str]:
    """Our own letters, each with the level that it reached at each provider; L2 is recorded, nothing less."""
    own = [one for one in tried if one.group == "own"]
    places = sorted({one.provider for one in own})
    reached = {(one.truth, one.name, one.provider): one.level.name for one in own}
    rows = [f"{'case':<72}" + "".join(f"{place:>11}" for place in places)]
    for truth, name in dict.fromkeys((one.truth, one.name) for one in own):
        cells = [reached.get((truth, name, place), "-") for place in places]
        rows.append(f"{f'{truth}: {name}':<72}" + "".join(f"{cell:>11}" for cell in cells))
    return rows


if __name__ == "__main__":
    everybody = list(everything())
    print("\n".join([*table(everybody), "", *cases(everybody)]))
