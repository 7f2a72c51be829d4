"""Reads a reply of staff: their own words without ours, and the measures in them.

A family's words stand in the letter that is answered, and they may well look like an answer. So whatever
we sent is taken away first, and a measure in which our letter's words still show is not taken (leak guard).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from intake.courtesies import begins_signature, names_of, says_nothing
from intake.message import Message
from intake.our_letter import OurLetter, read_our_letter, squash
from intake.quotes import Line, Region, is_foreign, read_lines, speaks, split_regions
from intake.subtraction import our_lines
from reports.deed_words import LONGEST, join_lines
from reports.numbers import file_request, read_head
from reports.reference import tokens_in
from reports.slip import Slip, SlipLine, read_slip


def read_reply(message: Message, sent: bytes | None) -> Slip:
    """The measures of a reply. `sent` is the letter that it answers, exactly as it went out.

    The text part is read first. Where it names no appeal, the HTML part is: some programs leave the text
    empty, or glue its lines together.
    """
    ours = read_our_letter(sent, message.recipients)
    slip = _read(message.text, message, ours)
    if slip.measures or slip.files or not message.html or message.html == message.text:
        return slip
    rich = _read(message.html, message, ours)
    return rich if rich.measures or rich.files or not message.text.strip() else slip


def read_measure(message: Message, sent: bytes | None, number: int) -> Slip:
    """All that the writer added, as one measure on the one appeal that the letter was about.

    Lines under the number of another appeal and requests for files are not understood here.
    """
    ours = read_our_letter(sent, message.recipients)
    own = _own_words(message.text or message.html, message, ours)
    said: list[str] = []
    other: list[str] = []
    here = said
    for line in own.text.splitlines():
        head = read_head(line.strip())
        if head and head.marked:
            here = said if head.numbers == (number,) else other
            line = head.rest if here is said else line
        (other if file_request(line.strip()) else here).append(line.strip())
    words, strange = join_lines(said).strip(), join_lines(other).strip()
    found = (SlipLine(numbers=(number,), text=words[:LONGEST].rstrip()),) if _speaks_of(words) else ()
    notes = (strange, "… " + words[LONGEST:].lstrip() if len(words) > LONGEST else "", *own.quoted_answers)
    unclear = tuple(one[:LONGEST] for one in notes if one)
    return _guard(Slip(measures=found, not_understood=unclear), ours)


def _speaks_of(words: str) -> bool:
    return any(one.isalnum() for one in words)


def unquote(message: Message, sent: bytes | None) -> str:
    """Only the words that the writer of a reply added."""
    ours = read_our_letter(sent, message.recipients)
    return _own_words(message.text or message.html, message, ours).text.strip()


def _read(text: str, message: Message, ours: OurLetter) -> Slip:
    own = _own_words(text, message, ours)
    slip = read_slip(own.text, told=ours.told)
    return _guard(replace(slip, not_understood=slip.not_understood + own.quoted_answers), ours)


@dataclass(frozen=True, slots=True)
class _Own:
    text: str
    quoted_answers: tuple[str, ...]


def _own_words(text: str, message: Message, ours: OurLetter) -> _Own:
    writer = names_of(message.from_fields[0]) if message.from_fields else frozenset()
    lines = read_lines(text)
    whole = "".join(line.squashed for line in lines)
    regions = split_regions(lines, ours)
    kept: list[str] = []
    for region in regions:
        tokens = tokens_in("\n".join(line.text for line in region.lines if not line.depth))
        if not is_foreign(region, tokens, ours, writer):
            found = our_lines(region, ours, whole, last=region is regions[-1])
            kept.extend(_writers(region, found, ours, writer))
        kept.append("")
    return _Own("\n".join(kept), _answers_in_quotes(lines, ours))


def _writers(region: Region, found: set[int], ours: OurLetter, writer: frozenset[str]) -> Iterator[str]:
    """The region's lines with a blank one for each that is not the writer's, or says nothing."""
    signature = False
    for at, line in enumerate(region.lines):
        if line.depth or at in found:
            signature = False
            yield ""
        elif speaks(line.text, ours):
            signature = False
            yield line.text
        elif signature or begins_signature(line.text):
            signature = True
            yield ""
        elif line.squashed and not says_nothing(line.text, writer):
            yield line.text
        else:
            yield ""


def _answers_in_quotes(lines: list[Line], ours: OurLetter) -> tuple[str, ...]:
    """Lines typed inside the quotation: perhaps an answer, perhaps not, so shown and never stored.

    Where quotes stand in quotes, the outer ones hold an earlier reply, which was read when it came.
    """
    if not ours.known or max((line.depth for line in lines), default=0) != 1:
        return ()
    return tuple(
        line.text
        for line in lines
        if line.depth
        and speaks(line.text, ours)
        and not ours.has(line.squashed)
        and not _shows(line.text, ours)
    )


def _guard(slip: Slip, ours: OurLetter) -> Slip:
    """The leak guard: what still shows our own text is neither stored nor sent back in a confirmation."""
    leaking = tuple(line for line in slip.measures if _shows(line.text, ours))
    notes = tuple(note for note in slip.not_understood if not _shows(note, ours))
    return replace(
        slip,
        measures=tuple(line for line in slip.measures if line not in leaking),
        not_understood=notes + tuple(_named(line) for line in leaking),
        withheld=tuple(dict.fromkeys(number for line in leaking for number in line.numbers)),
    )


def _shows(text: str, ours: OurLetter) -> bool:
    return ours.may_leak and ours.shares(squash(text))


def _named(line: SlipLine) -> str:
    return "№" + ", ".join(str(number) for number in line.numbers) + ": …"
