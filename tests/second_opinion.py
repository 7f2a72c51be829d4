"""What other programs find in a cleaned file: exiftool and mat2, where Debian's packages are there."""

import shutil
import subprocess
import tempfile
from pathlib import Path

EXIFTOOL = shutil.which("exiftool")
MAT2 = shutil.which("mat2")


def told_by_exiftool(content: bytes, ending: str) -> str:
    """All that exiftool reads of a file, unknown and embedded things too; "" where it is not installed."""
    if EXIFTOOL is None:
        return ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{ending}"
        path.write_bytes(content)
        asked = [
            EXIFTOOL,
            "-config",
            "",
            "-a",
            "-u",
            "-U",
            "-G1",
            "-ee",
            "-api",
            "largefilesupport=1",
            str(path),
        ]
        return subprocess.run(asked, capture_output=True, check=False, timeout=60).stdout.decode(
            "utf-8", "replace"
        )


def told_by_mat2(content: bytes, ending: str) -> str:
    """What mat2 would still remove; "" where it is not installed or does not know the kind."""
    if MAT2 is None:
        return ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{ending}"
        path.write_bytes(content)
        asked = [MAT2, "--show", str(path)]
        return subprocess.run(asked, capture_output=True, check=False, timeout=60).stdout.decode(
            "utf-8", "replace"
        )
