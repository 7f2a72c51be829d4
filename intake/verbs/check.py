"""Says what works and what to mend, a line for each thing."""

import argparse

from intake.checkup import check_machine, check_school
from intake.server import Finding
from intake.verbs.opening import all_schools, now
from intake.verbs.output import print_json, say


def check(asked: argparse.Namespace) -> int:
    """Trouble when any one thing must be mended; a remark alone is none."""
    configs, left_out = all_schools(asked)
    found: list[tuple[str, Finding]] = []
    for school, findings in [
        ("", check_machine(now())),
        *((config.name if len(configs) > 1 else "", check_school(config)) for config in configs),
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


def _line(school: str, one: Finding) -> str:
    mark = "✓" if one.ok else "✗"
    where = f"{school}: " if school else ""
    return f"{mark} {where}{one.name}{f' — {one.remedy}' if one.remedy else ''}"
