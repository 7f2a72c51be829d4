"""Reads passwords and the Journal's key from where only Senim can read them.

A secret comes from the environment ($SENIM_MAILBOX_PASSWORD …), else from a systemd credential
($CREDENTIALS_DIRECTORY/mailbox_password …), else from the file that config.yaml names. No message here
ever holds a part of a secret.
"""

import binascii
import string
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from journal.private import exposure

KEY_BYTES = 32
_LIMIT = 64 * 1024


class SecretFault(Exception):
    """A secret is missing, unreadable or readable by others; the message says how to put it right."""


class SecretMissing(SecretFault):
    """There is no such secret anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where secrets may come from besides the files that a config names."""

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def credentials(self) -> Path | None:
        """The folder of systemd's LoadCredential=, if the service has one."""
        folder = self.environment.get("CREDENTIALS_DIRECTORY", "")
        return Path(folder) if folder else None

    def elsewhere(self, name: str) -> bytes | None:
        """The secret `mailbox_password` from $SENIM_MAILBOX_PASSWORD or the credential of that name."""
        value = self.environment.get(f"SENIM_{name.upper()}", "")
        if value:
            return value.encode("utf-8", "surrogateescape")
        folder = self.credentials
        if folder is not None and (folder / name).is_file():
            return _read(folder / name)
        return None


def read_password(name: str, file: Path | None, sources: Sources) -> str:
    """A password; one line end after it is an editor's habit and no part of it."""
    try:
        found = _find(name, file, sources)
    except SecretMissing as fault:
        remedy = f"; write the password into it, then: chmod 600 {file}" if file else ""
        raise SecretMissing(f"{fault}{remedy}") from None
    try:
        text = found.decode("utf-8").removeprefix("\ufeff").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise SecretFault(f"{_place(name, file)} is not UTF-8 text; write the password anew") from None
    if not text.strip():
        raise SecretMissing(f"{_place(name, file)} is empty; write the password into it")
    if any(sign in text for sign in "\n\r\0"):
        raise SecretFault(f"{_place(name, file)} has more than one line; keep the password alone in it")
    return text


def read_key(name: str, file: Path | None, sources: Sources) -> bytes:
    """The Journal's key: 64 hexadecimal digits, 44 signs of base64, or 32 raw bytes."""
    found = _find(name, file, sources)
    key = decode_key(found)
    if key is None:
        raise SecretFault(
            f"{_place(name, file)} does not hold a key (64 hexadecimal digits, base64 of 32 bytes, or 32 raw"
            " bytes); put back the copy that the school keeps"
        )
    return key


def decode_key(found: bytes) -> bytes | None:
    """32 printable signs are a mistyped text and no raw key: chance makes none in a universe's time."""
    text = found.strip()
    try:
        if len(text) == 2 * KEY_BYTES:
            return bytes.fromhex(text.decode("ascii"))
        if len(text) == 44:
            key = b64decode(text, validate=True)
            return key if len(key) == KEY_BYTES else None
    except (ValueError, binascii.Error):
        return None
    raw = len(found) == KEY_BYTES and not all(byte in string.printable.encode() for byte in found)
    return found if raw else None


def _find(name: str, file: Path | None, sources: Sources) -> bytes:
    found = sources.elsewhere(name)
    if found is not None:
        return found
    if file is None:
        raise SecretMissing(f"{_place(name, file)} is not set; name a file in config.yaml or set it")
    if not _inside(file, sources.credentials):
        _refuse_open(file)
    return _read(file)


def _place(name: str, file: Path | None) -> str:
    return str(file) if file else f"$SENIM_{name.upper()}"


def _inside(file: Path, folder: Path | None) -> bool:
    """systemd guards its credentials by an access list, which shows as group bits."""
    return folder is not None and file.resolve().is_relative_to(folder.resolve())


def _refuse_open(file: Path) -> None:
    if fault := exposure(file):
        raise SecretFault(fault)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_LIMIT)
    except FileNotFoundError:
        raise SecretMissing(f"{file} does not exist") from None
    except IsADirectoryError:
        raise SecretFault(f"{file} is a folder; name the file in it") from None
    except PermissionError:
        raise SecretFault(f"{file} may not be read by this user; run: chown {_user()} {file}") from None
    except OSError as fault:
        raise SecretFault(f"{file} cannot be read ({fault.strerror})") from None


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "USER"
