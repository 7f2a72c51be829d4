"""The verbs that do the daily work: run, pull, send, form, demo."""

import argparse
import dataclasses
import importlib.util
import logging
import os
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from intake.config import Config, ConfigFault
from intake.faults import explain
from intake.verbs.opening import all_schools, now, one_school
from intake.verbs.output import complain, print_json, say

_DEMO_ONLY = ("aiosmtpd", "pymap", "trustme")  # the extra `demo` of pyproject.toml
_LOUD = ("imapclient", "mailparser", "sqlalchemy", "alembic", "starlette", "uvicorn")


def run(asked: argparse.Namespace) -> int:
    """The worker, until it is told to end."""
    configs, left_out = all_schools(asked)
    faults = {config.path: config.secret_faults() for config in configs}
    configs = [config for config in configs if not faults[config.path]]
    told = [fault for found in faults.values() for fault in found]
    if not configs:
        raise ConfigFault(*told)  # better now, to a person, than every tick to a log
    for fault in told:
        complain(fault)
    begin_log(logging.INFO)
    from intake import worker

    hanging = worker.run(configs)
    status = int(left_out or bool(told))
    if hanging:
        sys.stdout.flush()
        os._exit(status)  # the ordinary end would wait for what hangs, or stumble over it
    return status


def pull(asked: argparse.Namespace) -> int:
    """One pass over each mailbox."""
    from intake.pull import pull as one_pass

    return _each(asked, one_pass, _say_pull, "pulled")


def send(asked: argparse.Namespace) -> int:
    """One pass over what each school owes."""
    from intake.send import send as one_pass

    return _each(asked, one_pass, _say_send, "sent")


def form(asked: argparse.Namespace) -> int:
    """The page."""
    config = one_school(asked)
    begin_log(logging.WARNING)
    from intake import webserver

    say(f"Opening the page at http://{config.form.host}:{config.form.port}/ · Ctrl+C ends it")
    sys.stdout.flush()
    webserver.serve(config)
    return 0


def demo(asked: argparse.Namespace) -> int:
    """The whole loop on this machine."""
    begin_log(logging.WARNING)
    missing = [name for name in _DEMO_ONLY if importlib.util.find_spec(name) is None]
    if missing:
        names = ", ".join(missing)
        complain(f"packages that only the demo needs are not installed ({names}); in the checkout: make demo")
        return 1
    from intake.demo import play

    return int(play(asked.port, asked.once) or 0)


def _each(
    asked: argparse.Namespace,
    step: Callable[[Config, datetime], Any],
    tell: Callable[[Any], tuple[str, bool]],
    ended: Literal["pulled", "sent"],
) -> int:
    """One school's fault does not stop the others; it is told, and the exit status says trouble."""
    from intake.troubles import Troubles

    begin_log(logging.WARNING)
    configs, trouble = all_schools(asked)
    at = asked.now or now()
    reports: list[dict[str, object]] = []
    for config in configs:
        mark = f"{config.name}: " if len(configs) > 1 else ""
        outcome = _outcome(step, config, at)
        getattr(Troubles(config), ended)(outcome, at)  # the administrator is told as by the worker
        if isinstance(outcome, Exception):
            trouble = True
            reports.append({"school": config.name, "fault": explain(outcome)})
            complain(mark + explain(outcome))
            continue
        line, good = tell(outcome)
        trouble = trouble or not good
        reports.append({"school": config.name, **dataclasses.asdict(outcome)})
        if not asked.json:
            say(mark + line)
    if asked.json:
        print_json(reports)
    return int(trouble)


def _outcome(step: Callable[[Config, datetime], Any], config: Config, at: datetime) -> Any:
    try:
        return step(config, at)
    except Exception as fault:
        return fault


def _say_pull(report: Any) -> tuple[str, bool]:
    if report.busy:
        return "another worker is at this mailbox; nothing was done", True
    counts = (
        f"{report.recorded} recorded, {report.updated} updated, {report.ignored} ignored, {report.held} held"
    )
    again = f"; {report.filed_again} filed again" if report.filed_again else ""
    look = "; see: senim held list" if report.held else ""
    stuck = f"; recorded, but not filed on the server: {report.not_filed}" if report.not_filed else ""
    return counts + again + look + stuck, report.clean


def _say_send(report: Any) -> tuple[str, bool]:
    """A letter merely put off is no trouble: it stays owed, and a later pass sends it."""
    line = (
        f"{report.owed} newly owed, {report.sent} sent, {report.deferred} deferred, {report.failed} refused"
    )
    if report.server_down:
        line += "; the server could not be reached, try: senim check"
    if report.failed or report.late:
        line += "; see: senim letters list"
    return line, not (report.failed or report.late)


def begin_log(level: int) -> None:
    """Our own lines only: at DEBUG some libraries log whole letters."""
    logging.basicConfig(
        level=level, format="%(asctime)s %(name)s %(levelname)s %(message)s", stream=sys.stderr
    )
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
