"""What the demo says in the window where it was started, in the language of that window."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from intake.demo.pages import applicant
from intake.verbs.output import print_table, say
from journal.model import Entry
from reports.catalogue import LANGUAGES, long_date, translations


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
    """The Journal in the columns of the register."""
    language = spoken[0]
    _ = translations("demo", language).gettext
    heads = [_("No."), _("Received"), _("Applicant"), _("Class"), _("Brief content"), _("Measures taken")]
    rows = [
        (
            entry.number,
            long_date(entry.term.received_on, language),
            applicant(entry.applicant) or _("anonymous"),
            entry.class_group,
            f"{_('urgent')}: {entry.content}" if entry.urgent else entry.content,
            "; ".join(measure.text for measure in entry.measures),
        )
        for entry in entries
    ]
    say("")
    print_table(heads, rows, empty="")


def letters(spoken: Sequence[str], paths: Sequence[Path]) -> None:
    """Where the letters are."""
    _ = translations("demo", spoken[0]).gettext
    say("", _("The letters, to open in a browser:"), *(f"  {path}" for path in paths))
