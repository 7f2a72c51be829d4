"""The signatures of letters, checked by us: what a signature must say, and what no library asks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import signature
from intake.signature import names_wanted, verified
from tests.believing import true_seals
from tests.corpora import files, letters
from tests.forgeries import letter, records, sealed_ones
from tests.moments import A_MOMENT
from tests.seals import SIGNED, key, sealed

NAME = "s1._domainkey.school.example"
KEYS = {NAME: key().record}


@pytest.mark.parametrize("case", list(true_seals()), ids=lambda case: case[0])
def test_a_letter_signed_by_its_senders_domain_is_verified(case: tuple[str, bytes]) -> None:
    assert verified(case[1], records(), A_MOMENT) == ("school.example",)


# This one is truly signed; that it was not meant for the box is what `may_reply` sees.
TRUE_SEALS = {"a signed letter to another"}


@pytest.mark.parametrize("case", list(sealed_ones()), ids=lambda case: case[0])
def test_no_other_signature_is(case: tuple[str, bytes]) -> None:
    assert (verified(case[1], records(), A_MOMENT) == ()) == (case[0] not in TRUE_SEALS)


def test_only_keys_of_the_senders_own_domain_are_asked_for() -> None:
    raw = sealed(sealed(letter(), at=A_MOMENT), domain="evil.example", selector="tracker")
    assert names_wanted(raw) == (NAME,)
    assert names_wanted(sealed(letter(), domain="evil.example")) == ()
    assert names_wanted(letter()) == ()


def test_never_more_than_five_keys_are_asked_for_each_once() -> None:
    raw = letter()
    for number in range(9):
        raw = sealed(raw, selector=f"s{number % 7}", at=A_MOMENT)
    assert len(names_wanted(raw)) == len(set(names_wanted(raw))) <= 5


def test_without_its_key_no_signature_holds() -> None:
    raw = sealed(letter(), at=A_MOMENT)
    for keys in ({}, {NAME: b""}, {NAME: b"v=DKIM1"}, {"s2._domainkey.school.example": key().record}):
        assert verified(raw, keys, A_MOMENT) == ()


@pytest.mark.parametrize(
    "record",
    [
        "v=DKIM2; p={}",
        "k=ed25519; p={}",
        "v=DKIM1; t=s:y; p={}",
        "v=DKIM1; t = y ; p={}",
        "v=DKIM1; s=tlsrpt:other; p={}",
        "v=DKIM1; h=sha1; p={}",
        "v=DKIM1; p={}; p={}",
        "v=DKIM1; p=AAAA{}",
        "v=DKIM1; p=####",
        "v=spf1 -all",
        "p={}" + "; n=" + "x" * 5000,
    ],
)
def test_a_key_on_trial_or_for_something_else_is_no_key(record: str) -> None:
    raw = sealed(letter(), at=A_MOMENT)
    assert verified(raw, {NAME: record.format(key().public, key().public).encode()}, A_MOMENT) == ()


@pytest.mark.parametrize("record", ["p={}", "v=DKIM1;p={};", "v=DKIM1; s=*; t=s; h=sha1:sha256; k=rsa; p={}"])
def test_a_key_may_be_told_in_few_words_or_in_many(record: str) -> None:
    assert verified(sealed(letter(), at=A_MOMENT), {NAME: record.format(key().public).encode()}, A_MOMENT)


@pytest.mark.parametrize(
    "minutes, holds", [(-5, True), (0, True), (60 * 24 * 7 - 70, True), (60 * 24 * 8, False)]
)
def test_a_signature_is_believed_for_a_week(minutes: int, holds: bool) -> None:
    raw = sealed(letter(), at=A_MOMENT)
    assert bool(verified(raw, KEYS, A_MOMENT + timedelta(minutes=minutes))) is holds


def test_the_machines_own_clock_does_not_matter() -> None:
    moment = datetime(2041, 3, 1, tzinfo=UTC)
    raw = sealed(letter().replace(b"Mon, 23 Nov 2026 11:00:00", b"Fri, 01 Mar 2041 05:00:00"), at=moment)
    assert verified(raw, KEYS, moment)


PARTS = st.integers(0, 5000)


@given(
    PARTS,
    st.sampled_from([b"", b"x", b"\r\n", b"\n", b"\r", b" ", b"\0", b"\xff", b"From: x@evil.example\r\n"]),
)
def test_a_letter_changed_anywhere_that_counts_is_not_verified(place: int, put: bytes) -> None:
    raw = sealed(letter(), at=A_MOMENT)
    place %= len(raw)
    changed = raw[:place] + put + raw[place + 1 :]
    if verified(changed, KEYS, A_MOMENT):
        # Relaxed canonicalisation: white space and the case of names may differ, and tags that say nothing.
        assert _words(changed) == _words(raw)


def _words(raw: bytes) -> list[bytes]:
    """What is signed, as a person reads it."""
    header, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    fields = header.replace(b"\n ", b" ").replace(b"\n\t", b" ").split(b"\n")
    signed = [
        field for field in fields if field.partition(b":")[0].strip().lower().decode("latin-1") in SIGNED
    ]
    return [b" ".join(part.split()).lower() for part in [*signed, body]]


@given(
    st.dictionaries(
        st.sampled_from(["v", "a", "c", "d", "s", "t", "x", "i", "q", "l", "z"]), st.text(max_size=30)
    )
)
def test_whatever_a_signature_says_nothing_breaks(tags: dict[str, str]) -> None:
    said = "; ".join(f"{name}={value}" for name, value in tags.items())
    raw = (
        f"DKIM-Signature: {said}; h=from:to:subject; bh=AAAA; b=AAAA\r\n".encode("utf-8", "replace")
        + letter()
    )
    assert len(names_wanted(raw)) <= 5
    assert verified(raw, dict.fromkeys(names_wanted(raw), key().record), A_MOMENT) == ()


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_whatever_the_bytes_are_nothing_breaks(raw: bytes, record: bytes) -> None:
    assert verified(raw, {NAME: record}, A_MOMENT) == ()
    assert verified(sealed(letter(), at=A_MOMENT), {NAME: b"v=DKIM1; p=" + record}, A_MOMENT) == ()


def test_no_letter_that_we_have_breaks_it_or_passes() -> None:
    for path, raw in letters():
        names = names_wanted(raw)
        assert verified(raw, dict.fromkeys(names, key().record), A_MOMENT) == (), path


def test_the_example_of_the_standard_is_verified_but_for_its_age(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = {path.rpartition("/")[2]: raw for path, raw in files("dkimpy")}
    if not samples:
        return
    raw, name = samples["rfc6376.signed.rsa.msg"], "test._domainkey.football.example.com"
    keys = {name: samples["test.txt"].strip()}
    moment = datetime(2018, 6, 3, tzinfo=UTC)
    assert names_wanted(raw) == (name,)
    assert verified(raw, keys, moment) == ()
    monkeypatch.setattr(signature, "FRESH", timedelta(days=365 * 20))
    assert verified(raw, keys, moment) == ("football.example.com",)
    assert verified(raw.replace(b"We lost", b"We won"), keys, moment) == ()


def test_long_gaps_and_many_signatures_cost_no_time() -> None:
    assert verified(sealed(letter(), at=A_MOMENT) + b" " * 5_000_000 + b"x", KEYS, A_MOMENT) == ()
    one = b"DKIM-Signature: v=1; a=rsa-sha256; d=school.example; s=n; h=" + b"from:" * 500 + b"\r\n"
    assert names_wanted(one * 200 + letter()) == ()
