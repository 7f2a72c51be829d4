"""What is read by a short way is read as by the long one."""

from base64 import encodebytes
from email.message import Message as Tree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.long_runs import LongRuns
from intake.message import parse
from intake.part import octets

BASE64 = st.one_of(
    st.text("ABCabc019+/=\r\n -_é", max_size=40),
    st.binary(max_size=200).map(lambda octets: encodebytes(octets).decode()),
)


@given(BASE64, st.integers(0, 300), st.text("A+=\r\n -", max_size=3))
def test_base64_is_undone_as_the_library_does(encoded: str, place: int, more: str) -> None:
    part = Tree()
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(encoded[:place] + more + encoded[place:])
    assert octets(part) == part.get_payload(decode=True)


LINES = st.sampled_from(
    [
        b"A" * 76,
        b"A" * 60,
        b"A" * 59,
        b"A" * 77,
        b"--b",
        b"--b--",
        b"",
        b"a",
        b"Subject: x",
        b"A" * 72 + b"==",
    ]
    + [b"A" * 76] * 9
    + [b"Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n"]
)


@given(st.lists(st.tuples(LINES, st.sampled_from([b"\r\n", b"\r\n", b"\n", b"\r", b""])), max_size=90))
def test_long_runs_make_no_difference(lines: list[tuple[bytes, bytes]]) -> None:
    """Read with and without the short way for photos."""
    body = b"".join(line + end for line, end in lines)
    raw = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + body
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LongRuns, "taken_out", lambda _, raw: raw)
        as_usual = parse(raw)
    assert parse(raw) == as_usual


def test_a_letter_cannot_write_the_marks_of_long_runs() -> None:
    run = b"A" * 76 + b"\r\n"
    message = parse(b"\r\n" + (b"x\r\n" + run * 40 + b"0/\r\n" + b"0" * 24 + b"/0/\r\n"))
    assert message.text.count("A") == 76 * 40
    assert message.text.endswith("0/\n" + "0" * 24 + "/0/")
