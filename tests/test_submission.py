"""Submitting a letter through a real Exim: what arrives, who is refused, and what a person is told."""

import traceback
from dataclasses import replace

import pytest

from intake.server import CertificateRefused, LoginRefused, Security, Unreachable
from intake.submission import Refused, probe
from tests.letters import letter, send
from tests.servers import Account, Mail, free_ports


@pytest.fixture
def box(mail: Mail) -> Account:
    return mail.new_box()


def without_trace(raw: bytes) -> bytes:
    """What Exim and Dovecot added on top is taken off."""
    return raw[raw.index(b"From: ") :]


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_letter_arrives_byte_for_byte(mail: Mail, box: Account, security: Security) -> None:
    account = box if security is Security.TLS else mail.starttls(box)
    raw = letter(box.address).as_bytes()
    send(account.submission, raw, box.address)
    [arrived] = mail.wait_for(box.address, 1)
    assert without_trace(arrived) == raw
    assert b"Received: from [127.0.0.1]" in arrived  # the name of the school's machine is nobody's business


def test_a_message_and_its_bytes_are_sent_alike(mail: Mail, box: Account) -> None:
    send(box.submission, letter(box.address), box.address)
    [arrived] = mail.wait_for(box.address, 1)
    assert without_trace(arrived) == letter(box.address).as_bytes()


def test_nobody_ends_a_letter_early_with_odd_line_ends(mail: Mail, box: Account) -> None:
    smuggled = b"From: a@b.example\r\n\r\none\r.\rMAIL FROM:<x@y.example>\n.\ntwo\r\n"
    send(box.submission, smuggled, box.address)
    [arrived] = mail.wait_for(box.address, 1)
    assert without_trace(arrived).splitlines()[2:] == [b"one", b".", b"MAIL FROM:<x@y.example>", b".", b"two"]


def test_a_recipient_that_does_not_exist_is_refused_for_good(mail: Mail, box: Account) -> None:
    with pytest.raises(Refused, match="recipient") as caught:
        send(box.submission, letter(), "nobody@school.example")
    assert (caught.value.permanent, caught.value.code) == (True, 550)
    assert "nobody@" not in str(caught.value)


def test_when_one_of_two_recipients_is_refused_nobody_gets_the_letter(mail: Mail, box: Account) -> None:
    with pytest.raises(Refused):
        send(box.submission, letter(), box.address, "nobody@school.example")
    send(box.submission, b"From: a@b.example\r\n\r\nthe next one\r\n", box.address)
    [arrived] = mail.wait_for(box.address, 1)
    assert b"the next one" in arrived


@pytest.mark.parametrize("wrong", ["not-the-password", "құпия"])
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_wrong_password_is_told_without_repeating_it(
    mail: Mail, box: Account, wrong: str, security: Security
) -> None:
    account = box if security is Security.TLS else mail.starttls(box)
    with pytest.raises(LoginRefused, match="app password") as caught:
        send(replace(account.submission, password=wrong), letter(), box.address)
    assert wrong not in "".join(traceback.format_exception(caught.value))


def test_a_password_in_kazakh_logs_in(mail: Mail) -> None:
    box = mail.new_box(password="құпия сөз")
    send(box.submission, letter(box.address), box.address)
    assert len(mail.wait_for(box.address, 1)) == 1


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_certificate_of_an_unknown_authority_is_refused(
    mail: Mail, box: Account, security: Security
) -> None:
    account = box if security is Security.TLS else mail.starttls(box)
    with pytest.raises(CertificateRefused, match="ca_file"):
        send(replace(account.submission, ca_file=None), letter(), box.address)


def test_check_logs_in_and_sends_nothing(mail: Mail, box: Account) -> None:
    assert all(ok for _, ok, _ in probe(box.submission))
    with pytest.raises(LoginRefused):
        probe(replace(box.submission, password="wrong"))
    send(box.submission, b"From: a@b.example\r\n\r\nafter\r\n", box.address)
    assert len(mail.wait_for(box.address, 1)) == 1


def test_a_server_that_is_not_running_is_told(box: Account) -> None:
    [port] = free_ports(1)
    with pytest.raises(Unreachable, match="refuses connections"):
        send(replace(box.submission, port=port), letter())


def test_the_port_of_another_service_is_told(box: Account) -> None:
    with pytest.raises(Unreachable, match="sending"):
        send(box.imap, letter())
