"""Reads the machine's part of a delivery report: did a letter of ours not arrive, and why not (RFC 3464).

Only a few lines are looked for in the bytes, in one pass; nothing is decoded and nothing else is believed.
"""

import re
from dataclasses import dataclass

_MOST = 1_000_000  # bytes looked at: the machine's part stands before the returned letter
_PART = re.compile(rb"(?im)^content-type:[ \t]*message/(?:global-)?delivery-status\b")
_REPORT = re.compile(rb"(?im)^content-type:[ \t]*multipart/report\b")
_END = re.compile(rb"(?m)^--")  # the next boundary
_FIELD = re.compile(rb"(?im)^(action|status):[ \t]*([0-9a-z.]{1,20})")
_RETURNED = re.compile(rb"(?im)^content-type:[ \t]*(?:message/(?:rfc822|global)|text/rfc822-headers)\b")
# What the other server said; many put nothing but «5.0.0» into Status.
_SAID = re.compile(rb"(?im)^diagnostic-code:(?:[^\n]|\n[ \t])*")
_CODE = re.compile(rb"\b(5\d\d)(?:[ -]#?(5\.\d{1,3}\.\d{1,3}))?\b")
_FAILED = "failed"
# Classes of RFC 3463 §3 that tell a person what to do.
_WHY = {
    "1.1": "unknown-address",
    "1.2": "unknown-address",
    "1.3": "unknown-address",
    "1.6": "unknown-address",
    "1.10": "unknown-address",
    "2.1": "switched-off",
    "2.2": "full",
    "2.3": "too-large",
    "3.4": "too-large",
    "4.7": "not-reached",
}
_WHY_BY_CODE = {550: "unknown-address", 551: "unknown-address", 553: "unknown-address", 552: "full"}
_CLASSES = {"1": "unknown-address", "2": "full", "4": "not-reached", "7": "refused"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """`failed` is False for what is only delayed, or did arrive. `why` is one of our short codes."""

    failed: bool
    why: str = ""


def read_report(raw: bytes) -> DeliveryReport:
    """What a report says. A bounce of an old server, without any part for machines, tells of a failure."""
    head = raw[:_MOST].replace(b"\r\n", b"\n")
    begun = _PART.search(head)
    if begun is None:
        # Other reports are about letters that arrived: read (RFC 8098), or called spam (RFC 5965).
        return DeliveryReport(failed=_REPORT.search(head) is None, why="refused")
    ended = _END.search(head, begun.end())
    fields = _FIELD.findall(head, begun.end(), ended.start() if ended else len(head))
    actions = {value.lower() for name, value in fields if name.lower() == b"action"}
    statuses = [value.decode() for name, value in fields if name.lower() == b"status"]
    if actions and _FAILED.encode() not in actions:
        return DeliveryReport(failed=False)
    broken = next((status for status in statuses if status.startswith("5.")), next(iter(statuses), ""))
    if broken.partition(".")[2] in ("", "0.0"):
        return DeliveryReport(
            failed=True, why=_why_said(head[begun.end() : ended.start() if ended else None])
        )
    return DeliveryReport(failed=True, why=why_by_status(broken))


def _why_said(fields: bytes) -> str:
    said = _SAID.search(fields)
    code = _CODE.search(said[0]) if said else None
    if code is None:
        return "refused"
    return why_by_status(code[2].decode()) if code[2] else why_by_code(int(code[1]))


def why_by_status(status: str) -> str:
    """«5.1.1» as a short code."""
    detail = status.partition(".")[2]
    return _WHY.get(detail) or _CLASSES.get(detail.partition(".")[0], "refused")


def why_by_code(code: int) -> str:
    """The answer of a submission server as a short code."""
    return _WHY_BY_CODE.get(code, "refused")


def returned_part(raw: bytes) -> str:
    """The beginning of the letter that came back, in which its own header fields stand; "" without one."""
    found = _RETURNED.search(raw, 0, _MOST)
    return raw[found.end() : found.end() + 100_000].decode("latin-1") if found else ""
