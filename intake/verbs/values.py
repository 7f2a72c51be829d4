"""Reads the single values of a command line: a day, a time, a number, --json; says how to write them."""

import argparse
import re
from datetime import date, datetime


class WrongUsage(Exception):
    """What was asked cannot be meant; the message says how to ask."""


def moment(text: str) -> datetime:
    """A time with its offset; without one it could be meant in any zone."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise argparse.ArgumentTypeError("write a time with its offset from UTC, like 2026-11-22T15:00+05:00")
    return time


def day(text: str) -> date:
    """A day as 2026-11-22."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write a day like 2026-11-22") from None


def positive(text: str) -> int:
    digits = text.removeprefix("№").strip()
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits) < 2**31):
        raise argparse.ArgumentTypeError("write a number like 12")
    return int(digits)


def port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError("write a port like 8080")
    return int(text)


def digest(text: str) -> str:
    """A digest as the letter shows it: spaces are for the eye."""
    digest = "".join(text.split()).lower()
    if not digest or any(sign not in "0123456789abcdef" for sign in digest):
        raise argparse.ArgumentTypeError("write the digest from the foot of a daily letter: 0-9 and a-f")
    return digest


def word(text: str) -> str:
    """A code for the history, which keeps no sentences: they could name somebody."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,31}", text):
        raise argparse.ArgumentTypeError("write one word in small Latin letters, like test or not-for-us")
    return text


def add_now(verb: argparse.ArgumentParser) -> None:
    """--now, of every verb that asks what is due."""
    verb.add_argument("--now", type=moment, metavar="TIME", help="stand at this time: 2026-11-22T15:00+05:00")


def add_json(verb: argparse.ArgumentParser) -> None:
    """--json, of every verb that reads."""
    verb.add_argument("--json", action="store_true", help="print JSON for other programs")
