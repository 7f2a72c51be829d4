"""Says what works and what to mend, a line for each thing."""

import argparse
from collections.abc import Iterator

from intake.checkup import check_machine, check_school
from intake.config import Config
from intake.faults import explain
from intake.server import Finding
from intake.verbs.opening import all_schools, now
from intake.verbs.output import print_json, say, working

_MAIL = ("mailbox", "submission")


def check(asked: argparse.Namespace) -> int:
    """Trouble when any one thing must be mended; a remark alone is none."""
    configs, left_out = all_schools(asked)
    found: list[tuple[str, Finding]] = []
    for school, findings in [
        ("", check_machine(now())),
        *(
            (config.name if len(configs) > 1 else "", _school(config, circle=asked.circle))
            for config in configs
        ),
    ]:
        for one in findings:
            found.append((school, one))
            if not asked.json:
                say(_line(school, one))
    faults = sum(not one.ok for _, one in found)
    if asked.json:
        print_json([{"school": school or None, **one._asdict()} for school, one in found])
    elif faults:
        say("", f"{faults} to mend")
    elif not left_out:
        say("", "all is well")
    return int(faults > 0 or left_out)


def _school(config: Config, *, circle: bool) -> Iterator[Finding]:
    found = check_school(config, now())
    yield from (one for one in found if not (circle and one.name == "replies"))  # that is learned below
    if not circle:
        return
    if any(not one.ok and one.name in _MAIL for one in found):
        yield Finding("circle", False, "no letter was sent: mend the mailbox and the submission first")
        return
    try:
        yield from _go_round(config)
    except Exception as fault:  # one school's mail must not keep the others from being tried
        yield Finding("circle", False, explain(fault))


def _go_round(config: Config) -> list[Finding]:
    """It takes as long as the mail does."""
    from intake.circle import go_round

    with working("sending letters from the box to itself") as status:
        return go_round(config, now(), tell=status.update)


def _line(school: str, one: Finding) -> str:
    mark = "✓" if one.ok else "✗"
    where = f"{school}: " if school else ""
    return f"{mark} {where}{one.name}{f' — {one.remedy}' if one.remedy else ''}"
