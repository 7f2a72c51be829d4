"""What a single value of config.yaml may be: an address, an hour, a length of time, a line of text."""

import re
from datetime import time, timedelta
from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

Language = Literal["kk", "ru", "en"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
FormField = Literal[
    "name",
    "surname",
    "given_name",
    "patronymic",
    "address",
    "email",
    "class_group",
    "phone",
    "subject",
    "text",
    "anonymous",
    "urgent",
    "metadata",
]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_SPAN = re.compile(r"(\d{1,5})([mhdy])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}")
_LINK = re.compile(r"https?://[^\s<>\"']+")


def as_line(value: object) -> object:
    """One line of text: it goes into headers of letters, where a line end would begin another header."""
    if not isinstance(value, str):
        raise ValueError("must be text; put it in quotes")  # noqa: TRY004 (pydantic wants ValueError)
    if not value.strip():
        raise ValueError("is empty; write something, or leave the key out if it is optional")
    if _CONTROL.search(value):
        raise ValueError("must be one line without control characters")
    return value.strip()


def as_address(value: object) -> object:
    if isinstance(value, str) and not value.isascii():
        raise ValueError("must be in Latin letters; write a domain in other letters in its xn-- form")
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value.strip()):
        raise ValueError("must be one plain e-mail address, like name@school.example")
    return value.strip()


def _hour(value: object) -> object:
    if isinstance(value, str) and (found := _HOUR.fullmatch(value.strip())):
        return time(int(found[1]), int(found[2]))
    raise ValueError('must be an hour and minutes in quotes, like "15:00"')


def _span(value: object) -> object:
    """A length of time; a year is 365 days here, which errs by a day on the careful side."""
    if isinstance(value, str) and (found := _SPAN.fullmatch(value.strip())):
        unit = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(1), "y": timedelta(365)}
        return int(found[1]) * unit[found[2]]
    raise ValueError("must be a number with m, h, d or y for minutes, hours, days, years; like 30m or 24h")


def _kept(value: object) -> object:
    """How long something is kept before it is destroyed: «6m» is six minutes, and was not meant."""
    span = _span(value)
    if not isinstance(span, timedelta) or not timedelta(days=30) <= span <= timedelta(days=100 * 365):
        raise ValueError("must be between 30d and 100y; m and h are minutes and hours here, write 180d or 3y")
    return span


def as_link(value: object) -> object:
    if isinstance(value, str) and _LINK.fullmatch(value.strip()):
        return value.strip().rstrip("/")
    raise ValueError("must be a web address that begins with https:// (or http://)")


def _recipient(value: object) -> object:
    """Its checksum is proved where it is used."""
    if isinstance(value, str) and _RECIPIENT.fullmatch(value.strip()):
        return value.strip()
    raise ValueError("must be a public key of age: age1 and 58 letters and digits (age-keygen makes one)")


def _listen(value: object) -> object:
    host, _, port = value.strip().rpartition(":") if isinstance(value, str) else ("", "", "")
    if not host or not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise ValueError("must be an address and a port, like 127.0.0.1:8080")
    return f"{host}:{port}"


def _number(value: object) -> object:
    """A telephone number that YAML took for a number: 150."""
    return as_line(str(value) if isinstance(value, int) and not isinstance(value, bool) else value)


Line = Annotated[str, BeforeValidator(as_line)]
Address = Annotated[str, BeforeValidator(as_address)]
Hour = Annotated[time, BeforeValidator(_hour)]
Span = Annotated[timedelta, BeforeValidator(_span)]
Kept = Annotated[timedelta, BeforeValidator(_kept)]
Link = Annotated[str, BeforeValidator(as_link)]
AgeRecipient = Annotated[str, BeforeValidator(_recipient)]
Listen = Annotated[str, BeforeValidator(_listen)]
Number = Annotated[str, BeforeValidator(_number)]
Port = Annotated[int, Field(ge=1, le=65535)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,40}$")]  # an id of the config's own
Names = Annotated[dict[Language, Line], Field(min_length=1)]


def is_loopback(host: str) -> bool:
    """Whether a connection to this host never leaves the machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.casefold() in {"localhost", "localhost.localdomain", "ip6-localhost"}
