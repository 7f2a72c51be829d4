"""Signs letters as a mail server does (DKIM), also in the ways that must not be believed."""

import base64
import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import dkim  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric import rsa
from dkim.canonicalization import CanonicalizationPolicy  # type: ignore[import-untyped]

SIGNED = ("from", "to", "subject", "date", "message-id", "in-reply-to", "references")


@dataclass(frozen=True)
class Key:
    """An RSA key pair; `record` is what the name server says of it."""

    numbers: Mapping[str, int]

    @property
    def public(self) -> str:
        numbers = (self.numbers["modulus"], self.numbers["publicExponent"])
        return base64.b64encode(_der(0x30, b"".join(map(_der_number, numbers)))).decode()

    @property
    def record(self) -> bytes:
        return f"v=DKIM1; k=rsa; p={self.public}".encode()


@cache
def key(bits: int = 1024, owner: str = "school.example") -> Key:
    """Always the same key within a run for the same owner."""
    if bits >= 1024:
        made = rsa.generate_private_key(65537, bits).private_numbers()
        return _pair(made.p, made.q)
    chance = random.Random(f"{bits} {owner}")
    return _pair(_prime(chance, bits // 2), _prime(chance, bits // 2))


def _der_number(number: int) -> bytes:
    return _der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    size = [length] if length < 128 else [0x82, *length.to_bytes(2, "big")]
    return bytes([tag, *size]) + content


def _pair(p: int, q: int) -> Key:
    d = pow(65537, -1, (p - 1) * (q - 1))
    return Key(
        {
            "modulus": p * q,
            "publicExponent": 65537,
            "privateExponent": d,
            "prime1": p,
            "prime2": q,
            "exponent1": d % (p - 1),
            "exponent2": d % (q - 1),
            "coefficient": pow(q, -1, p),
        }
    )


def _prime(chance: random.Random, bits: int) -> int:
    while True:
        number = chance.getrandbits(bits) | 3 << bits - 2 | 1
        if (number - 1) % 65537 and all(pow(base, number - 1, number) == 1 for base in (2, 3, 5, 7)):
            return number


def sealed(
    raw: bytes,
    *,
    domain: str = "school.example",
    selector: str = "s1",
    by: Key | None = None,
    at: datetime | None = None,
    fields: Sequence[str] = SIGNED,
    length: int | None = None,
    algorithm: str = "rsa-sha256",
    **tags: str,
) -> bytes:
    """The letter with a DKIM-Signature on top; `tags` as `i=…`, `x=…`, or one of ours said otherwise."""
    letter: Any = dkim.DKIM(raw, signature_algorithm=algorithm.encode())
    letter.hasher = hashlib.sha1 if algorithm == "rsa-sha1" else hashlib.sha256
    policy = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    body = policy.canonicalize_body(letter.body)[:length]
    said = {"v": "1", "a": algorithm, "c": "relaxed/relaxed", "d": domain, "s": selector}
    said |= {"t": str(int(at.timestamp()))} if at else {}
    said |= {"l": str(length)} if length is not None else {}
    said |= tags
    said |= {"h": ":".join(fields), "bh": base64.b64encode(letter.hasher(body).digest()).decode()}
    pairs = [(name.encode(), value.encode()) for name, value in said.items()] + [(b"b", b"0" * 60)]
    names = [name.lower().encode() for name in fields]
    used = (by or key()).numbers
    value: bytes = letter.gen_header(pairs, names, policy, b"DKIM-Signature", used)
    return b"DKIM-Signature: " + value + raw
