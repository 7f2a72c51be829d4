"""Signatures are read and verified where letters are read: in the process apart."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dkim  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from intake import reader_process
from intake.message import Unreadable
from intake.reader import Reader
from intake.reader_shape import NotOurShape, letter_with_keys_in, letter_with_keys_out, names_in
from tests.misreading import WEAK, weak
from tests.school import plain_letter

NAME = "s1._domainkey.school.example"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def record(key: rsa.RSAPrivateKey) -> bytes:
    """What the name server says under NAME."""
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return b"v=DKIM1; k=rsa; p=" + b64encode(public)


@pytest.fixture(scope="module")
def signed(key: rsa.RSAPrivateKey) -> bytes:
    raw = plain_letter("Шара қабылданды", sender="psy@school.example")
    fields = [b"from", b"to", b"subject", b"date"]
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    head = b"" if b"\nDate:" in raw else f"Date: {NOW:%a, %d %b %Y %H:%M:%S} +0000\r\n".encode()
    seal: bytes = dkim.sign(head + raw, b"s1", b"school.example", pem, include_headers=fields)
    return seal + head + raw


def test_a_signature_is_verified_with_the_key_that_it_names(
    reader: Reader, signed: bytes, record: bytes
) -> None:
    now = datetime.now(UTC)  # after the signing: minutes may lie between this file's import and its tests
    assert reader.signatures(signed) == (NAME,)
    assert reader.verify(signed, {NAME: record}, now) == ("school.example",)
    assert reader.verify(signed, {}, now) == ()
    assert reader.verify(signed, {NAME: record}, now + timedelta(days=30)) == ()
    assert reader.verify(signed + b"x", {NAME: record}, now) == ()
    assert reader.signatures(plain_letter("x")) == ()


@pytest.fixture
def weak_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    monkeypatch.setattr(reader_process, "COMMAND", WEAK)
    with Reader() as reader:
        yield reader


@pytest.mark.parametrize("name", ["is killed", "crashes", "../../etc", "Үй", "a" * 254, "a.b\n", "A.B", "-"])
def test_a_letter_that_harms_whoever_reads_its_signature_is_put_aside(weak_reader: Reader, name: str) -> None:
    with pytest.raises(Unreadable, match="reader-died"):
        weak_reader.signatures(weak(name))
    assert weak_reader.signatures(weak("s1.school.example")) == ("s1.school.example",)


def test_a_letter_over_the_limit_is_not_even_handed_over(reader: Reader) -> None:
    with pytest.raises(Unreadable, match="too-large"):
        reader.signatures(bytes(30 * 1024 * 1024 + 1))
    with pytest.raises(Unreadable, match="too-large"):
        reader.verify(bytes(30 * 1024 * 1024 + 1), {}, NOW)


HOSTS = st.from_regex(r"[a-z0-9]{1,20}(\.[a-z0-9_]{1,20}){1,4}", fullmatch=True)


@given(st.binary(), st.dictionaries(HOSTS, st.binary(max_size=50), max_size=5), st.datetimes())
def test_a_letter_with_its_keys_crosses(raw: bytes, keys: dict[str, bytes], now: datetime) -> None:
    now = now.replace(tzinfo=UTC)
    assert letter_with_keys_in(*letter_with_keys_out(raw, keys, now)) == (raw, keys, now)


def test_what_can_be_no_key_stays_at_home() -> None:
    keys = {"a.b": b"x", "Ә.b": b"x", "c.d": bytes(4097), **{f"{n}.e": b"x" for n in range(9)}}
    _, crossed, _ = letter_with_keys_in(*letter_with_keys_out(b"", keys, NOW))
    assert crossed == dict.fromkeys(["a.b", "0.e", "1.e", "2.e", "3.e"], b"x")


@pytest.mark.parametrize(
    "names", [["a"], ["a..b"], [".a.b"], ["a.b."], ["a" * 64 + ".b"], ["a.b"] * 6, "a.b", [1]]
)
def test_only_names_of_hosts_come_back(names: object) -> None:
    with pytest.raises(NotOurShape):
        names_in({"names": names})
