"""Reads a reply of staff: their own words without ours, and the measures in them.

A family's words stand in the letter that is answered, and they may well look like an answer. So whatever
we sent is taken away first, and a measure in which our letter's words still show is not taken (leak guard).
"""

from dataclasses import replace

from intake.message import Message
from intake.our_letter import OurLetter, read_our_letter, squash
from intake.own_lines import Piece, own_pieces
from reports.deed_words import LONGEST, join_lines
from reports.numbers import file_request, read_head
from reports.slip import Slip, SlipLine, read_slip
from reports.slip_items import APART


def read_reply(message: Message, sent: bytes | None, sole: int | None = None) -> Slip:
    """The measures of a reply. `sent` is the letter that it answers, exactly as it went out; `sole` the one
    appeal that it is about, where that is known otherwise than from that letter.

    The text part is read first. Where it names no appeal, the HTML part is: some programs leave the text
    empty, or glue its lines together.
    """
    ours = read_our_letter(sent, message.recipients)
    about = ours.sole if sole is None else sole
    slip = _read(message.text, message, ours, about)
    if _says(slip) or not message.html or message.html == message.text:
        return slip
    rich = _read(message.html, message, ours, about)
    return rich if _says(rich) or not message.text.strip() else slip


def read_measure(message: Message, sent: bytes | None, number: int) -> Slip:
    """All that the writer added, as one measure on the one appeal that the letter was about.

    Lines under the number of another appeal and requests for files are not understood here.
    """
    ours = read_our_letter(sent, message.recipients)
    pieces = own_pieces(message.text or message.html, message.from_fields, ours)
    said: list[str] = []
    other: list[str] = []
    here = said
    for line in "\n\n".join(one.text for one in pieces if one.sure).splitlines():
        head = read_head(line.strip())
        if head and head.marked:
            here = said if head.numbers == (number,) else other
            line = head.rest if here is said else line
        (other if file_request(line.strip()) else here).append(line.strip())
    words, strange = join_lines(said).strip(), join_lines(other).strip()
    found = (SlipLine(numbers=(number,), text=words[:LONGEST].rstrip()),) if _speaks_of(words) else ()
    too_long = "… " + words[LONGEST:].lstrip() if len(words) > LONGEST else ""
    notes = (strange, too_long, *(one.text for one in pieces if not one.sure))
    unclear = tuple(one[:LONGEST] for one in notes if one)
    return _guard(Slip(measures=found, not_understood=unclear), ours)


def _speaks_of(words: str) -> bool:
    return any(one.isalnum() for one in words)


def unquote(message: Message, sent: bytes | None) -> str:
    """Only the words that the writer of a reply added."""
    ours = read_our_letter(sent, message.recipients)
    pieces = own_pieces(message.text or message.html, message.from_fields, ours)
    return "\n\n".join(words for one in pieces if one.sure and (words := one.text.strip()))


def _says(slip: Slip) -> bool:
    return bool(slip.measures or slip.files or slip.undo or slip.away)


def _read(text: str, message: Message, ours: OurLetter, sole: int | None) -> Slip:
    pieces = own_pieces(text, message.from_fields, ours)
    own = APART.join(_headed(one, sole) for one in pieces if not _in_doubt(one, sole))
    slip = read_slip(own, told=ours.told, sole=sole)
    doubts = tuple(one.text for one in pieces if _in_doubt(one, sole))
    return _guard(replace(slip, not_understood=slip.not_understood + doubts), ours)


def _headed(piece: Piece, sole: int | None) -> str:
    number = piece.number or (sole if piece.between else None)
    return piece.text if piece.headed or number is None else f"№{number}:\n{piece.text}"


def _in_doubt(piece: Piece, sole: int | None) -> bool:
    """Whether it is shown to its writer, and stored nowhere."""
    return not piece.sure or (piece.between and not piece.headed and (piece.number or sole) is None)


def _guard(slip: Slip, ours: OurLetter) -> Slip:
    """The leak guard: what still shows our own text is neither stored nor sent back in a confirmation."""
    leaking = tuple(line for line in slip.measures if ours.shows(squash(line.text)))
    notes = tuple(note for note in slip.not_understood if not ours.shows(squash(note)))
    return replace(
        slip,
        measures=tuple(line for line in slip.measures if line not in leaking),
        not_understood=notes + tuple(_named(line) for line in leaking),
        withheld=tuple(dict.fromkeys(number for line in leaking for number in line.numbers)),
    )


def _named(line: SlipLine) -> str:
    return "№" + ", ".join(str(number) for number in line.numbers) + ": …"
