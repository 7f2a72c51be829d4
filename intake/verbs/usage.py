"""What can be asked of the command `senim`: its verbs, their arguments, an example of each."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from intake.verbs.usage_keeping import add_keeping
from intake.verbs.usage_papers import add_generalisation
from intake.verbs.values import add_json, add_now, day, digest, port, positive, word

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]


class _Version(argparse.Action):
    """Reads the version only when asked: the metadata costs more than the rest of the start."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("senim")
        except PackageNotFoundError:
            number = "(not installed: run from a checkout)"
        sys.stdout.write(f"senim {number}\n")  # what is asked for is no trouble: not on standard error
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    """The whole command."""
    whole = argparse.ArgumentParser(
        prog="senim",
        description="A school's Trust Box («Сенім жәшігі») by e-mail.",
        epilog="Begin with: senim demo · then: senim init, senim upgrade, senim check, senim run",
    )
    whole.add_argument("--version", action=_Version, nargs=0, help="print the version and end")
    whole.add_argument("--config", type=Path, metavar="PATH", default=default_config(), help=_CONFIG)
    verbs = whole.add_subparsers(metavar="VERB", required=True)
    _set_up(verbs)
    _work(verbs)
    _journal(verbs)
    _held(verbs)
    _replies(verbs)
    add_keeping(verbs, _verb)
    return whole


_CONFIG = "the school's config.yaml, or a folder with one for each school ($SENIM_CONFIG, else ./config.yaml)"


def default_config() -> Path:
    """The config that is meant when none is named."""
    return Path(os.environ.get("SENIM_CONFIG") or "config.yaml")


