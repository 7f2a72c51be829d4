"""The mailbox when the server is down, refuses, breaks off or is not what it says: what a person is told."""

import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from intake.imap_faults import CommandRefused
from intake.mailbox import Folders, Mailbox
from intake.server import (
    CertificateRefused,
    LoginRefused,
    NotSecured,
    Security,
    Server,
    ServerFault,
    Unreachable,
)
from journal.model import Filing
from tests.misbehaving import imap, scripted, tls
from tests.servers import Mail, free_ports

FOLDERS = Folders()
CANARY = "Аружан-CANARY"  # a server may quote a letter in whatever it says


def told(server: Server, kind: type[ServerFault], *words: str) -> None:
    """Opening fails as this kind of fault, in these words, without secrets."""
    with pytest.raises(kind) as caught, Mailbox.open(server, FOLDERS):
        pass
    said = "".join(traceback.format_exception(caught.value))
    for word in (server.where, *words):
        assert word in str(caught.value)
    for secret in (server.password, server.username, CANARY):
        assert secret not in said


# Logging in


def test_a_wrong_password_is_told_with_what_to_do(mail: Mail) -> None:
    told(replace(mail.new_box().imap, password="not-the-password"), LoginRefused, "app password")


def test_a_wrong_password_with_letters_of_our_own_is_told_too(mail: Mail) -> None:
    told(replace(mail.new_box().imap, password="құпия"), LoginRefused, "app password")


def test_a_server_that_lets_nobody_in_just_now_is_tried_again() -> None:
    answer = imap({"LOGIN": f"{{tag}} NO [UNAVAILABLE] {CANARY}\r\n".encode()})
    with scripted(answer) as heard:
        told(heard.server, Unreachable, "UNAVAILABLE", "tried again")


def test_a_login_that_breaks_off_is_no_wrong_password() -> None:
    with scripted(imap({"LOGIN": None})) as heard:
        told(heard.server, Unreachable, "broke the connection off")


# The line


def test_a_server_that_is_not_running_is_told() -> None:
    [port] = free_ports(1)
    server = Server(
        host="127.0.0.1", port=port, security=Security.TLS, username="box@school.example", password="correct"
    )
    told(server, Unreachable, "refuses connections")


def test_a_host_that_does_not_exist_is_told(mail: Mail) -> None:
    told(replace(mail.new_box().imap, host="mail.invalid"), Unreachable, "not found by that name")


def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.connection.TIMEOUT", 0.2)
    with scripted(imap({}), greeting=b"") as heard:
        told(heard.server, Unreachable, "did not answer")


def test_the_port_of_another_service_is_told(mail: Mail) -> None:
    account = mail.starttls(mail.new_box())
    told(replace(account.submission, security=Security.TLS), Unreachable, "port and security belong together")
    with scripted(imap({}), greeting=f"220 {CANARY} ESMTP\r\n".encode()) as heard:
        told(heard.server, ServerFault)


def test_a_server_without_starttls_hears_no_password() -> None:
    for answers in ({}, {"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK done\r\n"}):
        refused = {**answers, "STARTTLS": b"{tag} NO not today\r\n"}
        with scripted(imap(refused), security=Security.STARTTLS) as heard:
            told(heard.server, NotSecured, "ever sent in clear")
        assert not heard.said(b"LOGIN")
        assert not heard.said(b"AUTHENTICATE")


# Certificates

Issue = Callable[..., Path]


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.mark.parametrize(
    ("names", "valid_until", "word"),
    [
        (["mail.other.example"], timedelta(days=30), "is for another"),
        (["127.0.0.1"], timedelta(days=-1), "has expired"),
    ],
)
def test_a_certificate_that_does_not_fit_is_refused(
    authority: trustme.CA, tmp_path: Path, names: list[str], valid_until: timedelta, word: str
) -> None:
    now = datetime.now(UTC)
    certificate = authority.issue_cert(
        *names, not_before=now - timedelta(days=60), not_after=now + valid_until
    )
    chain, key, ca = tmp_path / "chain.pem", tmp_path / "key.pem", tmp_path / "ca.pem"
    chain.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(str(key))
    authority.cert_pem.write_to_path(str(ca))
    with tls(chain, key) as port:
        server = Server(
            host="127.0.0.1",
            port=port,
            security=Security.TLS,
            username="box@school.example",
            password="correct",
            ca_file=ca,
        )
        told(server, CertificateRefused, word)


def test_a_certificate_of_an_unknown_authority_is_refused(mail: Mail) -> None:
    told(replace(mail.new_box().imap, ca_file=None), CertificateRefused, "ca_file")
    told(replace(mail.starttls(mail.new_box()).imap, ca_file=None), CertificateRefused, "ca_file")


