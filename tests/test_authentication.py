"""In whose name a reply is written, and why most tricks with From end in «no»."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.authentication import REQUIRED, Level, Trust, Verdict
from intake.authentication import may_reply as may_reply_to
from intake.message import Message, Unreadable, parse
from journal.model import Reader, Role
from tests.corpora import files
from tests.replies import message

AIGUL = Reader(address="psy@school.example", role=Role.PSYCHOLOGIST)
BOX = "box@school.example"
HEADER = b"To: box@school.example\r\nSubject: Re: x\r\n\r\nN12: ok\r\n"


def may_reply(found: Message, reader: Reader | None) -> Verdict:
    """Without any evidence beyond From: `tests/test_believing.py` is about the rest."""
    return may_reply_to(found, reader, trust=Trust(), signed_by=(), box=BOX)


def read(*fields: str, reader: Reader | None = AIGUL) -> Verdict:
    raw = b"".join(field.encode() + b"\r\n" for field in fields) + HEADER
    return may_reply(parse(raw), reader)


def test_only_the_second_level_counts() -> None:
    assert REQUIRED is Level.L2
    assert Level.L0 < Level.L1 < Level.L2 < Level.L3


@pytest.mark.parametrize(
    "field",
    [
        "From: psy@school.example",
        "From: <psy@school.example>",
        "From: PSY@School.Example",
        "From: Aigul Seitkyzy <psy@school.example>",
        'From: "Seitkyzy, Aigul" <psy@school.example>',
        "From: =?utf-8?B?0JDQudCz0q/Quw==?= <psy@school.example>",
        "from: psy@school.example",
    ],
)
def test_the_reader_who_has_the_token_may_reply(field: str) -> None:
    assert read(field) == Verdict(level=Level.L1, reason="no-profile")


@pytest.mark.parametrize("case", ["PSY@SCHOOL.EXAMPLE", " Psy@School.example"])
def test_the_address_in_the_config_may_be_written_in_any_case(case: str) -> None:
    reader = Reader(address=case, role=Role.PSYCHOLOGIST)
    assert read("From: psy@school.example", reader=reader).level is Level.L1


def test_without_a_token_nobody_may() -> None:
    assert read("From: psy@school.example", reader=None) == Verdict(level=Level.L0, reason="no-valid-token")


@pytest.mark.parametrize(
    "fields, reason",
    [
        (["From: stranger@elsewhere.example"], "other-sender"),
        (["From: psy@school.example <stranger@elsewhere.example>"], "odd-from"),
        (['From: "psy@school.example" <stranger@elsewhere.example>'], "other-sender"),
        (["From: psy@school.example.elsewhere.example"], "other-sender"),
        (["From: psy+x@school.example"], "other-sender"),
        ([], "no-from"),
        (["From: psy@school.example", "From: psy@school.example"], "repeated-from"),
        (["From: psy@school.example", "from: stranger@elsewhere.example"], "repeated-from"),
        (["From: stranger@elsewhere.example", "From: psy@school.example"], "repeated-from"),
        (["From: psy@school.example, stranger@elsewhere.example"], "odd-from"),
        (["From: psy@school.example, psy@school.example"], "odd-from"),
        (["From: staff: psy@school.example;"], "odd-from"),
        (["From: <@elsewhere.example:psy@school.example>"], "odd-from"),
        (["From: <psy@school.example> <stranger@elsewhere.example>"], "odd-from"),
        (["From: psy@school.example (stranger@elsewhere.example)"], "odd-from"),
        (["From: =?utf-8?B?PHBzeUBzY2hvb2wuZXhhbXBsZT4=?="], "odd-from"),
        (["From: =?utf-8?B?PHBzeUBzY2hvb2wuZXhhbXBsZT4s?= <stranger@elsewhere.example>"], "other-sender"),
        (["From: psy@sсhool.example"], "odd-from"),  # a Cyrillic «с»
        (["From:"], "odd-from"),
        (["From: psy"], "odd-from"),
        (["From: psy@school.example", "Sender: stranger@elsewhere.example"], "foreign-sender-field"),
        (["From: psy@school.example", "Sender: whatever this is"], "foreign-sender-field"),
        (["From: psy@school.example", "Resent-From: stranger@elsewhere.example"], "foreign-sender-field"),
        (["From: psy@school.example", "Resent-Sender: stranger@elsewhere.example"], "foreign-sender-field"),
    ],
)
def test_whoever_else_writes_is_told_from_the_reader(fields: list[str], reason: str) -> None:
    assert read(*fields) == Verdict(level=Level.L0, reason=reason)


def test_a_sender_field_with_the_readers_own_address_is_no_matter() -> None:
    assert read("From: psy@school.example", "Sender: Aigul <psy@school.example>").level is Level.L1


# Spoofed in the envelope or in DKIM, while the From field itself is one and plain: these are for L2.
# (a9 begins a second «From:» with a space, which makes it a part of the field above: RFC 5322 §2.2.3.)
PLAIN_FROM = {"client_a3"} | {f"server_a{number}" for number in (*range(1, 8), 9)}


@pytest.mark.parametrize("address", ["admin@legitimate.com", "admin@example.com"])
def test_no_known_trick_with_from_passes_for_the_person_it_names(address: str) -> None:
    for path, raw in files("espoofer-rendered"):
        try:
            found = parse(raw)
        except Unreadable:
            continue
        verdict = may_reply(found, Reader(address=address, role=Role.PSYCHOLOGIST))
        if Path(path).stem not in PLAIN_FROM or found.sender_fields:
            assert verdict.level is Level.L0, path
            assert verdict.reason


def test_two_from_fields_of_a_forger_are_refused_whoever_comes_first() -> None:
    raw = b"From: x@evil.example\r\nFrom: staff@school.example\r\n" + HEADER
    for address in ("staff@school.example", "x@evil.example"):
        verdict = may_reply(parse(raw), Reader(address=address, role=Role.PSYCHOLOGIST))
        assert verdict == Verdict(level=Level.L0, reason="repeated-from")


FIELDS = st.lists(st.one_of(st.text(), st.sampled_from(["psy@school.example", "<psy@school.example>", ""])))


@given(FIELDS, FIELDS)
def test_only_one_plain_from_is_ever_believed(from_fields: list[str], sender_fields: list[str]) -> None:
    found = replace(message(""), from_fields=tuple(from_fields), sender_fields=tuple(sender_fields))
    verdict = may_reply(found, AIGUL)
    if verdict.level is Level.L1:
        assert len(from_fields) == 1
        assert AIGUL.address in from_fields[0].lower()
        assert all(AIGUL.address in field.lower() for field in sender_fields)
    else:
        assert verdict.reason
