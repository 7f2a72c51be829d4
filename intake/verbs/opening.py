"""Opens what a verb works on: the school's config, its Journal, today's date there."""

import argparse
from datetime import UTC, date, datetime

from intake.config import Config, ConfigFault, load, load_each
from intake.school_key import open_journal
from intake.verbs.output import complain
from intake.verbs.values import WrongUsage
from reports.clock import local_day

__all__ = ["all_schools", "now", "one_school", "open_journal", "today"]


def all_schools(asked: argparse.Namespace) -> tuple[list[Config], bool]:
    """Every school of --config, and whether one was left out: its faults are told, the others go on."""
    configs, faults = load_each(asked.config)
    if not configs:
        raise ConfigFault(*faults)
    for fault in faults:
        complain(fault)
    return configs, bool(faults)


def one_school(asked: argparse.Namespace) -> Config:
    """The one school of --config; a verb about one Journal cannot guess which of several."""
    configs = load(asked.config)
    if len(configs) > 1:
        raise WrongUsage(
            f"{asked.config} holds {len(configs)} schools: name one file, --config {configs[0].path}"
        )
    return configs[0]


def now() -> datetime:
    """The command's edge of the clock."""
    return datetime.now(UTC)


def today(config: Config) -> date:
    """The school's local day."""
    return local_day(config.school, now())
