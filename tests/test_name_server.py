"""The keys of signatures, from a real name server on loopback: one plain answer, or no key."""

import socket

import pytest

from intake import name_server
from intake.name_server import OddNameServer, keys, to_address
from tests.name_server import Answers, NameServer

NAME = "s1._domainkey.school.example"


def found(answers: Answers, *names: str) -> dict[str, bytes]:
    with NameServer(answers) as server:
        return keys(names or (NAME,), server.address)


def test_the_one_record_at_a_name_is_its_key() -> None:
    assert found({NAME: ('TXT "v=DKIM1; p=abc"',)}) == {NAME: b"v=DKIM1; p=abc"}


def test_a_record_cut_into_pieces_is_put_together() -> None:
    assert found({NAME: ('TXT "v=DKIM1; " "p=a" "bc"',)}) == {NAME: b"v=DKIM1; p=abc"}


def test_a_key_that_lies_with_the_provider_is_found_there() -> None:
    answers = {NAME: ("CNAME s1.provider.example.",), "s1.provider.example": ('TXT "p=abc"',)}
    assert found(answers) == {NAME: b"p=abc"}


def test_several_records_at_one_name_are_no_key() -> None:
    assert found({NAME: ('TXT "p=abc"', 'TXT "p=def"')}) == {}


def test_a_name_without_a_record_has_no_key() -> None:
    assert found({}) == {}
    assert found({NAME: ("CNAME nowhere.example.",)}) == {}
    assert found({NAME: ('TXT ""',)}) == {}


def test_a_record_longer_than_any_key_is_none() -> None:
    piece = '"' + "x" * 250 + '" '
    assert found({NAME: ("TXT " + piece * 4,)})
    assert found({NAME: ("TXT " + piece * 17,)}) == {}


def test_the_other_names_have_their_keys_all_the_same() -> None:
    other = "s2._domainkey.school.example"
    assert found({other: ('TXT "p=abc"',)}, NAME, other) == {other: b"p=abc"}


def test_never_more_than_five_names_are_asked() -> None:
    with NameServer({}) as server:
        keys([f"s{number}._domainkey.school.example" for number in range(9)], server.address)
        assert len(set(server.asked)) == 5


@pytest.mark.parametrize("silent, garbled", [(True, False), (False, True)])
def test_a_server_that_does_not_answer_right_gives_no_key(
    silent: bool, garbled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name_server, "MOST_SECONDS", 0.3)
    with NameServer({NAME: ('TXT "p=abc"',)}, silent=silent, garbled=garbled) as server:
        assert keys([NAME, "s2._domainkey.school.example"], server.address) == {}


def test_no_server_at_all_gives_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_server, "MOST_SECONDS", 0.3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert keys([NAME], f"127.0.0.1:{port}") == {}


@pytest.mark.parametrize(
    "written, address",
    [
        ("127.0.0.1", ("127.0.0.1", 53)),
        ("127.0.0.1:5353", ("127.0.0.1", 5353)),
        ("[::1]:5353", ("::1", 5353)),
        ("[::1]", ("::1", 53)),
        ("::1", ("::1", 53)),
    ],
)
def test_a_name_server_is_written_as_numbers(written: str, address: tuple[str, int]) -> None:
    assert to_address(written) == address


@pytest.mark.parametrize(
    "written", ["", "ns.example", "ns.example:53", "127.0.0.1:", "127.0.0.1:0", "1.2.3.4:x"]
)
def test_anything_else_is_no_name_server(written: str) -> None:
    with pytest.raises(OddNameServer):
        to_address(written)
