"""Canaries: invented words for every place of a letter that could find out a child, and their hunter.

`CANARIES["reply-to"]` is the word of that place, made when it is first asked for; a place that begins with
«ru-» gets a Cyrillic one. `Hunter` finds any of them in any bytes, however they are written.
"""

import base64
import hashlib
import quopri
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import quote

_STEMS = ("qanar", "канарей")
_LATIN, _CYRILLIC = "abdefghikmnoprstuvyz", "абвгдежзиклмнопрстуф"
_BASE64_OF = ("utf-8", "utf-16-le", "cp1251", "koi8-r")
_TEXT_OF = ("utf-8", "utf-16-le", "utf-16-be", "cp1251", "koi8-r")
_SOFT_BREAKS = re.compile(rb"=\r?\n")
_BREAKS = re.compile(rb"\r?\n[ \t]*")
_BETWEEN_WORDS = re.compile(rb"(?<=\?=)\s+(?==\?)")
_ENCODED_WORD = re.compile(rb"=\?[\w-]+\?([bq])\?([^?\s]*)\?=", re.IGNORECASE)
_CONTINUED = re.compile(rb";\s*[\w-]+\*\d+\*=")  # a long parameter goes on (RFC 2231)
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_ZIP_MEMBER = re.compile(rb"PK\x03\x04.{22}(..)(..)", re.DOTALL)
_BASE64 = re.compile(rb"^(?:[A-Za-z0-9+/]{40,}\r?\n)+[A-Za-z0-9+/]*={0,2}", re.MULTILINE)
_DEEPEST = 4


class Canaries(dict[str, str]):
    """Place → its word. Every place has a word of its own, the same in every run."""

    def __missing__(self, place: str) -> str:
        stem, letters = (_STEMS[1], _CYRILLIC) if place.startswith("ru-") else (_STEMS[0], _LATIN)
        digest = hashlib.sha256(place.encode()).digest()
        self[place] = stem + "".join(letters[byte % len(letters)] for byte in digest[:8])
        return self[place]


CANARIES = Canaries(
    {
        "ip-address": "203.0.113.77",
        "time": "23:59:60",  # a second that no clock of the machine ever shows
    }
)


