"""A sign of life for a monitor: a file that grows old when something stands still.

It is the second way to hear of a fault, for when it is the mail itself that does not work.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from intake.config import Config
from journal.private import make_folder

PASSES = ("pull", "send")

log = logging.getLogger(__name__)


class Heartbeat:
    """One `heartbeat_file`: written anew when each pass of each school that names it has gone well once more.

    So it goes stale whether a pass fails, hangs, or its thread is gone: none of them has to notice.
    """

    def __init__(self, file: Path, schools: Iterable[Path]) -> None:
        self._file = file
        self._wanted = {(school, one) for school in schools for one in PASSES}
        self._well: set[tuple[Path, str]] = set()
        self._guard = threading.Lock()

    def well(self, school: Path, one: str) -> None:
        """A pass of this school was clean."""
        with self._guard:
            self._well.add((school, one))
            if self._well >= self._wanted:
                self._well.clear()
                self._beat()

    def _beat(self) -> None:
        try:
            make_folder(self._file.parent)
            self._file.write_text(datetime.now(UTC).isoformat(timespec="seconds") + "\n")
        except OSError as fault:  # a monitor then misses the beat, which is what it is there for
            log.error("heartbeat_file cannot be written: %s", type(fault).__name__)


def heartbeats(configs: Iterable[Config]) -> Mapping[Path, Heartbeat]:
    """Those that the configs name; several schools may share one."""
    schools: dict[Path, list[Path]] = defaultdict(list)
    for config in configs:
        if config.heartbeat_file is not None:
            schools[config.heartbeat_file].append(config.path)
    return {file: Heartbeat(file, named) for file, named in schools.items()}
