"""What other programs find in a cleaned file: exiftool and mat2, where Debian's packages are there."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

EXIFTOOL = shutil.which("exiftool")
MAT2 = shutil.which("mat2")
_EVERYTHING = "-config", "", "-a", "-u", "-U", "-G1", "-ee", "-api", "largefilesupport=1"


def told_by_exiftool(content: bytes, ending: str) -> str:
    """All that exiftool reads of a file, unknown and embedded things too; "" where it is not installed."""
    return _told(EXIFTOOL, _EVERYTHING, content, ending)


def told_by_mat2(content: bytes, ending: str) -> str:
    """What mat2 would still remove; "" where it is not installed or does not know the kind."""
    return _told(MAT2, ("--show",), content, ending)


def _told(program: str | None, options: Sequence[str], content: bytes, ending: str) -> str:
    if program is None:
        return ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{ending}"
        path.write_bytes(content)
        asked = [program, *options, str(path)]
        said = subprocess.run(asked, capture_output=True, check=False, timeout=60).stdout
        return said.decode("utf-8", "replace")
