"""The form's letter: what the page writes is what the pipeline reads, and people can read it too."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.form import MOST_SHORT, SUBJECTS, FormFields, NotOurForm, read_form, write_form
from intake.message import Message, parse
from intake.text import plain_line, plain_text
from journal.model import Attachment

BOX = "box@school.example"
NOW = datetime(2026, 11, 22, 23, 41, 7, tzinfo=timezone(timedelta(hours=5)))
SIGNED = FormFields(
    anonymous=False,
    surname="Маратова",
    given_name="Аружан",
    patronymic="Серікқызы",
    address="Алматы қ., Абай даңғылы, 1",
    email="arujan@mail.example",
    class_group="7Ә",
    phone="+7 701 000 00 00",
    subject="Асхана",
    text="Асханада тамақ суық.\n\nКөмектесіңіз.",
    language="kk",
    urgent=True,
)
PICTURE = Attachment(name="Аружан үйде.jpg", media_type="image/jpeg", content=bytes(range(256)))


def sent(fields: FormFields, *files: Attachment, number: str = "a1b2c3d4e5") -> bytes:
    return bytes(write_form(fields, files, box=BOX, submission_id=number, now=NOW))


def received(fields: FormFields, *files: Attachment) -> Message:
    return parse(sent(fields, *files))


def read(message: Message) -> FormFields:
    assert message.form_part is not None
    return read_form(message.form_part)


def test_what_was_typed_arrives() -> None:
    message = received(SIGNED, PICTURE)
    assert read(message) == SIGNED
    assert message.attachments == (PICTURE,)
    assert message.submission_id == "a1b2c3d4e5"


short = st.text(max_size=60)
fields = st.builds(
    FormFields,
    anonymous=st.booleans(),
    surname=short,
    given_name=short,
    patronymic=short,
    address=short,
    email=short,
    class_group=short,
    phone=short,
    subject=short,
    text=st.text(max_size=500),
    language=st.sampled_from(["kk", "ru", "en", "", "xx"]),
    urgent=st.booleans(),
)


@given(fields)
def test_any_words_arrive_clean(typed: FormFields) -> None:
    arrived = read(received(typed))
    assert arrived.text == plain_text(typed.text)
    assert arrived.subject == plain_line(typed.subject)
    assert arrived.surname == ("" if typed.anonymous else plain_line(typed.surname))
    assert (arrived.anonymous, arrived.urgent) == (typed.anonymous, typed.urgent)
    assert read(received(arrived)) == arrived  # once clean it stays as it is


def test_an_anonymous_letter_has_no_place_for_a_name() -> None:
    letter = sent(
        FormFields(
            surname="Canary", email="canary@mail.example", address="Canary st.", text="Мәтін", language="kk"
        ),
        Attachment(name="Canary.jpg", media_type="image/jpeg", content=b"x"),
        Attachment(name="secret.canary", media_type="a/b", content=b"x"),
    )
    message = parse(letter)
    everything = letter.decode() + message.text + (message.form_part or b"").decode()
    assert "anary" not in everything
    assert b"surname" not in (message.form_part or b"")
    assert [file.name for file in message.attachments] == ["1.jpg", "2"]


def test_the_letter_goes_from_the_box_to_the_box_and_tells_no_time() -> None:
    letter = write_form(SIGNED, (), box=BOX, submission_id="a1b2c3d4e5", now=NOW)
    assert letter["From"] == letter["To"] == BOX
    assert letter["Date"] == "Sun, 22 Nov 2026 00:00:00 +0000"
    assert letter["Message-ID"] == "<a1b2c3d4e5@school.example>"
    assert letter["Subject"] == SUBJECTS["kk"]
    assert set(letter.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "X-Submission-Id", "MIME-Version", "Content-Type"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("kk", ["Жасырын өтініш", "Шұғыл", "Сыныбы/тобы: 7Ә", "Өтініш мәтіні:\nСөз"]),
        ("ru", ["Анонимное обращение", "Срочно", "Класс/группа: 7Ә", "Текст обращения:\nСөз"]),
        ("en", ["An anonymous appeal", "Urgent", "Class/group: 7Ә", "The appeal:\nСөз"]),
    ],
)
def test_a_person_can_read_it(language: str, words: list[str]) -> None:
    text = received(FormFields(class_group="7Ә", text="Сөз", language=language, urgent=True)).text
    assert all(line in text for line in words)


def test_an_attachment_that_looks_like_our_part_does_not_replace_it() -> None:
    forged = Attachment(name="senim.json", media_type="application/json", content=b'{"senim_form": 1}')
    message = received(SIGNED, forged)
    assert read(message) == SIGNED
    assert [file.name for file in message.attachments] == ["1.json"]


def test_an_attached_letter_stays_a_file() -> None:
    inner = Attachment(name="a.eml", media_type="message/rfc822", content=b"Subject: x\r\n\r\ninner")
    (file,) = received(SIGNED, inner).attachments
    assert (file.name, file.content) == ("a.eml", inner.content)


@pytest.mark.parametrize(
    "box", ["", "box", "a@b.example, c@d.example", "box@school.example\r\nBcc: eve@evil.example"]
)
def test_a_box_that_is_no_address_is_refused(box: str) -> None:
    with pytest.raises(ValueError, match="plain address"):
        write_form(SIGNED, (), box=box, submission_id="a1b2c3d4e5", now=NOW)


@pytest.mark.parametrize("number", ["", "short", "a" * 65, "a1b2c3d4\r\nX: y", "тырнақша1"])
def test_a_submission_id_that_is_none_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="submission id"):
        write_form(SIGNED, (), box=BOX, submission_id=number, now=NOW)


NOT_OURS: list[object] = [
    None,
    [],
    "x",
    {},
    {"senim_form": 2},
    {"senim_form": "1"},
    {"senim_form": True},
    {"senim_form": 1.0},
    {"senim_form": 1, "text": 5},
    {"senim_form": 1, "text": ["x"]},
    {"senim_form": 1, "anonymous": "no"},
    {"senim_form": 1, "urgent": 1},
    {"senim_form": 1, "surname": "x" * (MOST_SHORT + 1)},
    {"senim_form": 1, "text": "x" * 100_001},
]


@pytest.mark.parametrize("values", NOT_OURS)
def test_another_json_is_not_our_form(values: object) -> None:
    with pytest.raises(NotOurForm):
        read_form(json.dumps(values).encode())


@pytest.mark.parametrize(
    "part",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"senim_form": ' + b"1" * 10_000 + b"}", b" " * 2_000_001],
)
def test_bytes_that_are_no_json_are_not_our_form(part: bytes) -> None:
    with pytest.raises(NotOurForm) as refused:
        read_form(part)
    assert len(str(refused.value)) < 100


def test_what_other_sites_leave_out_or_add_is_tolerated() -> None:
    part = json.dumps(
        {"senim_form": 1, "text": "Сөз\u2028ә\ud800", "surname": None, "browser": "x", "language": "de"}
    )
    assert read_form(b"\xef\xbb\xbf" + part.encode()) == FormFields(text="Сөз\nә")


def test_without_a_word_to_the_contrary_it_is_anonymous() -> None:
    assert read_form(b'{"senim_form": 1, "surname": "Canary", "text": "x"}') == FormFields(text="x")


def test_the_example_in_the_manual_is_a_form_of_ours() -> None:
    from pathlib import Path

    manual = (Path(__file__).parents[1] / "docs" / "form-letter.md").read_text("utf-8")
    example = manual.split("```json\n", 1)[1].split("```", 1)[0]
    fields = read_form(example.encode())
    assert fields == FormFields(
        class_group="7Ә", subject="Асхана", text="Асханада тамақ суық.", language="kk"
    )
    assert NOW.astimezone(UTC).day == 22


def test_a_letter_built_by_another_site_as_the_manual_says_is_read() -> None:
    from base64 import encodebytes

    part = json.dumps({"senim_form": 1, "anonymous": False, "surname": "Әлиев", "text": "Сөз"}).encode()
    types = (
        "text/plain; charset=utf-8",
        "application/json; name=senim.json\r\nContent-Disposition: attachment",
    )
    bodies = [
        f"--b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()
        + encodebytes(body)
        for kind, body in zip(types, ("Сөз".encode(), part), strict=True)
    ]
    head = f"From: {BOX}\r\nX-Submission-Id: 0123456789abcdef\r\n"
    head += "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    message = parse(head.encode() + b"".join(bodies) + b"--b--\r\n")
    assert read(message) == FormFields(anonymous=False, surname="Әлиев", text="Сөз")
    assert message.submission_id == "0123456789abcdef"
