"""The arguments of the verbs that write papers for the school."""

import argparse
from pathlib import Path

from intake.verbs.values import add_json
from reports.period import NoPeriod, Period, read_period


def add_generalisation(verb: argparse.ArgumentParser) -> None:
    """Of `senim generalisation`."""
    verb.add_argument("period", type=_period, metavar="PERIOD", help="2026-11, 2026-Q4 or 2026-2027")
    verb.add_argument(
        "--html", type=Path, metavar="FILE", help="also write it as a page that a browser shows"
    )
    verb.add_argument("--masked", action="store_true", help="as it may leave the school: no count under five")
    verb.add_argument(
        "--reader", metavar="ADDRESS", help="as this reader may see it: without the appeals that name them"
    )
    verb.add_argument("--language", choices=("kk", "ru", "en"), help="(default: the school's first)")
    add_json(verb)


def _period(text: str) -> Period:
    try:
        return read_period(text)
    except NoPeriod as fault:
        raise argparse.ArgumentTypeError(str(fault)) from None
