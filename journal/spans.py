"""Many numbers of entries on a short line of the history: «1-4,8,12-20». Pure: values in, values out."""

import re
from collections.abc import Iterable

ROOM = 100  # characters of one value in an event
_LINE = re.compile(r"\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*")


def write_spans(numbers: Iterable[int], room: int = ROOM) -> str:
    """All the numbers. Where they have no room, the smallest gaps are filled: rather one too many named."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    while len(line := _line(spans)) > room and len(spans) > 1:
        at = min(range(1, len(spans)), key=lambda i: spans[i][0] - spans[i - 1][1])
        spans[at - 1 : at + 1] = [[spans[at - 1][0], spans[at][1]]]
    return line


def _line(spans: list[list[int]]) -> str:
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def within(number: int, line: str) -> bool:
    """Whether a number stands on such a line."""
    if not _LINE.fullmatch(line):
        return False
    for span in line.split(","):
        first, _, last = span.partition("-")
        if int(first) <= number <= int(last or first):
            return True
    return False
