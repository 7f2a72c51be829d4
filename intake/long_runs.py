"""Takes the long runs of base64 out of a message before it is parsed, and puts them back into its parts.

Python's parser looks at every line; of the thirty thousand lines of a photo none says anything to it. A line
of these letters alone can be no boundary, no field and no blank line, so that a short line of the same kind
stands for all of them.
"""

import os
import re
from email.message import Message as Tree

_LEAST_LINES = 16  # fewer are parsed as fast
_RUN = re.compile(rb"\n(?:[A-Za-z0-9+/]{60,76}\r?\n){%d,}" % _LEAST_LINES)
_SECRET = os.urandom(12).hex()  # no sender can write a mark of his own
_MARK = re.compile(rf"{_SECRET}/(\d{{1,7}})/")


class LongRuns:
    """The runs of one message, and the marks in their places."""

    def __init__(self) -> None:
        self._runs: list[str] = []

    def taken_out(self, raw: bytes) -> bytes:
        return _RUN.sub(self._take, raw)

    def put_back(self, part: Tree) -> None:
        """Into a part that has no parts of its own."""
        payload = vars(part).get("_payload")  # get_payload() would decode it as its sender says
        if self._runs and isinstance(payload, str) and _SECRET in payload:
            part.set_payload(_MARK.sub(lambda mark: self._runs[int(mark[1])], payload))

    def _take(self, run: re.Match[bytes]) -> bytes:
        lines = run[0].strip(b"\r\n")  # its last line end stays: before a boundary it belongs to that
        mark = f"\n{_SECRET}/{len(self._runs)}/".encode()
        self._runs.append(lines.decode("ascii"))
        return mark + run[0][1 + len(lines) :]
