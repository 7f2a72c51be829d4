"""Nobody writes in staff's name: no forged letter is believed, each one that is vouched for is.

`python -m tests.believing`, or `pytest -s` with this file, prints the tables of it.
"""

import pytest

from intake.authentication import Level, Trust, may_reply
from intake.message import parse
from journal.model import Reader, Role
from tests.believing import Tried, Truth, cases, everything, table
from tests.forgeries import AIGUL, BOX, letter, plain, sealed_ones
from tests.trails import PROVIDERS, Provider

PROFILED = {"gmail.com", "outlook.com", "hotmail.com", "mail.ru", "yandex.ru"}


@pytest.fixture(scope="module")
def tried() -> list[Tried]:
    return list(everything())


def test_no_forged_letter_is_believed(tried: list[Tried]) -> None:
    believed = [
        (one.group, one.provider, one.name) for one in tried if one.truth is Truth.FORGED and one.believed
    ]
    assert not believed
    assert sum(one.truth is Truth.FORGED for one in tried) > 300  # our own, where the public ones are not


def test_nothing_is_believed_for_which_nobody_vouches(tried: list[Tried]) -> None:
    assert not [one.name for one in tried if one.truth is Truth.UNPROVEN and one.believed]


def test_each_letter_that_a_known_provider_or_a_signature_vouches_for_is_believed(tried: list[Tried]) -> None:
    known = [one for one in tried if one.truth is Truth.VOUCHED and one.group != "public, elsewhere"]
    assert len(known) >= len(PROVIDERS) + 10
    assert not [(one.provider, one.name, one.reason) for one in known if not one.believed]


def test_what_is_not_believed_has_its_reason_as_a_code(tried: list[Tried]) -> None:
    assert not [one.name for one in tried if one.believed == bool(one.reason)]
    assert all(one.reason.replace("-", "").isalpha() for one in tried if one.reason)


def test_the_table_counts_each_letter_once(tried: list[Tried]) -> None:
    rows = table(tried)
    print("\n", *rows, "", *cases(tried), sep="\n")
    assert sum(map(int, rows[-1].split()[1:])) == len(tried)
    assert len(rows) >= 8  # without the given sets of real letters, our own alone
    assert "L2" in " ".join(cases(tried))
    assert not [row for row in cases(tried) if row.startswith("forged") and " L2" in row]


def test_our_own_forgeries_are_many_and_each_is_another() -> None:
    assert len({raw for _, _, raw in plain()}) > 300
    assert len({raw for _, raw in sealed_ones()}) == len(list(sealed_ones())) > 40


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
def test_a_provider_is_believed_only_by_its_own_profile(provider: Provider) -> None:
    message = parse(provider.deliver(letter(), provider.says(AIGUL, True)))
    reader = Reader(address=AIGUL, role=Role.PSYCHOLOGIST)
    for other in (*PROVIDERS, None):
        trust = Trust(profile=other.profile, authserv_id=other.authserv_id) if other else Trust()
        verdict = may_reply(message, reader, trust=trust, signed_by=(), box=BOX)
        assert verdict.level is (Level.L2 if other is provider else Level.L1), other
    for profile in ("auto", "none", ""):
        trust = Trust(profile=profile, authserv_id=provider.authserv_id)
        assert may_reply(message, reader, trust=trust, signed_by=(), box=BOX).reason == "no-profile"


def test_an_own_server_without_an_id_vouches_for_nobody() -> None:
    message = parse(b"Authentication-Results: ; dmarc=pass header.from=school.example\r\n" + letter())
    reader = Reader(address=AIGUL, role=Role.PSYCHOLOGIST)
    verdict = may_reply(message, reader, trust=Trust(profile="authserv-id"), signed_by=(), box=BOX)
    assert verdict.level is Level.L1
