"""Says what is wrong in config.yaml: the place, the line, what to do. Never what stood there."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ValidationError

from intake.config_types import is_loopback
from intake.name_server import OddNameServer, to_address
from intake.settings import Settings
from journal.model import Role

Where = tuple[int | str, ...]

# pydantic's kinds of error in the words of someone who never saw pydantic.
_WORDS = {
    "missing": "is missing; write it (the example config.yaml shows how)",
    "string_type": "must be text; put it in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list: one line for each item, beginning with «- », or […]",
    "dict_type": "must be keys with values, like {kk: …, ru: …}",
    "model_type": "must be keys with values, one to a line below it",
    "date_type": "must be a day like 2027-03-22",
    "date_parsing": "must be a day like 2027-03-22",
    "date_from_datetime_parsing": "must be a day like 2027-03-22",
    "date_from_datetime_inexact": "must be a day like 2027-03-22",
    "too_short": "is empty; write at least one",
    "string_pattern_mismatch": "must be small Latin letters, digits, - and _, beginning with a letter",
    "invalid_key": "must have words as keys",
}


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to put right, at a path like («staff», 2, «role»)."""

    where: tuple[str, ...]
    words: str


def written(faults: Iterable[Fault], root: Any) -> list[str]:
    """`staff.2.role (line 31): …` in the file's order, the items of a list counted from 0."""
    first = {one.where: one for one in reversed([*faults])}  # one fault for each place
    placed = sorted((_line(root, one.where) or 0, one) for one in first.values())
    return [f"{'.'.join(one.where)}{f' (line {line})' if line else ''}: {one.words}" for line, one in placed]


def from_pydantic(fault: ValidationError) -> Iterator[Fault]:
    """Every error of a validation, in our words and without the input."""
    for error in fault.errors(include_url=False, include_context=True, include_input=False):
        where = tuple(part for part in error["loc"] if part != "[key]")
        yield Fault(tuple(str(part) for part in where), _words(error, where))


def _words(error: Any, where: Where) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(where)
    if kind in {"literal_error", "enum"}:
        if "[key]" in error["loc"]:
            return f"unknown key; write one of: {_choices(context['expected'])}"
        return f"must be one of: {_choices(context['expected'])}"
    if kind in {"greater_than_equal", "less_than_equal"}:
        return (
            f"must be {'at least' if 'ge' in context else 'at most'} {context.get('ge', context.get('le'))}"
        )
    if kind == "value_error":
        return str(context["error"])
    return _WORDS.get(kind, "does not fit here; compare it with the example config.yaml")


def _choices(expected: str) -> str:
    """'kk', 'ru' or 'en' → kk, ru, en; <Role.DIRECTOR: 'director'> → director."""
    return ", ".join(re.findall(r"'([^']*)'", expected))


def _unknown(where: Where) -> str:
    key = str(where[-1])
    if "password" in key or "secret" in key or key in {"key", "pass"}:
        return (
            "a secret has no place in this file; put it into a file of its own and name that (password_file)"
        )
    near = get_close_matches(key, _keys_at(where[:-1]), n=1)
    return (
        f"unknown key; did you mean `{near[0]}`?" if near else "unknown key; remove it, or mend its spelling"
    )


def _keys_at(where: Where) -> list[str]:
    model: Any = Settings
    for part in where:
        if isinstance(part, str) and part in model.model_fields:
            model = next(_models(model.model_fields[part].annotation), None)
        if model is None:
            return []
    return list(model.model_fields)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models inside list[X], X | None, dict[str, X]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models(inner)


def cross_faults(data: dict[Any, Any]) -> list[Fault]:
    """Faults between keys, found whatever else is wrong in the file."""
    return [
        *_addresses(data),
        *_time_zone(data),
        *_names(data),
        *_lines(data),
        *_journal(data),
        *_trust(data),
    ]


