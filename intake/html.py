"""Turns an HTML letter into the text that a person sees, with quoted letters marked «> » as in plain text.

A walk over lxml's tree, without recursion. Nothing is ever fetched; scripts, styles and
comments are left out.
"""

import re
from html import unescape
from typing import TYPE_CHECKING

from lxml import etree

from intake.text import plain_text

if TYPE_CHECKING:
    from lxml.etree import _Element

_LEFT_OUT = frozenset(
    ("script", "style", "head", "title", "template", "noscript", "object", "svg", "math", "iframe")
)
_LINE_TAGS = """
div tr li dt dd address article aside center fieldset figure figcaption footer form header main nav section
caption thead tbody tfoot details summary option body
"""
_LINES = frozenset(_LINE_TAGS.split())
_GAPS = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "blockquote"])
_SPACES = re.compile(r"[ \t\r\n\f]+")
_TAGS = re.compile(r"<[^<>]*>")
_BLOCK_TAGS = re.compile(r"(?i)</?(?:div|p|br|tr|li|blockquote|table|h[1-6])\b[^<>]*>")
_LOOKS_LIKE_LINK = re.compile(r"\S+[./]\S+|\S+@\S+")
_MOST_TAGS = 100_000
_MOST_LINK = 500
_MOST_QUOTES = 10  # deeper ones add marks without end


_DATA_LINK = re.compile(r"data:[a-zA-Z]+/[^\s\"'<>]*")
_HIDDEN = re.compile(r"(?i)\bdisplay\s*:\s*none")
_USED = re.compile(r"""\s(class|href|alt)\s?=\s?("[^"]*"|'[^']*'|[^\s"'>]+)""")
_MOST_ATTRIBUTES = 160  # characters; libxml2 takes quadratic time for the attributes of one tag
_NAME = r"/?[A-Za-z](?:[\w:-]{30}|[\w:-]{0,29}(?![\w:-]))"
_LONG_TAG = re.compile(rf"<({_NAME})([^<>]{{{_MOST_ATTRIBUTES + 1},}})")


def without_pictures(html: str) -> str:
    """The source without pictures that are written into it, which may be most of its length."""
    return _DATA_LINK.sub("", html)


