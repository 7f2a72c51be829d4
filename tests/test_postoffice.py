"""The demo's own post office behaves as a real provider does, in all that Senim relies on."""

import gc
import imaplib
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

import pytest
import trustme

from intake.demo.postoffice import HOST, PostOffice

BOX = "senim@mektep.example"
AIGUL = "aigul@mektep.example"
PASSWORDS = {BOX: "a password", AIGUL: "another one"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """The open post office and the certificate that its visitors trust."""

    office: PostOffice
    trust: ssl.SSLContext

    def submission(self, who: str) -> smtplib.SMTP_SSL:
        line = smtplib.SMTP_SSL(HOST, self.office.smtp_port, context=self.trust, timeout=10)
        line.login(who, PASSWORDS[who])
        return line

    def mailbox(self, who: str) -> imaplib.IMAP4_SSL:
        line = imaplib.IMAP4_SSL(HOST, self.office.imap_port, ssl_context=self.trust, timeout=10)
        line.authenticate("PLAIN", lambda _: f"\0{who}\0{PASSWORDS[who]}".encode())
        line.select()
        return line


@pytest.fixture(scope="module")
def certificates() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    authority = trustme.CA()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HOST).configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return server, client


@pytest.fixture
def town(certificates: tuple[ssl.SSLContext, ssl.SSLContext]) -> Iterator[Town]:
    server, client = certificates
    with PostOffice(PASSWORDS, server) as office:
        yield Town(office=office, trust=client)


def a_letter(sender: str = AIGUL, to: str = BOX) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"], letter["Subject"] = sender, to, "Сәлем"
    letter.set_content("Бірінші жол\n.\n..екінші\n", cte="8bit")
    return letter


def test_a_letter_arrives_byte_for_byte_under_the_servers_own_lines(town: Town) -> None:
    letter = a_letter()
    with town.submission(AIGUL) as line:
        line.send_message(letter)
    box = town.mailbox(BOX)
    uid = box.uid("search", "ALL")[1][0].split()[0].decode()
    fetched = box.uid("fetch", uid, "(RFC822.SIZE INTERNALDATE BODY.PEEK[])")[1][0]
    head, raw = fetched[0], fetched[1]
    assert raw.endswith(letter.as_bytes())
    assert raw.startswith(b"Return-Path: <aigul@mektep.example>\r\n")
    assert f"RFC822.SIZE {len(raw)}".encode() in head
    assert b"+0000" in head
    assert box.uid("search", "UNSEEN")[1][0].split() == [uid.encode()]
    assert town.office.folder(BOX)[0].raw == raw
    box.logout()


def test_a_subaddress_reaches_the_box_and_keeps_its_token(town: Town) -> None:
    with town.submission(AIGUL) as line:
        line.send_message(a_letter(to="senim+r.0123abcd@mektep.example"))
    assert b"Delivered-To: senim+r.0123abcd@mektep.example\r\n" in town.office.folder(BOX)[0].raw


def test_moving_and_expunging_leave_the_inbox_empty(town: Town) -> None:
    with town.submission(AIGUL) as line:
        line.send_message(a_letter())
        line.send_message(a_letter())
    box = town.mailbox(BOX)
    first, second = box.uid("search", "ALL")[1][0].decode().split()
    assert box.create("Senim/Journaled")[0] == "OK"
    assert box.uid("MOVE", first, "Senim/Journaled")[0] == "OK"
    box.uid("STORE", second, "+FLAGS", r"(\Deleted)")
    assert box.uid("EXPUNGE", second)[0] == "OK"
    assert box.uid("search", "ALL")[1] == [b""]
    box.logout()
    assert town.office.folder(BOX) == []
    assert len(town.office.folder(BOX, "Senim/Journaled")) == 1
    assert town.office.folder(BOX, "Senim/Held") == []


def test_a_conversation_outlives_a_clearing_of_memory(town: Town) -> None:
    box = town.mailbox(BOX)
    for _ in range(3):
        gc.collect()
        assert box.noop()[0] == "OK"
    box.logout()


def test_nobody_writes_in_anothers_name(town: Town) -> None:
    with town.submission(AIGUL) as line:
        with pytest.raises(smtplib.SMTPSenderRefused):
            line.send_message(a_letter(sender=BOX))
        with pytest.raises(smtplib.SMTPDataError):
            line.send_message(a_letter(sender=BOX), from_addr=AIGUL)
    assert town.office.folder(BOX) == []


def test_a_stranger_sends_and_reads_nothing(town: Town) -> None:
    with smtplib.SMTP_SSL(HOST, town.office.smtp_port, context=town.trust, timeout=10) as line:
        with pytest.raises(smtplib.SMTPSenderRefused):
            line.send_message(a_letter())
        with pytest.raises(smtplib.SMTPAuthenticationError):
            line.login(AIGUL, "guessed")
    box = imaplib.IMAP4_SSL(HOST, town.office.imap_port, ssl_context=town.trust, timeout=10)
    with pytest.raises(imaplib.IMAP4.error):
        box.login(AIGUL, "guessed")
    box.shutdown()


def test_a_letter_to_nobody_is_refused_at_once(town: Town) -> None:
    with town.submission(AIGUL) as line, pytest.raises(smtplib.SMTPRecipientsRefused):
        line.send_message(a_letter(to="nobody@mektep.example"))


def test_it_closes_while_someone_is_still_logged_in(
    certificates: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, client = certificates
    with PostOffice(PASSWORDS, server) as office:
        box = Town(office=office, trust=client).mailbox(AIGUL)
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        for _ in range(3):
            box.noop()
    box.shutdown()