def test_a_file_of_authorities_that_cannot_be_read_is_told(mail: Mail, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    for file in (empty, tmp_path / "missing.pem"):
        told(replace(mail.new_box().imap, ca_file=file), CertificateRefused, "ca_file", file.name)


# In the middle of things

SIZES = b'* 1 FETCH (UID 5 RFC822.SIZE 9 INTERNALDATE "22-Nov-2026 15:00:00 +0500")\r\n'
SIZES += b'* 2 FETCH (UID 6 RFC822.SIZE 9 INTERNALDATE "nonsense")\r\n{tag} OK done\r\n'
BODY = b"* %d FETCH (UID %d BODY[] {9}\r\nA: b\r\n\r\nx)\r\n{tag} OK done\r\n"
OPENED = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_a_letter_that_the_server_cannot_read_is_handed_over_without_text_and_the_others_whole() -> None:
    answers = {
        "UID FETCH 5,6 (RFC822.SIZE": SIZES,
        "UID FETCH 5,6 (BODY": f"{{tag}} NO {CANARY}\r\n".encode(),
        "UID FETCH 5 (BODY": f"{{tag}} NO {CANARY}\r\n".encode(),
        "UID FETCH 6 (BODY": BODY % (2, 6),
    }
    with scripted(imap(answers)) as heard, Mailbox.open(heard.server, FOLDERS, now=OPENED) as mailbox:
        [batch] = mailbox.fetch([5, 6])
    assert [(one.origin.uid, one.raw) for one in batch] == [(5, None), (6, b"A: b\r\n\r\nx")]
    assert [one.received_at for one in batch] == [OPENED, OPENED]  # the second had none that can be read


def test_a_server_that_is_unwell_is_asked_again_later_and_nothing_is_held_for_it() -> None:
    answers = {
        "UID FETCH 5,6 (RFC822.SIZE": SIZES,
        "UID FETCH": f"{{tag}} NO [INUSE] {CANARY}\r\n".encode(),
    }
    with scripted(imap(answers)) as heard, Mailbox.open(heard.server, FOLDERS) as mailbox:
        with pytest.raises(CommandRefused, match=r"INUSE.*tried again") as caught:
            list(mailbox.fetch([5, 6]))
        assert CANARY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "reply",
    [
        None,
        b"* BYE shutting down\r\n",
        b"* 1 FETCH (UID 5 BODY[] {900}\r\nA: b\r\n",  # and never the rest
        b"* 1 FETCH (UID 5 BODY[] {4}\r\nA: b\r\n\r\nx)\r\n{tag} OK done\r\n",  # a wrong length
        b"\x00\xff{tag}\r\n",
        b"{tag} BAD " + b"x" * 100 + b"\r\n",
    ],
)
def test_a_line_that_breaks_in_the_middle_of_a_letter_is_one_fault_of_ours(
    reply: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.connection.TIMEOUT", 0.3)
    answers = {"UID FETCH 5,6 (RFC822.SIZE": SIZES, "UID FETCH": reply}
    with scripted(imap(answers)) as heard:
        try:
            with Mailbox.open(heard.server, FOLDERS) as mailbox:
                read = [one for batch in mailbox.fetch([5, 6]) for one in batch]
        except ServerFault as fault:
            assert heard.server.where in str(fault)
        else:
            assert all(one.raw is None for one in read)  # held for a person, never a piece of a letter


def test_a_full_folder_is_told_and_the_rest_is_filed() -> None:
    answers = {
        "UID FETCH 5 (FLAGS": b"* 1 FETCH (UID 5 FLAGS ())\r\n{tag} OK done\r\n",
        "UID FETCH 6 (FLAGS": b"* 2 FETCH (UID 6 FLAGS ())\r\n{tag} OK done\r\n",
        "UID MOVE 5": f"{{tag}} NO [OVERQUOTA] {CANARY}\r\n".encode(),
    }
    with scripted(imap(answers)) as heard, Mailbox.open(heard.server, FOLDERS) as mailbox:
        with pytest.raises(CommandRefused, match=r"OVERQUOTA.*mailbox is full") as caught:
            mailbox.file({Filing.HELD: [5], Filing.EXPUNGED: [6]})
        assert CANARY not in str(caught.value)
    assert heard.said(b"UID STORE 6 +FLAGS.SILENT (\\DELETED)")
    commands = [line.partition(b" ")[2] for line in heard.lines]
    assert commands.index(b"UID EXPUNGE 6\r\n") < commands.index(b'UID MOVE 5 "Senim/Held"\r\n')


def test_no_other_command_ever_expunges() -> None:
    answers = {
        "UID FETCH": b"* 1 FETCH (UID 5 FLAGS ())\r\n* 2 FETCH (UID 6 FLAGS ())\r\n{tag} OK done\r\n",
        "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n",
    }
    with scripted(imap(answers)) as heard, Mailbox.open(heard.server, FOLDERS) as mailbox:
        mailbox.file({Filing.JOURNALED: [5], Filing.EXPUNGED: [6]})
    assert heard.said(b"UID COPY 5")
    assert not heard.said(b"EXPUNGE")
    assert not heard.said(b"CLOSE")  # it expunges, too (RFC 9051 §6.4.1)


def test_an_inbox_that_may_only_be_read_is_told() -> None:
    readonly = b"* OK [UIDVALIDITY 7] fine\r\n{tag} OK [READ-ONLY] done\r\n"
    with scripted(imap({"SELECT": readonly})) as heard:
        told(heard.server, CommandRefused, "no right")


def test_check_says_what_a_poor_server_lacks() -> None:
    gmail = b"* CAPABILITY IMAP4rev1 X-GM-EXT-1 SPECIAL-USE\r\n{tag} OK done\r\n"
    bins = b'* LIST (\\HasNoChildren \\Trash) "/" "[Gmail]/&BBoEPgRABDcEOAQ9BDA-"\r\n{tag} OK done\r\n'
    answers = {"CAPABILITY": gmail, 'LIST "" "*"': bins}
    with scripted(imap(answers)) as heard, Mailbox.open(heard.server, FOLDERS) as mailbox:
        findings = {name: remedy for name, ok, remedy in mailbox.probe() if not ok}
    assert "another provider" in findings["UIDPLUS"]
    assert "[Gmail]/Корзина" in findings["Gmail destroys letters"]
