"""Checks the seal that a mail server put on its user's letter: whether it is whole, fresh and truly theirs.

DKIM (RFC 6376) with a policy of our own over dkimpy, which is content with less: it accepts text added behind
what was signed (`l=`), fields that nobody signed, a key on trial. Both functions are pure, meet hostile bytes
and run in the process that reads letters; the keys are fetched by the worker (`intake.name_server`).
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from intake.headers import addresses_as_read, plain_mailbox

MOST_SIGNATURES = 5
FRESH = timedelta(days=7)
SKEW = timedelta(minutes=10)  # clocks differ a little
KEY_BITS = range(1024, 4096 + 1)  # RFC 8301 §3.2; the upper end bounds the work
MOST_KEY_BYTES = 4096

_MUST_SIGN = frozenset({"from", "to", "subject"})
# What a letter has once (RFC 5322 §3.6, RFC 2045); a second one would be read instead of the signed one.
_ONCE = frozenset({"from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to"})
_ONCE |= {"references", "mime-version", "content-type", "content-transfer-encoding"}

_NAME = re.compile(rb"([!-9;-~]+):")
_BARE_CR = re.compile(rb"\r(?!\n)")
_LONG_GAP = re.compile(rb"[ \t]{1000}")  # dkimpy seeks spaces at the ends of lines in quadratic time
_GAP_IN_SIGNATURE = re.compile(r"\s{80}", re.ASCII)
_MOST_IN_SIGNATURE = 4_000
_TAG = re.compile(r"\s*([a-z][a-z0-9_]*)\s*=\s*([!-:<-~]*(?:\s+[!-:<-~]+)*)\s*", re.IGNORECASE | re.ASCII)
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_SELECTOR = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_SECONDS = re.compile(r"[0-9]{1,10}")

_Fields = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """The header as dkimpy will read it, where every reader must read the same."""

    fields: _Fields
    mailbox: str  # the one plain address of From

    @property
    def domain(self) -> str:
        return self.mailbox.rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signature:
    place: int  # among the DKIM-Signature fields
    tags: Mapping[str, str]
    signed: tuple[str, ...]

    @property
    def key_name(self) -> str:
        return f"{self.tags['s']}._domainkey.{self.tags['d']}".lower()


def names_wanted(raw: bytes) -> tuple[str, ...]:
    """The DNS names of the keys that this letter's signatures need: of its sender's domain, at most 5."""
    letter = _opened(raw)
    names = [signature.key_name for signature in _signatures(letter)] if letter else []
    return tuple(dict.fromkeys(names))


def verified(raw: bytes, keys: Mapping[str, bytes], now: datetime) -> tuple[str, ...]:
    """The domains whose signature of it holds, by these keys and our policy: the sender's own or nothing.

    A key that is missing is a signature that does not hold; so is anything that we do not fully understand.
    """
    letter = _opened(raw)
    if letter is None:
        return ()
    for signature in _signatures(letter):
        record = keys.get(signature.key_name, b"")
        if _good_key(record) and _fresh(letter, signature, now) and _holds(raw, signature, record):
            return (letter.domain,)
    return ()


def _opened(raw: bytes) -> _Letter | None:
    """None for a letter that programs could read differently, or with two of what a letter has once."""
    header, gap, _ = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    if not gap or b"\0" in header or _BARE_CR.search(raw) or _LONG_GAP.search(raw):
        return None
    fields: _Fields = []
    for line in header.split(b"\n"):
        if line[:1] in (b" ", b"\t") and fields:
            name, value = fields.pop()
            fields.append((name, value + b"\r\n" + line))
            continue
        found = _NAME.match(line)
        if found is None:
            return None
        fields.append((found[1].decode("ascii").lower(), line[found.end() :]))
    count = Counter(name for name, _ in fields)
    if count["from"] != 1 or any(count[name] > 1 for name in _ONCE):
        return None
    mailbox = plain_mailbox(addresses_as_read(_text(_value(fields, "from"))))
    return _Letter(fields=fields, mailbox=mailbox[1]) if mailbox else None


def _signatures(letter: _Letter) -> list[_Signature]:
    """Those of the sender's very domain that are worth a question to the name server."""
    count = Counter(name for name, _ in letter.fields)
    values = [_text(value) for name, value in letter.fields if name == "dkim-signature"]
    found = []
    for place, value in enumerate(values[: 4 * MOST_SIGNATURES]):
        tags = _tags(value)
        if tags is None or not _acceptable(tags, letter):
            continue
        signed = tuple(name.strip().lower() for name in tags["h"].split(":"))
        # Every instance of a signed field must be signed, or an added one would be read as if it were.
        if signed and set(signed) >= _MUST_SIGN and all(count[name] <= signed.count(name) for name in signed):
            found.append(_Signature(place=place, tags=tags, signed=signed))
    return found[:MOST_SIGNATURES]


