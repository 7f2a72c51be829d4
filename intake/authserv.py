"""Reads what a mail server found out about a sender: one field, wholly understood or not at all.

RFC 8601 §2.2 is generous: comments anywhere, quoted strings, spaces around signs. Its generosity is what
forgers use, so this reads only what the large providers write, in one pass over the field, and answers None
for anything else. A field that is not understood is never evidence.
"""

import re
from dataclasses import dataclass

MOST_CHARACTERS = 4_000
MOST_RESULTS = 30

# Each alternative begins with another sign, so the pass never goes back: linear in the length of the field.
_TOKEN = re.compile(
    r"(?P<space>[ \t]+)"
    r'|(?P<comment>\([^()"\\]*\))'  # no comment within a comment, no quotes: forgers end comments early
    r"|(?P<end>;)"
    r"|(?P<item>(?P<name>[A-Za-z0-9][A-Za-z0-9_.-]*)="
    r'(?:"(?P<quoted>[^"\\;()=\t]*={0,2})"|(?P<plain>[^ \t;"()\\]*))(?![^ \t;(]))'
    r"|(?P<word>[A-Za-z0-9][A-Za-z0-9_.:-]*(?![^ \t;(]))"
)
_PRINTABLE = re.compile(r"[\t -~]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """«dmarc=pass header.from=school.example»: what was asked, the answer, and what about; in lower case."""

    method: str
    value: str
    about: tuple[tuple[str, str], ...]

    def named(self, name: str) -> str:
        """The one property of this name; "" when it is missing or stands there twice."""
        values = [value for key, value in self.about if key == name]
        return values[0] if len(values) == 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One field. Microsoft writes no id of the server: then it is empty."""

    authserv_id: str
    results: tuple[Result, ...]

    def of(self, method: str) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.method == method)


def read_results(raw: str) -> Results | None:
    """The unfolded value of one field; None when there is anything in it that we do not fully understand."""
    groups = _groups(raw) if len(raw) <= MOST_CHARACTERS and _PRINTABLE.fullmatch(raw) else None
    if not groups:
        return None
    authserv_id = ""
    if not groups[0] or isinstance(groups[0][0], str):
        found = _identity(groups.pop(0))
        if found is None:
            return None
        authserv_id = found
    results = [_result(group) for group in groups]
    understood = tuple(result for result in results if result is not None)
    if len(understood) != len(results) or len(results) > MOST_RESULTS:
        return None
    return Results(authserv_id=authserv_id, results=understood)


_Item = tuple[str, str]


def _groups(raw: str) -> list[list[str | _Item]] | None:
    """What stands between the semicolons: words and «name=value», comments left out."""
    groups: list[list[str | _Item]] = [[]]
    position = 0
    while position < len(raw):
        token = _TOKEN.match(raw, position)
        if token is None:
            return None
        if token["end"]:
            groups.append([])
        elif token["item"]:
            value = token["plain"] if token["quoted"] is None else token["quoted"]
            groups[-1].append((token["name"].lower(), value.lower()))
        elif token["word"]:
            groups[-1].append(token["word"])
        position = token.end()
    if len(groups) > 1 and not groups[-1]:
        groups.pop()  # Yahoo ends its field with a semicolon
    return groups


def _identity(group: list[str | _Item]) -> str | None:
    """«mx.google.com», or «mx.google.com 1» with the version of the standard."""
    words = [word for word in group if isinstance(word, str)]
    if len(words) != len(group) or words[1:] not in ([], ["1"]) or not words:
        return None
    return words[0].lower()


def _result(group: list[str | _Item]) -> Result | None:
    items = [item for item in group if not isinstance(item, str)]
    if len(items) != len(group) or not items:
        return None
    (method, value), *about = items
    if not value or any(not content for _, content in about):
        return None
    return Result(method=method, value=value, about=tuple(about))
