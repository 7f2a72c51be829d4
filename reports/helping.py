"""Shows what can be said in a reply: the handful, one example each, with numbers that stand in the letter.

Every example is read back as what it says (`unreadable` tells of one that is not, say after words were taken
out of `templates/replies.toml`). In a letter no example may stand on a line of its own: quoted back by a mail
program it would look like an answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from journal.model import DeedKind, Finding
from reports.slip import Slip, SlipLine, read_slip, write_slip
from reports.words import one_line, speak

_NAME = 60  # characters of a name in an example


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What for, what to write, and what is read then."""

    what: str
    write: str
    means: Slip

    def understood(self) -> bool:
        return read_slip(self.write, told=()) == self.means


def examples(
    language: str,
    number: int,
    pair: tuple[int, int] | None = None,
    *,
    files: int | None = None,
    cause: str = "",
    to: str = "",
    colleague: str = "",
) -> list[tuple[str, str]]:
    """The handful as (what for, what to write), the most used first; what is not understood is left out.

    `pair`: two appeals of this letter. `files`: one that has files. `cause`: one of the school's. `to`: to
    whom an appeal may be passed on. `colleague`: to whom one may be handed over; nobody, no example.
    """
    found = _handful(language, number, pair, files, cause, to, colleague)
    return [(one.what, one.write) for one in found if one.understood()]


def unreadable(language: str) -> list[str]:
    """The examples that are not read as what they say."""
    found = _handful(language, 12, (12, 13), 12, "", "", "Данияр Әлиев")
    return [one.write for one in found if not one.understood()]


def _handful(
    language: str,
    number: int,
    pair: tuple[int, int] | None,
    files: int | None,
    cause: str,
    to: str,
    colleague: str,
) -> Iterator[Example]:
    speech = speak(language)
    yield from _measures(language, number, pair)
    for what, write, kind, text in _deeds(language, _short(cause), _short(to), _short(colleague)):
        finding = Finding.JUSTIFIED if kind is DeedKind.FOUND else None
        yield _deed(what, write, number, kind, text, finding)
    if files is not None:
        wanted = speech.gettext("file %(number)s") % {"number": files}
        yield Example(what=speech.gettext("get its files"), write=wanted, means=Slip(files=(files,)))
    yield _of_no_appeal(language, undo=True)
    yield _of_no_appeal(language, undo=False)


def _deeds(language: str, cause: str, to: str, colleague: str) -> list[tuple[str, str, DeedKind, str]]:
    """What for, what to write, what it is, and the words behind the colon."""
    speech = speak(language)
    answer = speech.gettext("Thank you, this has been put right.")
    cause, to = cause or speech.gettext("bullying"), to or speech.gettext("the director")
    takes, hands = (
        speech.gettext("№%(number)s: I'll take it"),
        speech.gettext("№%(number)s: hand over to: %(text)s"),
    )
    found = [
        (
            speech.gettext("close what has been considered"),
            speech.gettext("№%(number)s: closed"),
            DeedKind.CLOSED,
            "",
        ),
        (
            speech.gettext("say whether it is justified"),
            speech.gettext("№%(number)s: justified"),
            DeedKind.FOUND,
            "",
        ),
        (
            speech.gettext("name the cause"),
            speech.gettext("№%(number)s: cause: %(text)s"),
            DeedKind.CAUSE,
            cause,
        ),
        (
            speech.gettext("say that you have read it"),
            speech.gettext("№%(number)s: read it"),
            DeedKind.CONSIDERED,
            "",
        ),
        (
            speech.gettext("answer the family"),
            speech.gettext("№%(number)s: answer: %(text)s"),
            DeedKind.ANSWERED,
            answer,
        ),
        (
            speech.gettext("pass it on"),
            speech.gettext("№%(number)s: forward: %(text)s"),
            DeedKind.PASSED_ON,
            to,
        ),
        (speech.gettext("look after it yourself"), takes, DeedKind.RESPONSIBLE, ""),
        (speech.gettext("hand it over to a colleague"), hands, DeedKind.RESPONSIBLE, colleague),
    ]
    return found if colleague else found[:-1]


def _short(name: str) -> str:
    return one_line(name)[:_NAME].strip()


def _measures(language: str, number: int, pair: tuple[int, int] | None) -> Iterator[Example]:
    speech = speak(language)
    yield _deed(
        speech.gettext("note a measure"),
        write_slip(number, "%(text)s"),
        number,
        None,
        speech.gettext("a talk was held"),
    )
    if pair is not None:
        words = speech.gettext("a class talk was held")
        yield Example(
            what=speech.gettext("note one measure for several appeals"),
            write=f"№{pair[0]}, {pair[1]}: {words}",
            means=Slip(measures=(SlipLine(numbers=pair, text=words),)),
        )


def _deed(
    what: str, write: str, number: int, kind: DeedKind | None, text: str = "", finding: Finding | None = None
) -> Example:
    line = SlipLine(numbers=(number,), text=text, kind=kind, finding=finding)
    return Example(what=what, write=write % {"number": number, "text": text}, means=Slip(measures=(line,)))


def _of_no_appeal(language: str, *, undo: bool) -> Example:
    speech = speak(language)
    if undo:
        what = speech.gettext("take back what a confirmation tells of: answer it with this word alone")
        return Example(what=what, write=speech.gettext("UNDO"), means=Slip(undo=True))
    written = speech.gettext("leave: 1–15 December")
    away = written.partition(":")[2].strip()
    return Example(what=speech.gettext("tell of your leave"), write=written, means=Slip(away=away))