def _addresses(data: dict[Any, Any]) -> Iterator[Fault]:
    staff = data.get("staff")
    addresses = [_folded(_get(one, "address")) for one in staff] if isinstance(staff, list) else []
    counts = Counter(address for address in addresses if address)
    box = _folded(_get(data, "mailbox", "address"))
    seen: set[str] = set()
    for index, address in enumerate(addresses):
        where = ("staff", str(index), "address")
        if address and address == box:
            yield Fault(where, "is the box itself; letters to staff must go to an address of their own")
        elif address in seen:
            yield Fault(where, "stands twice in `staff`; one line for each address")
        seen.add(address) if counts[address] > 1 else None
    outside = _folded(_get(data, "conflict", "last_resort"))
    if outside and outside in {box, _folded(_get(data, "administrator", "address")), *addresses}:
        words = "must be somebody who is neither in `staff`, nor the administrator, nor the box itself"
        yield Fault(("conflict", "last_resort"), words)
    inside = {box, _folded(_get(data, "administrator", "address")), *addresses} - {""}
    forward = data.get("forward")
    for code, part in forward.items() if isinstance(forward, dict) else ():
        if str(code) in set(Role):
            yield Fault(("forward", str(code)), "is what a colleague is called here; choose another id")
        if _folded(_get(part, "address")) in inside:
            words = "must be somebody outside: neither in `staff`, nor the administrator, nor the box itself"
            yield Fault(("forward", str(code), "address"), words)
    if box and _folded(_get(data, "administrator", "address")) == box:
        yield Fault(("administrator", "address"), "is the box itself; name an address that a person reads")


def _time_zone(data: dict[Any, Any]) -> Iterator[Fault]:
    zone = _get(data, "school", "time_zone")
    if not isinstance(zone, str):
        return
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Fault(("school", "time_zone"), "unknown time zone; write its IANA name, like Asia/Almaty")


def _names(data: dict[Any, Any]) -> Iterator[Fault]:
    languages, names = _get(data, "school", "languages"), _get(data, "school", "name")
    default = languages[0] if isinstance(languages, list) and languages else "kk"
    if (
        isinstance(names, dict)
        and isinstance(default, str)
        and default in {"kk", "ru", "en"}
        and default not in names
    ):
        yield Fault(("school", "name"), f"has no name in `{default}`, the first of school.languages; add it")


def _lines(data: dict[Any, Any]) -> Iterator[Fault]:
    for where in (("mailbox", "imap"), ("submission",)):
        host = _get(data, *where, "host")
        if _get(data, *where, "security") == "none" and not (isinstance(host, str) and is_loopback(host)):
            words = "would send the password in clear; write tls or starttls (none is for loopback only)"
            yield Fault((*where, "security"), words)


def _journal(data: dict[Any, Any]) -> Iterator[Fault]:
    url = _get(data, "journal", "url")
    where = ("journal", "url")
    if not isinstance(url, str):
        return
    if url.startswith("sqlite:"):
        if not url.startswith("sqlite:///") or url.removeprefix("sqlite:///") in {"", ":memory:"}:
            yield Fault(where, "must name a file, like sqlite:///var/journal.db")
    elif not url.startswith(("postgresql:", "postgresql+psycopg:")):
        yield Fault(where, "must begin with sqlite:/// or postgresql://")
    elif not _private(url):
        yield Fault(
            where,
            "the way to it must be encrypted and its certificate verified; add ?sslmode=verify-full",
        )


def _trust(data: dict[Any, Any]) -> Iterator[Fault]:
    if _get(data, "replies", "profile") == "authserv-id" and not _get(data, "replies", "trusted_authserv_id"):
        words = "is missing; write the id that your own mail server puts first into Authentication-Results"
        yield Fault(("replies", "trusted_authserv_id"), words)
    server = _get(data, "replies", "name_server")
    try:
        to_address(server) if isinstance(server, str) else None
    except OddNameServer:
        yield Fault(("replies", "name_server"), "must be an address in numbers, like 127.0.0.1:53")


def _private(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return True  # the database layer says what is wrong with it
    query = parse_qs(parts.query)
    named = [*query.get("host", [host]), *query.get("hostaddr", []), *query.get("service", [])]
    hosts = [one for names in named for one in names.split(",")]
    near = all(not one or one.startswith("/") or is_loopback(one) for one in hosts)
    # `require` and `verify-ca` would also take the certificate of somebody who stands between.
    return near or set(query.get("sslmode", [])) == {"verify-full"}


def _get(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _folded(address: object) -> str:
    return address.strip().casefold() if isinstance(address, str) else ""


def _line(node: Any, where: tuple[str, ...]) -> int | None:
    """The line of the deepest part of the path that the file has."""
    line = None
    for part in where:
        found = None
        if getattr(node, "id", "") == "mapping":
            found = next(((key, value) for key, value in node.value if key.value == part), None)
        elif getattr(node, "id", "") == "sequence" and part.isdigit() and int(part) < len(node.value):
            found = (node.value[int(part)],) * 2
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line
