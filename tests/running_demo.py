"""The demo in a process of its own, as a visitor starts it."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

SENIM = (sys.executable, "-c", "from intake.cli import main; raise SystemExit(main())", "demo")


def environment(language: str = "en_US.UTF-8", **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SENIM_", "LC_"))}
    return clean | {"LANG": language, "PYTHONPATH": str(Path(__file__).parents[1])} | more


class Running:
    """An interactive demo in a process of its own, and the addresses it printed."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            (*SENIM, *options),
            cwd=folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said: list[str] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if "Ctrl+C" in line:
                break
        found = re.findall(r"http://127\.0\.0\.1:\d+/\S*", "".join(self.said))
        assert len(found) == 3, "".join(self.said)
        self.page, self.mail, self.journal = found

    def end(self, by: int = signal.SIGTERM) -> int:
        self.process.send_signal(by)
        return self.process.wait(10)
