"""The letter that `senim check --circle` sends round: a mark nobody can guess, and how it is known again.

It says of itself that it is Senim's and automatic, so that a worker who pulls it first puts it aside as a
letter of ours: whatever becomes of the check, it never becomes an appeal.
"""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

KIND = "circle"  # in X-Senim-Letter, by which `intake.recognise` knows a letter of ours
_FIELD = "X-Senim-Circle"
_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_ID = re.compile(r"[^\s;()=\"]+")
_WORDS = """\
Бұл хатты Senim бағдарламасы поштаны тексеру үшін жіберді (senim check --circle).
Тексеру біткен соң, оны бағдарламаның өзі өшіреді. Жауап жазудың қажеті жоқ.

Это письмо отправила программа Senim, чтобы проверить почту (senim check --circle).
После проверки она сама его удалит. Отвечать не нужно.

Senim sent this letter to try the mailbox (senim check --circle).
It removes the letter when it is done. There is no need to answer.
"""


def new_mark() -> str:
    """128 random bits, as a token of a letter has: nobody else's letter bears them."""
    return secrets.token_hex(16)


def write_marked(*, box: str, to: str, mark: str, planted: Sequence[str], now: datetime) -> EmailMessage:
    """The letter from the box to itself. `planted`: forged Authentication-Results, which must be removed.

    Each stands twice, above and below From: some providers write theirs above, others below.
    """
    message = EmailMessage(policy=SMTP)
    for field in planted:
        message["Authentication-Results"] = field
    message["From"] = str(Address(addr_spec=box))
    message["To"] = str(Address(addr_spec=to))
    message["Subject"] = f"Senim: check {mark[:8]}"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = _message_id(mark, box)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5
    message["X-Auto-Response-Suppress"] = "DR, RN, NRN, AutoReply"
    message["X-Senim-Letter"] = KIND
    message[_FIELD] = mark
    for field in planted:
        message["Authentication-Results"] = field
    message.set_content(_WORDS, cte="base64")
    return message


def _message_id(mark: str, box: str) -> str:
    return f"<{KIND}.{mark}.senim@{box.rpartition('@')[2]}>"


def is_marked(start: bytes, mark: str) -> bool:
    """Whether these bytes begin the letter with this mark: byte for byte, in a field of its own."""
    wanted = mark.encode("ascii")
    if wanted in (value.strip() for value in fields(start, _FIELD)):
        return True
    # Where a server has dropped the fields that it does not know.
    begin = f"<{KIND}.{mark}.senim@".encode("ascii")
    return any(value.strip().startswith(begin) for value in fields(start, "Message-ID"))


def is_report_on(start: bytes, mark: str) -> bool:
    """Whether this is a server's report that the letter with this mark did not arrive (RFC 3464)."""
    if mark.encode("ascii") not in start or is_marked(start, mark):
        return False
    kind = b"".join(fields(start, "Content-Type")).strip().lower()
    return (
        kind.startswith(b"multipart/report")
        or any(value.strip() == b"<>" for value in fields(start, "Return-Path"))
        or bool(fields(start, "X-Failed-Recipients"))
    )


def fields(start: bytes, name: str) -> list[bytes]:
    """The values of the header's fields of this name, unfolded (RFC 5322 §2.2.3), top first."""
    header = _FOLD.sub(b" ", _END_OF_HEADER.split(start, maxsplit=1)[0])
    begin = name.lower().encode("ascii") + b":"
    return [
        line[len(begin) :].rstrip(b"\r") for line in header.split(b"\n") if line.lower().startswith(begin)
    ]


def results(start: bytes) -> list[str]:
    """The Authentication-Results of a letter (RFC 8601), top first."""
    return [value.decode("ascii", "replace").strip() for value in fields(start, "Authentication-Results")]


def id_of(field: str) -> str:
    """The authserv-id with which a field begins; none where a provider begins with a result at once."""
    found = _ID.match(field)
    begun = found[0] if found else ""
    rest = field[len(begun) :].lstrip()
    return "" if rest.startswith("=") else begun


def forged(authserv_id: str, box: str, mark: str) -> str:
    """What someone would write who wants to be believed as the box, with the mark as its signature."""
    domain = box.rpartition("@")[2]
    said = [
        *([authserv_id] if authserv_id else []),
        f"spf=pass smtp.mailfrom={box}",
        f"dkim=pass header.d={domain} header.i=@{domain} header.b={mark}",
        f"dmarc=pass header.from={domain}",
    ]
    return "; ".join(said)
