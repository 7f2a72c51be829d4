"""Locks a stream so that only its school's key opens it, in the age format that other tools open too.

https://age-encryption.org/v1: 64 KiB at a time, each authenticated, the last one marked as the last.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyrage  # type: ignore[import-untyped]

_SIGNS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"  # of Bech32 (BIP 173)
_SECRET = "age-secret-key-"  # noqa: S105 - how every such key begins


class BadRecipient(Exception):
    """This is nobody's public key."""


class DoesNotOpen(Exception):
    """Locked with another key, or not locked by us at all."""


class Damaged(Exception):
    """It was cut, or altered, after it was locked."""


def recipient_of(key: bytes) -> str:
    """The public half of a key of 32 bytes: age1…"""
    return str(_identity(key).to_public())


def prove_recipient(text: str) -> None:
    """Raises BadRecipient."""
    _recipient(text)


def with_passphrase(key: bytes, passphrase: str) -> bytes:
    """A key that nobody has without both. A guess at the passphrase costs 32 MB and a tenth of a second."""
    secret = unicodedata.normalize("NFC", passphrase).encode()
    return hashlib.scrypt(secret, salt=key, n=2**15, r=8, p=1, maxmem=2**26, dklen=32)


def lock(pieces: Iterator[bytes], out: BinaryIO, *, key: bytes, also: Sequence[str] = ()) -> None:
    """Everything of `pieces`, so that this key opens it, and each of the others' (age1…) by itself."""
    recipients = [_identity(key).to_public(), *(_recipient(one) for one in also)]
    source, sink = _Source(pieces), _Sink(out.write)
    try:
        pyrage.encrypt_io(source, sink, recipients)
    except pyrage.EncryptError:
        raise (source.fault or sink.fault or Damaged("The backup could not be locked.")) from None


def unlock(file: Path, take: Callable[[bytes], object], *, key: bytes) -> None:
    """Hand over what is in it, piece by piece. Only at its end is it certain that nothing was cut off."""
    sink = _Sink(take)
    with file.open("rb") as source:
        try:
            pyrage.decrypt_io(source, sink, [_identity(key)])
        except pyrage.DecryptError:
            raise DoesNotOpen(
                f"{file}: does not open with the school's key. It is no backup, or its beginning is damaged, "
                "or it was made with another key (one from before the last `senim rekey`, another school's) "
                "or with a passphrase (--passphrase)."
            ) from None
        except OSError as fault:
            if sink.fault is not None:
                raise sink.fault from None
            if fault.errno is not None:
                raise
            raise Damaged(f"{file}: was cut or altered; take another backup.") from None


class _Source:
    """The pieces as a file. What goes wrong in them would come back as a text."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._here = memoryview(b"")
        self.fault: BaseException | None = None

    def read(self, size: int) -> bytes:
        try:
            while not self._here:
                self._here = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except BaseException as fault:
            self.fault = fault
            raise
        piece, self._here = self._here[:size], self._here[size:]
        return bytes(piece)


class _Sink:
    """A file of whatever takes bytes."""

    def __init__(self, take: Callable[[bytes], object]) -> None:
        self._take = take
        self.fault: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            self._take(data)
        except BaseException as fault:
            self.fault = fault
            raise
        return len(data)

    def flush(self) -> None:
        """Whoever owns the file sees to it."""


def _recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise BadRecipient(
            "backup.recipient is no public key of age; compare it with its source (age1…, 62 characters)"
        ) from None


def _identity(key: bytes) -> Any:
    """Any 32 bytes are a key of X25519 (RFC 7748); age wants them in its own writing."""
    return pyrage.x25519.Identity.from_str(_bech32(_SECRET, key).upper())


def _bech32(kind: str, data: bytes) -> str:
    bits = int.from_bytes(data, "big") << (-8 * len(data)) % 5
    count = (8 * len(data) + 4) // 5
    fives = [bits >> 5 * place & 31 for place in reversed(range(count))]
    spread = [ord(sign) >> 5 for sign in kind] + [0] + [ord(sign) & 31 for sign in kind]
    check = _polymod([*spread, *fives, 0, 0, 0, 0, 0, 0]) ^ 1
    fives += [check >> 5 * place & 31 for place in reversed(range(6))]
    return kind + "1" + "".join(_SIGNS[five] for five in fives)


def _polymod(values: Sequence[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> place & 1 else 0
    return check
