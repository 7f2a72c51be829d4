"""What an IMAP server may refuse, in words that a person can act on."""

import re

from intake.server import Finding, Server, ServerFault


class CommandRefused(ServerFault):
    """The server said NO; `code` is its response code (RFC 9051 §7.1) or empty."""

    def __init__(self, server: Server, what: str, said: object) -> None:
        self.code = response_code(said)
        remedy = _REMEDIES.get(self.code, "`senim check` tries every right that is needed")
        code = f" ({self.code})" if self.code else ""
        super().__init__(f"{server.where} refused{code}, asked for {what}: {remedy}")

    @property
    def passing(self) -> bool:
        """It may well work the next time: the server is busy or unwell, not unwilling."""
        return self.code in _PASSING


class FolderMissing(ServerFault):
    """A folder that we need is not there and could not be made."""


_PASSING = dict.fromkeys(
    ("UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "EXPUNGEISSUED"), "it is tried again later"
)
# Codes of RFC 5530 and what to do about them. Only these are ever repeated: the rest of what a server says is
# free text, and may quote a letter.
_REMEDIES = _PASSING | {
    "OVERQUOTA": "the mailbox is full: delete old mail in it, or get more room",
    "NOPERM": "this user has no right to it: ask the administrator of the mail server",
    "TRYCREATE": "a folder is missing: `senim check` makes it",
    "NONEXISTENT": "a folder is missing: `senim check` makes it",
    "CANNOT": "the server does not allow it: see mailbox.folders in config.yaml",
    "CONTACTADMIN": "ask the administrator of the mail server",
}


def response_code(said: object) -> str:
    """The code of RFC 5530 that an answer bears, or ""."""
    codes = re.findall(r"\[([A-Z]+)\b", str(said))
    return next((code for code in codes if code in _REMEDIES), "")


def find_in_capabilities(offered: frozenset[str]) -> list[Finding]:
    """What a server's capabilities mean for us."""
    marked = "without it anonymous letters are only marked as deleted and stay readable: use another provider"
    uidplus = "UIDPLUS" in offered
    return [
        Finding("UIDPLUS", uidplus, "" if uidplus else marked),
        Finding("MOVE", True, "" if "MOVE" in offered else "not offered: letters are copied instead"),
        Finding("IDLE", True, "" if "IDLE" in offered else "not offered: letters are seen at the next tick"),
    ]
