"""Nobody reads a name or a word of an appeal in the database without the school's key.

Each value is sealed on its own with AES-GCM (NIST SP 800-38D). The envelope is

    version (1 byte) | key id (4 bytes) | nonce (12 bytes) | ciphertext and tag

and is bound to the place where it stands, so that a value moved to another row, column or school does not
open. What is sealed is padded to steps of 256 bytes: its length tells nothing of a name. What belongs to
one appeal is sealed with a key of that appeal, wrapped by the school's: erasing the wrapped key destroys all.
"""

import hmac
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
STEP = 256  # bytes; texts are padded to a multiple of it
_VERSION = 1
_ID_BYTES = 4
_NONCE_BYTES = 12
_HEAD_BYTES = 1 + _ID_BYTES + _NONCE_BYTES
_CHECK = b"this is the key of this Journal"


class SealBroken(Exception):
    """A sealed value does not open: it was changed, moved, or sealed with another key."""


class WrongKey(Exception):
    """The key is not a key at all, or not the one with which this Journal was begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a sealed value stands. It opens nowhere else."""

    school: str
    table: str
    column: str
    row: str

    def associated_data(self) -> bytes:
        return f"{self.school}|{self.table}|{self.column}|{self.row}".encode()

    def __str__(self) -> str:
        return f"{self.table}.{self.column}, row {self.row}"


def new_key() -> bytes:
    """A fresh key for a school."""
    return secrets.token_bytes(KEY_BYTES)


def _derive(key: bytes, purpose: str, length: int = KEY_BYTES) -> bytes:
    """A key for one purpose only (HKDF, RFC 5869), so that no use of one weakens another."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"senim 1 {purpose}".encode()).derive(key)


def _pad(plain: bytes) -> bytes:
    """0x80 and zeros up to the next step (ISO/IEC 7816-4): reversible, whatever the text ends with."""
    return plain + b"\x80" + bytes(-(len(plain) + 1) % STEP)


class Seal:
    """One key that seals and opens."""

    __slots__ = ("_cipher", "_head")

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._head = bytes((_VERSION,)) + _derive(key, "key id", _ID_BYTES)

    def seal(self, plain: bytes, *, place: Place) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        bound = self._head + place.associated_data()
        return self._head + nonce + self._cipher.encrypt(nonce, _pad(plain), bound)

    def open(self, envelope: bytes, *, place: Place) -> bytes:
        head, nonce = envelope[: len(self._head)], envelope[len(self._head) : _HEAD_BYTES]
        if head[:1] != self._head[:1]:
            raise SealBroken(
                f"{place}: sealed in a form that this Senim does not know. Restore the row from a backup, "
                "or update Senim if the Journal was written by a newer one."
            )
        if head != self._head:
            raise SealBroken(
                f"{place}: sealed with another key. If `senim rekey` was run just now, run this once more; "
                "else restore the row from a backup."
            )
        try:
            padded = self._cipher.decrypt(nonce, envelope[_HEAD_BYTES:], head + place.associated_data())
        except (InvalidTag, ValueError):  # ValueError: cut so short that not even a tag is left
            raise SealBroken(
                f"{place}: changed, or moved here from another place. Run `senim journal verify` and "
                "restore the row from a backup."
            ) from None
        return padded[: padded.rindex(b"\x80")]

    def seal_text(self, text: str, *, place: Place) -> bytes:
        # Half a surrogate pair cannot be encoded; an error here would carry the text, so it becomes «?».
        return self.seal(text.encode("utf-8", "replace"), place=place)

    def open_text(self, envelope: bytes, *, place: Place) -> str:
        return self.open(envelope, place=place).decode()


class Keys(Seal):
    """The school's keys, all from its one key of 32 bytes. Itself a seal, for what belongs to no appeal."""

    __slots__ = ("_check", "_fingerprint", "_key", "_wrap")

    def __init__(self, key: bytes, *, fingerprint: bytes | None = None) -> None:
        """`fingerprint`: the key of the fingerprints, where it is another key's (`successor`)."""
        if len(key) != KEY_BYTES:
            raise WrongKey(
                f"The Journal's key must be {KEY_BYTES} bytes. Point journal.key_file to the file that "
                "`senim upgrade` made."
            )
        super().__init__(_derive(key, "seal"))
        self._key = key
        self._wrap = Seal(_derive(key, "wrap"))
        self._check = Seal(_derive(key, "check"))
        self._fingerprint = fingerprint or _derive(key, "fingerprint")

    @property
    def id(self) -> str:
        """By which a key is told from another: it stands open in each envelope and in the history."""
        return self._head[1:].hex()

    def successor(self, key: bytes) -> "Keys":
        """The keys that come after these: all is new but the fingerprints, of which no original is kept."""
        return Keys(key, fingerprint=self._fingerprint)

    def seal_fingerprint_key(self, place: Place) -> bytes:
        """For the Journal, so that `with_fingerprint_key` finds what an earlier key's fingerprints mean."""
        return self.seal(self._fingerprint, place=place)

    def with_fingerprint_key(self, envelope: bytes, place: Place) -> "Keys":
        return Keys(self._key, fingerprint=self.open(envelope, place=place))

    def rewrap(self, wrapped: bytes, to: "Keys", place: Place) -> bytes:
        """The key of an appeal, wrapped anew by the keys that come after these."""
        return to._wrap.seal(self._wrap.open(wrapped, place=place), place=place)

    def purpose(self, name: str) -> bytes:
        """A key of 32 bytes for another use of the school's one key, such as its backups."""
        return _derive(self._key, f"purpose {name}")  # never one of those above, whatever the name

    def new_appeal(self, place: Place) -> tuple[Seal, bytes]:
        """A seal for one new appeal, and its key wrapped, to be kept in the row at `place`."""
        key = new_key()
        return Seal(key), self._wrap.seal(key, place=place)

    def appeal(self, wrapped: bytes, place: Place) -> Seal:
        """The seal of an appeal, from its wrapped key."""
        return Seal(self._wrap.open(wrapped, place=place))

    def check_value(self, place: Place) -> bytes:
        """What a Journal keeps to know its own key again."""
        return self._check.seal(_CHECK, place=place)

    def prove(self, check_value: bytes, place: Place) -> None:
        """Refuse to go on with a key that is not this Journal's."""
        try:
            self._check.open(check_value, place=place)
        except SealBroken:
            raise WrongKey(
                "This key is not the one of this Journal. Put the right key file at journal.key_file (the "
                "recovery sheet in the safe has it too: `senim recovery --read`); nothing was changed."
            ) from None

    def fingerprint(self, purpose: str, *parts: bytes | str) -> str:
        """A keyed digest (HMAC-SHA256, hex): equal for equal things, not to be guessed without the key."""
        framed: list[bytes] = []
        for part in (purpose, *parts):
            data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
            framed += [len(data).to_bytes(8, "big"), data]  # so that ("ab", "c") is not ("a", "bc")
        return hmac.digest(self._fingerprint, b"".join(framed), "sha256").hex()
