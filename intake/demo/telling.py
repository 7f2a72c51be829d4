"""What the demo says in the window where it was started, in the language of that window."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from intake.demo.pages import applicant
from intake.verbs.output import printable, say
from journal.model import Entry
from reports.catalogue import LANGUAGES, translations

_PIPE = 130  # columns of the table when nobody says how wide the window is


def languages(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The language of the person's terminal; all of ours when it does not say one of them."""
    settings = [environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    setting = next((one[:2] for one in settings if one), "")
    return (setting,) if setting in LANGUAGES else LANGUAGES


def begun(spoken: Sequence[str], folder: Path) -> str:
    """The first line: where everything of this demo is kept."""
    words = translations("demo", spoken[0]).gettext("The demo’s folder, yours to delete: %(folder)s")
    return words % {"folder": folder}


def welcome(spoken: Sequence[str], *, page: str, viewer: str) -> None:
    """The three addresses and what to try."""
    for language in spoken:
        _ = translations("demo", language).gettext
        addresses = (
            (_("Families’ page"), f"{page}?lang={language}"),
            (_("Staff mail"), f"{viewer}{language}/mail"),
            (_("Journal"), f"{viewer}{language}/journal"),
        )
        wide = max(len(name) for name, _where in addresses)
        say(
            "",
            *(f"  {name.ljust(wide)}  {where}" for name, where in addresses),
            "",
            "  1. " + _("Write an appeal on the families’ page, with your name or without."),
            "  2. " + _("In the staff mail press “15:00” and read the letter that comes."),
            "  3. " + _("Reply to it: “№1: talked with the class”. Then look into the Journal."),
            "",
            "  " + _("Ctrl+C ends the demo. Its mail is in memory only and goes with it."),
        )
    sys.stdout.flush()


def step(spoken: Sequence[str], name: str, count: int) -> None:
    """A line for a step that has truly happened."""
    language = spoken[0]
    _ = translations("demo", language).gettext
    lines = {
        "written": _("families wrote on the page: %(count)d"),
        "recorded": _("appeals in the Journal, numbered without a gap: %(count)d"),
        "cleaned": _("photos without the place where they were taken: %(count)d"),
        "sent": _("15:00 letters, one to each reader: %(count)d"),
        "measures": _("measures from one reply: %(count)d"),
        "confirmed": _("confirmation letters: %(count)d"),
        "verified": _("events in the history, whole and in order: %(count)d"),
    }
    say("✓ " + lines[name] % {"count": count})


def table(spoken: Sequence[str], entries: Sequence[Entry]) -> None:
    """The Journal in the columns of the register. In a pipe it is plain text."""
    language = spoken[0]
    _ = translations("demo", language).gettext
    drawn = Table(box=SIMPLE_HEAD, header_style="bold", show_lines=True, padding=(0, 1))
    for head in (_("No."), _("Received"), _("Applicant"), _("Class")):
        drawn.add_column(head, min_width=len(head))
    drawn.add_column(_("Brief content"), ratio=3)
    drawn.add_column(_("Measures taken"), ratio=2)
    for entry in entries:
        urgent = f"{_('urgent').upper()}. " if entry.urgent else ""
        cells = (
            str(entry.number),
            f"{entry.term.received_on:%d.%m.%Y}",
            applicant(entry.applicant) or _("anonymous"),
            entry.class_group,
            urgent + entry.content,
            "; ".join(measure.text for measure in entry.measures),
        )
        drawn.add_row(*(Text(printable(cell)) for cell in cells))  # Text: brackets in an appeal are no markup
    say("")
    Console(width=None if sys.stdout.isatty() else _PIPE).print(drawn)


def letters(spoken: Sequence[str], paths: Sequence[Path]) -> None:
    """Where the letters are."""
    _ = translations("demo", spoken[0]).gettext
    say("", _("The letters, to open in a browser:"), *(f"  {path}" for path in paths))