def _acceptable(tags: Mapping[str, str], letter: _Letter) -> bool:
    """What a signature says of itself (RFC 6376 §3.5), narrowed: the whole body, no older algorithm."""
    if not {"v", "a", "b", "bh", "d", "h", "s"} <= tags.keys() or "l" in tags:
        return False
    if tags["v"] != "1" or tags["a"].lower() != "rsa-sha256" or tags.get("q", "dns/txt") != "dns/txt":
        return False
    if any(part not in ("simple", "relaxed") for part in tags.get("c", "simple").split("/")):
        return False
    domain, selector = tags["d"].lower(), tags["s"].lower()
    if domain != letter.domain or not _DOMAIN.fullmatch(domain) or not _SELECTOR.fullmatch(selector):
        return False
    if len(domain) + len(selector) > 230:
        return False
    # On whose behalf: the domain, or the very person in From, never a neighbour of theirs.
    return tags.get("i", f"@{domain}").lower() in (f"@{domain}", letter.mailbox)


def _fresh(letter: _Letter, signature: _Signature, now: datetime) -> bool:
    """Signed within a week: a true letter of another day, sent again, is no answer to this one."""
    times = [_moment(signature.tags[tag]) for tag in ("t",) if tag in signature.tags]
    if "date" in signature.signed:
        times.append(_date(_text(_value(letter.fields, "date"))))
    if not times or not all(moment and now - FRESH <= moment <= now + SKEW for moment in times):
        return False
    if "x" not in signature.tags:
        return True
    end = _moment(signature.tags["x"])
    return end is not None and end >= now and all(moment and moment <= end for moment in times[:1])


def _good_key(record: bytes) -> bool:
    """A key for mail, not on trial, not taken back (RFC 6376 §3.6.1)."""
    tags = _tags(_text(record)) if 0 < len(record) <= MOST_KEY_BYTES else None
    if not tags or tags.get("v", "DKIM1") != "DKIM1" or tags.get("k", "rsa") != "rsa" or not tags.get("p"):
        return False
    flags, services = _listed(tags.get("t", "")), _listed(tags.get("s", "*"))
    hashes = _listed(tags.get("h", "sha256"))
    return "y" not in flags and bool({"*", "email"} & services) and "sha256" in hashes


def _holds(raw: bytes, signature: _Signature, record: bytes) -> bool:
    import dkim  # type: ignore[import-untyped]  # here: it takes a while, and few letters are replies

    try:
        verifier = dkim.DKIM(raw)
        key, bits, kind, _ = dkim.evaluate_pk(signature.key_name, record)
        if kind != b"rsa" or bits not in KEY_BITS or not 3 <= key["publicExponent"] < 2**32:
            return False
        verifier.pk, verifier.keysize, verifier.ktag, verifier.seqtlsrpt = key, bits, kind, False
        field = [one for one in verifier.headers if one[0].lower() == b"dkim-signature"][signature.place]
        tags = {name.encode(): value.encode() for name, value in signature.tags.items()}
        signed = [name.encode() for name in signature.signed]
        # Not `verify`: that one compares the times in the signature with the machine's clock, we with `now`.
        return verifier.verify_sig_process(tags, signed, field, None) is True
    except Exception:  # dkimpy answers hostile bytes with errors of any class; each means «does not hold»
        return False


def _tags(value: str) -> dict[str, str] | None:
    """A tag list (RFC 6376 §3.2), each tag once; None when it is not one."""
    if len(value) > _MOST_IN_SIGNATURE or _GAP_IN_SIGNATURE.search(value) or not value.isascii():
        return None
    tags: dict[str, str] = {}
    parts = value.split(";")
    for part in parts[:-1] if not parts[-1].strip() else parts:
        found = _TAG.fullmatch(part)
        if found is None or found[1] in tags:
            return None
        tags[found[1]] = found[2]
    return tags


def _listed(value: str) -> set[str]:
    return {one.strip().lower() for one in value.split(":")}


def _moment(seconds: str) -> datetime | None:
    return datetime.fromtimestamp(int(seconds), UTC) if _SECONDS.fullmatch(seconds) else None


def _date(value: str) -> datetime | None:
    """A Date field without a zone, or one that is no date, tells no moment."""
    try:
        moment = parsedate_to_datetime(value.strip()) if len(value) < 100 else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _value(fields: _Fields, name: str) -> bytes:
    return next((value for known, value in fields if known == name), b"")


def _text(value: bytes) -> str:
    """As Python's own reader of mail keeps it."""
    return value.decode("ascii", "surrogateescape")