def to_text(html: str) -> str:
    """The visible text: blocks and table rows as lines, cells apart by tabs, quotes with «> »."""
    source = _LONG_TAG.sub(_slim, html.replace("\x00", ""))
    if not source.strip():
        return ""
    if source.count("<") > _MOST_TAGS:
        return _roughly(source)
    parser = etree.HTMLParser(
        encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        root = None
    if root is None or _too_deep(parser):
        return _roughly(source)
    writer = _Writer()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            writer.start(element)
        else:
            writer.end(element)
    return plain_text("\n".join(writer.finish()))


def _roughly(source: str) -> str:
    """The words without the shape, for what no tree can be made of."""
    return plain_text(unescape(_TAGS.sub("", _BLOCK_TAGS.sub("\n", source))))


def _slim(tag: re.Match[str]) -> str:
    """A tag with many attributes with only those that are used here."""
    used = {found[1]: found[0] for found in _USED.finditer(tag[2])}
    return f"<{tag[1]}{''.join(used.values())}"


def _too_deep(parser: etree.HTMLParser) -> bool:
    """libxml2 drops what stands deeper than its limit: no words may be lost with it."""
    return any(
        fault.type_name == "ERR_RESOURCE_LIMIT" or "depth" in fault.message for fault in parser.error_log
    )


class _Writer:
    """Collects lines. `depth` is how many quotes we are in."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.current: list[str] = []
        self.worded = False  # whether `current` holds more than spaces
        self.bullet = ""  # waits for the first words of its list item
        self.depth = 0
        self.silent = 0  # how many left-out elements we are in
        self.verbatim = 0
        self.lists: list[int | None] = []  # the last number of each open ordered list; None for bullets
        self.links: list[tuple[str, int]] = []  # target, place in `current` where its text begins

    def start(self, element: "_Element") -> None:
        tag = str(element.tag)
        if tag in _LEFT_OUT or _is_hidden(element):
            self.silent += 1
        if self.silent:
            return
        if self._makes_gap(tag, element):
            self.gap()
        elif tag in _LINES or tag in _GAPS:
            self.line()
        if _is_quote(element):
            self.depth += 1
        self._start_inline(tag, element)
        self.text(element.text)

    def _start_inline(self, tag: str, element: "_Element") -> None:
        match tag:
            case "br":
                self.newline()
            case "hr":
                self.line()
                self.text("---")
                self.line()
            case "ul" | "ol":
                self.lists.append(0 if tag == "ol" else None)
            case "li":
                self._bullet()
            case "td" | "th" if self.worded:
                self._put("\t")
            case "pre":
                self.verbatim += 1
            case "a":
                self.links.append((element.get("href") or "", len(self.current)))
            case "img":
                alt = element.get("alt") or ""
                if not any(map(str.isalnum, alt)):  # an emoji sent as a picture; else a file's name
                    self.text(alt)

    def end(self, element: "_Element") -> None:
        tag = str(element.tag)
        if not self.silent:
            self._end_visible(tag, element)
        if tag in _LEFT_OUT or _is_hidden(element):
            self.silent -= 1
        if not self.silent:
            self.text(element.tail)

    def _end_visible(self, tag: str, element: "_Element") -> None:
        if tag == "a" and self.links:
            self._link(*self.links.pop())
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            self.bullet = ""
        if tag in _LINES or tag in _GAPS:
            self.line()
        if tag == "pre":
            self.verbatim -= 1
        if _is_quote(element):
            self.depth -= 1
        if self._makes_gap(tag, element):
            self.gap()

    def text(self, words: str | None) -> None:
        if not words:
            return
        if self.verbatim:
            first, *rest = words.split("\n")
            self._put(first)
            for line in rest:
                self.newline()
                self._put(line)
            return
        words = _SPACES.sub(" ", words)
        if not self.current or self.current[-1].endswith((" ", "\t")):
            words = words.lstrip(" ")
        self._put(words)

    def line(self) -> None:
        """Ends the line if there is one; a no-break space alone is an empty line that someone typed."""
        if self.worded:
            self.newline()
        self.current = []

    def newline(self) -> None:
        words = "".join(self.current)
        words = words.rstrip() if self.verbatim else words.strip(" ")
        self.lines.append("> " * min(self.depth, _MOST_QUOTES) + self.bullet + words)
        self.bullet = ""
        self.current = []
        self.worded = False
        self.links = [(target, 0) for target, _ in self.links]

    def gap(self) -> None:
        self.line()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append("> " * min(self.depth, _MOST_QUOTES))

    def finish(self) -> list[str]:
        self.line()
        while self.lines and not self.lines[-1].strip("> "):
            self.lines.pop()
        return self.lines

    def _makes_gap(self, tag: str, element: "_Element") -> bool:
        nested_list = tag in ("ul", "ol") and bool(self.lists)
        return tag in _GAPS and not nested_list and not _is_outlook_line(element)

    def _put(self, words: str) -> None:
        if words:
            self.current.append(words)
            self.worded = self.worded or bool(words.strip(" \t"))

    def _bullet(self) -> None:
        if self.lists and (number := self.lists[-1]) is not None:
            self.lists[-1] = number + 1
            self.bullet = f"{number + 1}. "
        else:
            self.bullet = "- "

    def _link(self, target: str, begins: int) -> None:
        shown = "".join(self.current[begins:]).strip()
        if not target.startswith(("http://", "https://")) or len(target) > _MOST_LINK or not shown:
            return
        if not _LOOKS_LIKE_LINK.fullmatch(shown):
            self.text(f" <{target}>")  # as mail programs write it in plain text


def _is_hidden(element: "_Element") -> bool:
    """What the writer's own program did not show: a preview line, a tracker's text, a card of the sender."""
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _is_quote(element: "_Element") -> bool:
    """A quoted letter: <blockquote>, or Gmail's <div> when it holds no <blockquote> (a forwarded letter)."""
    if element.tag != "div":
        return element.tag == "blockquote"
    marked = "gmail_quote" in (element.get("class") or "").split()
    return marked and next(element.iterchildren("blockquote"), None) is None


def _is_outlook_line(element: "_Element") -> bool:
    """Outlook writes each line as a paragraph without margins."""
    return element.tag == "p" and (element.get("class") or "").startswith("Mso")