class Hunter:
    """Looks for words in bytes: plain, encoded, folded, packed.

    Most data holds no beginning of any word in any way of writing, and is not looked at again; and where one
    is found, whole words are looked for in that way of writing alone.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self._as_text = {place: _written(word) for place, word in words.items()}
        self._as_base64 = {place: _in_base64(word) for place, word in words.items()}
        begins = {next((stem for stem in _STEMS if word.startswith(stem)), word) for word in words.values()}
        self._begins_text = _together(map(_written, begins))
        self._begins_base64 = _together(map(_in_base64, begins))

    def find(self, data: bytes) -> set[str]:
        """The places whose words stand in the data."""
        found: set[str] = set()
        for view in _views(data):
            small = view.lower()
            text = _met(self._begins_text, small)
            base = _met(self._begins_base64, view)
            if not text and not base:
                continue
            for place in self._as_text.keys() - found:
                ways = self._as_text[place]
                if any(form in small for way in text for form in ways[way]) or any(
                    form in view for way in base for form in self._as_base64[place][way]
                ):
                    found.add(place)
        return found


def _together(words: Iterable[list[set[bytes]]]) -> list[set[bytes]]:
    """The forms of all words, by the way of writing."""
    return [set().union(*forms) for forms in zip(*words, strict=True)]


def _met(begins: list[set[bytes]], data: bytes) -> list[int]:
    return [way for way, forms in enumerate(begins) if any(form in data for form in forms)]


def _cases(word: str) -> set[str]:
    return {word, word.lower(), word.upper(), word.capitalize()}


def _in_equals(raw: bytes) -> bytes:
    return "".join(f"={byte:02x}" for byte in raw).encode()


# Ways of writing a text; the forms are compared with bytes whose Latin letters were made small.
_WAYS: tuple[Callable[[str], bytes], ...] = (
    str.encode,
    lambda text: text.encode().hex().encode(),
    lambda text: quote(text, safe="").encode(),
    lambda text: quote(text.encode("cp1251", "replace")).encode(),
    lambda text: _in_equals(text.encode()),
    lambda text: quopri.encodestring(text.encode()).strip(),
    lambda text: "".join(f"%{byte:02x}" for byte in text.encode()).encode(),
    lambda text: "".join(f"\\u{ord(one):04x}" for one in text).encode(),
    lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()).encode(),
    lambda text: "".join(f"&#{ord(one)};" for one in text).encode(),
    lambda text: "".join(f"&#x{ord(one):x};" for one in text).encode(),
)


def _written(word: str) -> list[set[bytes]]:
    """Every way in which a word is written in text, as it is and with its letters taken apart (NFD)."""
    texts = {way for text in _cases(word) for way in (text, unicodedata.normalize("NFD", text))}
    forms = [{write(text).lower() for text in texts} for write in _WAYS]
    for charset in _TEXT_OF:
        encoded = [text.encode(charset) for text in _cases(word)]
        forms.append({raw.lower() for raw in encoded})
        forms.append({raw.hex().encode() for raw in encoded})
        forms.append({_in_equals(raw) for raw in encoded})
    return forms


def _in_base64(word: str) -> list[set[bytes]]:
    """The middle, the same whatever stands around it, at each of the three alignments (RFC 4648 §4)."""
    ways: list[set[bytes]] = []
    for charset in _BASE64_OF:
        forms: set[bytes] = set()
        for text in _cases(word):
            encoded = text.encode(charset)
            for before in range(3):
                whole = base64.b64encode(b"\0" * before + encoded)
                first = -(-before * 4 // 3)  # characters that the bytes before have a part in
                last = (before + len(encoded)) * 8 // 6  # and those that the bytes after have
                forms |= {whole[first:last], whole[first:last].translate(_URL_SAFE)}
        ways.append(forms)
    return ways


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _views(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """The data as it is, with broken lines joined, and whatever is packed inside."""
    yield data
    if b"\n" in data:
        yield _SOFT_BREAKS.sub(b"", data)
        yield _BREAKS.sub(b"", data)
    if b"=?" in data:
        yield _ENCODED_WORD.sub(_decoded, _BETWEEN_WORDS.sub(b"", data))
    if b"*1*=" in data:
        yield _CONTINUED.sub(b"", data)
    if depth < _DEEPEST:
        for inner in _unpacked(data):
            yield from _views(inner, depth + 1)


def _decoded(word: re.Match[bytes]) -> bytes:
    if word[1] in b"qQ":
        return quopri.decodestring(word[2], header=True)
    return base64.b64decode(word[2] + b"==")


def _unpacked(data: bytes) -> Iterator[bytes]:
    for found in _ZIP_MEMBER.finditer(data):
        names = int.from_bytes(found[1], "little") + int.from_bytes(found[2], "little")
        yield _inflated(data[found.end() + names :], -15)
    for found in _BASE64.finditer(data):
        lines = b"".join(found[0].split())
        yield base64.b64decode(lines[: len(lines) // 4 * 4])
    for start in [found.start() for found in re.finditer(rb"\x1f\x8b\x08", data)]:
        yield _inflated(data[start:], 31)
    for found in _ZLIB.finditer(data):
        yield _inflated(data[found.start() :], 15)


def _inflated(data: bytes, bits: int) -> bytes:
    unpacker = zlib.decompressobj(bits)
    out = b""
    try:
        for start in range(0, len(data), 4096):
            out += unpacker.decompress(data[start : start + 4096])
            if unpacker.eof or len(out) > 5_000_000:
                break
    except zlib.error:
        pass
    return out