def _verb(verbs: "Verbs", name: str, help: str, example: str, *, run: str = "") -> argparse.ArgumentParser:
    one = verbs.add_parser(
        name,
        help=help,
        description=help[0].upper() + help[1:] + ".",
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    # Accepted behind the verb too; without a default of its own, not to undo the one in front of it.
    one.add_argument("--config", type=Path, metavar="PATH", default=argparse.SUPPRESS, help=_CONFIG)
    one.set_defaults(verb=run or _ALONE[name])
    return one


def _set_up(verbs: "Verbs") -> None:
    _verb(
        verbs,
        "init",
        "ask the few things needed, try each answer, write config.yaml",
        "senim init",
        run="init:init",
    )
    check = _verb(
        verbs,
        "check",
        "try everything and say what to mend; makes no more than missing folders in the mailbox",
        "senim check --circle",
        run="check:check",
    )
    check.add_argument(
        "--circle",
        action="store_true",
        help="also send marked letters from the box to itself and see what becomes of them (a minute)",
    )
    add_json(check)
    _verb(
        verbs,
        "upgrade",
        "bring the Journal's database up to date; make its key at first",
        "senim upgrade",
        run="upgrade:upgrade",
    )
    demo = _verb(
        verbs,
        "demo",
        "show the whole loop on this machine, without any account",
        "senim demo --once",
        run="work:demo",
    )
    demo.add_argument(
        "--port",
        type=port,
        help="the page's port; the viewer takes the next one (default: 8010, else a free one)",
    )
    demo.add_argument("--once", action="store_true", help="play one day and end")


def _work(verbs: "Verbs") -> None:
    _verb(verbs, "run", "the worker: fetch, record, send, until it is told to end", "senim run")
    pull = _verb(verbs, "pull", "fetch and record what has come, once", "senim pull")
    send = _verb(verbs, "send", "send what is due, once", "senim send --now 2026-11-22T15:00+05:00")
    for one in (pull, send):
        add_now(one)
        add_json(one)
    _verb(verbs, "form", "serve the page on which families write", "senim form")
    summary = _verb(
        verbs,
        "summary",
        "show the daily letter as it would be written; sends nothing",
        "senim summary --html day.html",
        run="summary:summary",
    )
    summary.add_argument("--date", type=day, metavar="DAY", help="the letter of this day: 2026-11-22")
    summary.add_argument(
        "--reader", metavar="ADDRESS", help="as this member of staff gets it (default: the first)"
    )
    summary.add_argument(
        "--html", type=Path, metavar="FILE", help="also write it as a page that a browser shows"
    )
    add_json(summary)
    add_generalisation(
        _verb(
            verbs,
            "generalisation",
            "how many appeals came of what, and why the justified ones were",
            "senim generalisation 2026-11 --html november.html",
            run="generalisation:generalisation",
        )
    )
    letters = _group(verbs, "letters", "the letters that are owed, sent or failed")
    add_json(
        _verb(letters, "list", "list them, the newest first", "senim letters list", run="letters:listing")
    )


def _journal(verbs: "Verbs") -> None:
    journal = _group(verbs, "journal", "the registration journal: read it, add to it, export it")
    add_json(_entry(journal, "list", "list all entries", "senim journal list"))
    show = _entry(
        journal, "show", "show one entry whole; the history notes that it was opened", "senim journal show 12"
    )
    _number(show)
    add_json(show)
    opened = _entry(journal, "opened", "say who has seen an entry, on which day", "senim journal opened 12")
    _number(opened)
    add_json(opened)
    measure = _entry(
        journal,
        "measure",
        "record a measure taken",
        'senim journal measure 12 "әңгіме өткізілді" --by psy@school.example',
    )
    _number(measure)
    measure.add_argument("text", metavar="TEXT", help="what was done; - reads it from standard input")
    measure.add_argument("--by", metavar="ADDRESS", help="whose measure it is (default: the administrator's)")
    files = _entry(
        journal, "attachments", "write an entry's files into a folder", "senim journal attachments 12 files/"
    )
    _number(files)
    files.add_argument("folder", type=Path, metavar="DIR")
    _export(journal)
    verify = _entry(
        journal, "verify", "walk the history and see that nothing was altered", "senim journal verify"
    )
    verify.add_argument(
        "--digest", type=digest, metavar="HEX", help="must be in the history: from a daily letter's foot"
    )
    add_json(verify)


def _export(journal: "Verbs") -> None:
    export = _entry(
        journal,
        "export",
        "write the register to a file",
        "senim journal export --format csv --language kk register.csv",
    )
    export.add_argument("--format", choices=("csv", "json"), required=True)
    export.add_argument(
        "--from", type=day, metavar="DAY", dest="from_day", help="received on this day or later"
    )
    export.add_argument(
        "--to", type=day, metavar="DAY", dest="to_day", help="received on this day or earlier"
    )
    export.add_argument(
        "--reader", metavar="ADDRESS", help="as this reader may see it: without the appeals that name them"
    )
    export.add_argument("--language", choices=("kk", "ru", "en"), help="of the CSV's columns")
    export.add_argument("out", type=Path, metavar="OUT", help="the file to write; - is standard output")


def _held(verbs: "Verbs") -> None:
    held = _group(verbs, "held", "the messages that were put aside for a person to look at")
    listing = _verb(held, "list", "list those that wait", "senim held list", run="held:listing")
    listing.add_argument("--all", action="store_true", help="those already settled too")
    add_json(listing)
    show = _verb(
        held, "show", "show why one was put aside, and its text", "senim held show 3", run="held:show"
    )
    add_json(show)
    release = _verb(
        held,
        "release",
        "let one in: as an appeal, or as the reply that it is",
        "senim held release 3 --as reply",
        run="held:release",
    )
    release.add_argument(
        "--as",
        choices=("appeal", "reply"),
        default="appeal",
        dest="as_what",
        help="reply: in the name of the reader whose letter it answers: ask there first (default: appeal)",
    )
    discard = _verb(held, "discard", "decide that one is nothing", "senim held discard 3", run="held:discard")
    discard.add_argument("--reason", type=word, default="by-hand", help="a word for the history: test, spam")
    for one in (show, release, discard):
        one.add_argument("id", type=positive, metavar="ID", help="as in `senim held list`")


def _replies(verbs: "Verbs") -> None:
    replies = _group(
        verbs, "replies", "the replies of staff as they came, kept while they can be objected to"
    )
    add_json(_verb(replies, "list", "list them", "senim replies list", run="replies:listing"))
    show = _verb(
        replies,
        "show",
        "show one whole; the history notes that it was opened",
        "senim replies show 7",
        run="replies:show",
    )
    show.add_argument("id", type=positive, metavar="ID", help="as in `senim replies list`")


_ALONE = {
    "init": "init:init",
    "check": "check:check",
    "upgrade": "upgrade:upgrade",
    "demo": "work:demo",
    "run": "work:run",
    "pull": "work:pull",
    "send": "work:send",
    "form": "work:form",
    "summary": "summary:summary",
    "purge": "purge:destroy",
}
_ENTRIES = {
    "list": "entries:listing",
    "show": "entries:show",
    "measure": "entries:measure",
    "attachments": "export:attachments",
    "export": "export:export",
    "opened": "entries:opened",
    "verify": "entries:verify",
}


def _group(verbs: "Verbs", name: str, help: str) -> "Verbs":
    group = verbs.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
    return group.add_subparsers(metavar="VERB", required=True)


def _entry(verbs: "Verbs", name: str, help: str, example: str) -> argparse.ArgumentParser:
    return _verb(verbs, name, help, example, run=_ENTRIES[name])


def _number(one: argparse.ArgumentParser) -> None:
    one.add_argument("number", type=positive, metavar="N", help="the entry's number")
