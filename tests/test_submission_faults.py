"""Submitting a letter to servers that refuse it, break off or lie: is it sent, refused, or not known?"""

import traceback
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import SMTP

import pytest
from aiosmtpd.controller import Controller
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.server import NotSecured, Security, ServerFault, Unreachable
from intake.submission import OutcomeUnknown, Refused, SenderRefused
from tests.letters import AIGUL, letter, send
from tests.misbehaving import Heard, Post, scripted, smtp
from tests.servers import free_ports


@pytest.fixture(scope="module")
def running() -> Iterator[Post]:
    [port] = free_ports(1)
    post = Post(port)
    controller = Controller(post, hostname="127.0.0.1", port=port, decode_data=False)
    controller.start()
    yield post
    controller.stop()


@pytest.fixture
def post(running: Post) -> Post:
    running.forget()
    return running


@pytest.mark.parametrize(
    ("step", "said", "fault", "permanent"),
    [
        ("MAIL", "451 4.3.0 later", Unreachable, None),
        ("MAIL", "550 5.7.1 not your address", SenderRefused, None),
        ("MAIL", "552 5.3.4 too large", Refused, True),
        ("RCPT", "450 4.2.1 greylisted", Refused, False),
        ("RCPT", "452 4.2.2 mailbox full", Refused, False),
        ("RCPT", "550 5.1.1 unknown", Refused, True),
        ("DATA", "421 4.3.2 going down", Refused, False),
        ("DATA", "451 4.7.1 greylisted", Refused, False),
        ("DATA", "552 5.2.2 too large", Refused, True),
        ("DATA", "554 5.7.1 spam", Refused, True),
        ("DATA", "354 what?", OutcomeUnknown, None),
    ],
)
def test_each_refusal_is_told_apart(
    post: Post, step: str, said: str, fault: type[ServerFault], permanent: bool | None
) -> None:
    post.says[step] = f"{said} canary"
    with pytest.raises(fault) as caught:
        send(post.server, letter())
    if isinstance(caught.value, Refused):
        assert caught.value.permanent is permanent
        assert caught.value.code == int(said[:3])
    for secret in ("canary", AIGUL):
        assert secret not in "".join(traceback.format_exception(caught.value))


def test_without_eight_bits_the_letter_is_written_in_seven_and_says_the_same(post: Post) -> None:
    post.eight_bits = False
    send(post.server, letter().as_bytes())
    [taken] = post.taken
    assert taken.isascii()
    assert "BODY=8BITMIME" not in post.options
    assert "Бүгін жаңа өтініш жоқ." in body_of(taken)


def body_of(raw: bytes) -> str:
    return str(message_from_bytes(raw, policy=SMTP).get_content())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.binary(max_size=200) | st.text(alphabet=".\r\nab").map(str.encode))
def test_every_letter_arrives_as_it_was_but_for_its_line_ends(post: Post, body: bytes) -> None:
    post.taken.clear()
    raw = b"From: box@school.example\r\n\r\n" + body
    send(post.server, raw)
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    assert post.taken == [b"".join(line + b"\r\n" for line in lines)]


@pytest.mark.parametrize(
    "recipient",
    [
        "a@b.example>\r\nRCPT TO:<x@y.example",
        "a@b.example\r\nDATA",
        "a,b@c.example",
        "Айгүл@school.example",
        "a b@c.example",
    ],
)
def test_an_address_that_is_none_never_reaches_the_server(post: Post, recipient: str) -> None:
    with pytest.raises(Refused) as caught:
        send(post.server, letter(), recipient)
    assert caught.value.permanent
    assert post.taken == []


GREETING = b"220 here\r\n"


def test_when_the_line_breaks_after_the_final_dot_the_outcome_is_unknown() -> None:
    with scripted(smtp({b".\r\n": None}), greeting=GREETING) as heard:
        with pytest.raises(OutcomeUnknown, match="unchanged"):
            send(heard.server, b"a: b\r\n\r\nx\r\n")
        assert heard.said(b".\r\n")


def test_when_no_answer_comes_after_the_final_dot_the_outcome_is_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("intake.submission.FINAL_PATIENCE", 0.3)
    with scripted(smtp({b".\r\n": b""}), greeting=GREETING) as heard, pytest.raises(OutcomeUnknown):
        send(heard.server, b"a: b\r\n\r\nx\r\n")


@pytest.mark.parametrize("step", [b"EHLO", b"AUTH", b"MAIL", b"RCPT", b"DATA"])
def test_when_the_line_breaks_before_the_final_dot_nothing_was_sent(step: bytes) -> None:
    with scripted(
        smtp({step: None, b"HELO": None, b"ehlo": None if step == b"EHLO" else b"250 AUTH PLAIN\r\n"}),
        greeting=GREETING,
    ) as heard:
        with pytest.raises(Unreachable, match="broke the connection off"):
            send(heard.server, b"a: b\r\n\r\nx\r\n")
        assert not heard.said(b".\r\n")


def test_when_the_line_breaks_at_the_farewell_the_letter_is_sent() -> None:
    with scripted(smtp({b"QUIT": None}), greeting=GREETING) as heard:
        send(heard.server, b"a: b\r\n\r\nx\r\n")
    assert heard.said(b".\r\n")


@pytest.mark.parametrize("refusal", [b"454 not today\r\n", b"502 what?\r\n"])
def test_without_starttls_neither_password_nor_letter_is_said(refusal: bytes) -> None:
    for offered in (b"250 AUTH PLAIN\r\n", b"250-STARTTLS\r\n250 AUTH PLAIN\r\n"):
        answers = {b"EHLO": offered, b"STARTTLS": refusal}
        with scripted(smtp(answers), greeting=GREETING, security=Security.STARTTLS) as heard:
            with pytest.raises(NotSecured, match="ever sent in clear"):
                send(heard.server, letter())
            assert_nothing_said(heard)


def assert_nothing_said(heard: Heard) -> None:
    for word in (b"AUTH", b"MAIL", b"DATA"):
        assert not heard.said(word)


def test_a_server_that_lets_nobody_in_just_now_is_tried_again() -> None:
    answer = smtp({b"AUTH": b"454 4.7.0 later\r\n"})
    with scripted(answer, greeting=GREETING) as heard, pytest.raises(Unreachable, match="454"):
        send(heard.server, letter())
