"""The gate refuses what takes too long to read, and lets ordinary letters through."""

import pytest

from intake import gate
from intake.gate import Unreadable, check

HEAD = b"From: family@mail.example\r\nSubject: x\r\n"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"x" * (gate.MOST_BYTES + 1), "too-large"),
        (HEAD + b"X-Long: " + b"a\r\n b" * 20_000 + b"\r\n\r\nx", "header-too-long"),
        (b"no line ends at all " * 5_000, "header-too-long"),
        (HEAD + b"References: " + b"<a@b>\r\n " * 2_500 + b"\r\n\r\nx", "field-too-long"),
        (HEAD + b"A: b\r\n" * 300 + b"\r\nx", "too-many-fields"),
        (HEAD + b"\r\n" + b"CONTENT-TYPE: text/plain\r\n\r\n" * 201, "too-many-parts"),
        (HEAD + b"\r\n" + b"content-type: text/plain\r\r" * 201, "too-many-parts"),
        (HEAD + b"\r\n" + b"--b\n" * 2_001, "too-many-boundaries"),
        (HEAD + b"\r\n" + b"\n" * 1_000_001, "too-many-lines"),
        (HEAD + b"\r\n" + b"boundary=b\r\n" * 30 + b"a\n" * 250_000, "too-many-lines"),
    ],
)
def test_what_takes_too_long_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        check(raw)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"just words",
        HEAD + b"\r\n" + b"a line of words\r\n" * 100_000,
        HEAD + b"A: b\r\n" * 290 + b"\r\nx",
        HEAD + b"References: " + b"<a@b>\r\n " * 1_500 + b"\r\n\r\nx",
        b"\r\n" + b"A: b\r\n" * 400,  # the header ends before it begins
        b"A: b\n\n" + b"C: d\n" * 400,
        b"A: b\r\r" + b"C: d\r" * 400,
    ],
)
def test_ordinary_letters_pass(raw: bytes) -> None:
    check(raw)


def test_a_refusal_names_nothing_of_the_letter() -> None:
    with pytest.raises(Unreadable) as refused:
        check(b"From: arujan@mail.example\r\nSubject: " + b"secret " * 20_000)
    assert "arujan" not in str(refused.value)
    assert "secret" not in str(refused.value)
