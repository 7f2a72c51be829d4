"""One message becomes the few things that we ever look at."""

import pickle
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.message import Message, Unreadable, parse, sole_address

WORDS = "Балам асханада тамақтан қорқады."


def raw(*header: str, body: bytes = b"x") -> bytes:
    return "\r\n".join(header).encode() + b"\r\n\r\n" + body


def letter(**changes: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Айгүл Сейітқызы <psy@school.example>"
    mail["To"] = "box@school.example"
    mail["Subject"] = "Асхана туралы"
    mail.set_content(WORDS)
    for name, value in changes.items():
        mail[name.replace("_", "-")] = value
    return mail


def test_a_plain_letter_is_read_whole() -> None:
    mail = letter(
        Message_ID="<1@mail.example>", In_Reply_To="<a@b>", References="<c@d> <a@b>", Cc="a@B.example"
    )
    message = parse(bytes(mail))
    assert message.subject == "Асхана туралы"
    assert message.text == WORDS
    assert message.html == ""
    assert message.message_id == "<1@mail.example>"
    assert message.references == ("<a@b>", "<c@d>")
    assert message.recipients == ("box@school.example", "a@b.example")
    assert sole_address(message) == "psy@school.example"
    assert message.attachments == ()


def test_what_is_read_can_cross_to_another_process() -> None:
    mail = letter()
    mail.add_attachment(b"x", "image", "jpeg", filename="a.jpg")
    message = parse(bytes(mail))
    assert pickle.loads(pickle.dumps(message)) == message


# -- From ----------

PLAIN = [
    ("From: psy@school.example", "psy@school.example"),
    ("From: PSY@School.Example", "psy@school.example"),
    ("From: <psy@school.example>", "psy@school.example"),
    ("From: Aigul <psy@school.example>", "psy@school.example"),
    ('From: "Seitqyzy, Aigul" <psy@school.example>', "psy@school.example"),
    ("From: =?utf-8?b?0JDQudCz0q/Quw==?= <psy@school.example>", "psy@school.example"),
    ("From: =?utf-8?b?0JDQudCz0q/Quw==?=\r\n =?utf-8?q?_X?= <psy@school.example>", "psy@school.example"),
    ("From: Айгүл <psy@school.example>", "psy@school.example"),
    ("From:\r\n psy@school.example", "psy@school.example"),
    ("From: o'neil+x=y@school.example", "o'neil+x=y@school.example"),
]
DOUBTFUL = [
    "From: psy@school.example\r\nFrom: eve@evil.example",
    "From: psy@school.example\r\nfrom: psy@school.example",
    "From: psy@school.example, eve@evil.example",
    "From: psy@school.example <eve@evil.example>",
    '"psy@school.example" <eve@evil.example>',
    "From: (psy@school.example) eve@evil.example",
    "From: psy@school.example (eve)",
    "From: psy@school.example(comment)",
    "From: staff: psy@school.example;",
    "From: <psy@school.example> <eve@evil.example>",
    "From: <<psy@school.example>>",
    "From: <@evil.example:psy@school.example>",
    "From: =?utf-8?q?psy=40school.example?=",
    "From: =?utf-8?q?psy?=@school.example",
    "From: <=?utf-8?q?psy?=@school.example>",
    "From: =?utf-8?q?=3Cpsy=40school.example=3E?=",
    "From: psy@school.example\0",
    "From: psy\0@school.example",
    "From: psy\x1b@school.example",
    "From: psy\u200b@school.example",
    "From: psy\u202e@school.example",
    "From: psy@sсhool.example",  # a Cyrillic «с»
    'From: "psy"@school.example',
    "From: psy@[127.0.0.1]",
    "From: psy@localhost",
    "From: psy @school.example",
    "From: psy@school.example,",
    "From:",
    "To: psy@school.example",
]


@pytest.mark.parametrize(("field", "address"), PLAIN)
def test_one_plain_address_is_believed(field: str, address: str) -> None:
    assert sole_address(parse(raw(field))) == address


@pytest.mark.parametrize("field", DOUBTFUL)
def test_an_address_in_any_doubt_is_not_believed(field: str) -> None:
    assert sole_address(parse(raw(field))) is None


def test_a_display_name_that_poses_as_an_address_is_only_a_name() -> None:
    message = parse(
        raw("From: =?utf-8?q?=22psy=40school.example=22_=3Cpsy=40school.example=3E=2C?= <eve@evil.example>")
    )
    assert sole_address(message) == "eve@evil.example"


@given(st.text(max_size=60).filter(lambda text: not set(text) & set("\r\n")))
def test_any_from_field_gives_an_address_or_none(field: str) -> None:
    address = sole_address(parse(raw(f"From: {field}")))
    assert address is None or (address.count("@") == 1 and address.isascii() and address == address.lower())


# -- header ----------

SUBJECTS = [
    ("=?utf-8?b?0JDRgdGF0LDQvdCw?=", "Асхана"),
    ("=?UTF-8?Q?=D0=90=D1=81=D1=85=D0=B0=D0=BD=D0=B0?=", "Асхана"),
    ("=?koi8-r?b?z8LJxME=?=", "обида"),
    ("=?windows-1251?Q?=EE=E1=E8=E4=E0?=", "обида"),
    ("=?utf-8?q?=D0?= =?utf-8?q?=90=D1=81?=", "Ас"),  # a letter cut between two words
    ("=?utf-8?q?=D0=90?=\r\n =?utf-8?q?=D1=81?= x", "Ас x"),
    ("=?utf-8*kk?q?=D0=90?=", "А"),
    ("=?nonsense?q?abc?=", "abc"),
    ("=?zlib_codec?b?eJw=?= x", None),
    ("=?utf-8?b?not base64 at all", "=?utf-8?b?not base64 at all"),
    ("=?utf-8?q?=3D=3Futf-8=3Fq=3Fabc=3F=3D?=", "=?utf-8?q?abc?="),  # decoded once, not twice
    ("a\t b\r\n  c", "a b c"),
    ("x\u202ey\u200b\x07z", "xyz"),
]


@pytest.mark.parametrize(("written", "shown"), SUBJECTS)
def test_a_subject_as_a_person_reads_it(written: str, shown: str | None) -> None:
    subject = parse(raw(f"Subject: {written}")).subject
    assert shown is None or subject == shown


@pytest.mark.parametrize("codec", ["utf-8", "cp1251", "koi8-r"])
def test_a_subject_in_raw_letters_is_guessed(codec: str) -> None:
    message = parse("Subject: В столовой опять грязно\r\n\r\nx".encode(codec))
    assert message.subject == "В столовой опять грязно"


def test_recipients_come_from_every_field_that_a_server_writes() -> None:
    message = parse(
        raw(
            "To: Box <Box+r.1@school.example>, b@c.example",
            "Delivered-To: d@e.example",
            "X-Original-To: f@g.example",
        )
    )
    assert message.recipients == ("box+r.1@school.example", "b@c.example", "d@e.example", "f@g.example")


def test_authentication_results_stay_raw_and_in_their_order() -> None:
    message = parse(
        raw(
            "Authentication-Results: mx.example;\r\n dmarc=pass",
            "From: a@b.example",
            "Authentication-Results: x; y",
        )
    )
    assert message.authentication_results == ("mx.example; dmarc=pass", "x; y")


def test_who_else_may_have_sent_it_is_kept() -> None:
    message = parse(raw("From: a@b.example", "Sender: c@d.example", "Resent-From: e@f.example"))
    assert message.sender_fields == ("c@d.example", "e@f.example")


MARKS = [
    ("Auto-Submitted: auto-replied (vacation); x", "auto_submitted", "auto-replied (vacation)"),
    ("Auto-Submitted: no\r\nAuto-Submitted: auto-generated", "auto_submitted", "auto-generated"),
    ("Auto-Submitted: No", "auto_submitted", "no"),
    ("Precedence: Bulk", "precedence", "bulk"),
    ("List-Id: <x.example>", "list_id", True),
    ("List-Unsubscribe: <mailto:x@y>", "list_id", True),
    ("X-Senim-Letter: daily", "our_letter", "daily"),
    ("X-Autoreply: yes", "autoreply", True),
    ("In-Reply-To: <a@b>\r\nSubject: Автоответ: x", "autoreply", True),
    ("In-Reply-To: <a@b>\r\nSubject: =?utf-8?q?Automatic_reply:_x?=", "autoreply", True),
    ("Subject: Автоответ учителя меня обидел", "autoreply", False),  # nobody's letter was answered
    ("X-Auto-Response-Suppress: All", "autoreply", False),
    ("Content-Type: multipart/report; boundary=b", "delivery_report", True),
    ("X-Failed-Recipients: a@b", "delivery_report", True),
    ("From: Mail Delivery System <Mailer-Daemon@mx.example>", "delivery_report", True),
    ("From: postmaster@mx.example", "delivery_report", False),
    ("From: postmaster@mx.example\r\nSubject: Undeliverable: x", "delivery_report", True),
    ("From: a@mx.example\r\nSubject: Undeliverable: x", "delivery_report", False),
    ("Return-Path: <>", "null_sender", True),
    ("Return-Path: <a@b>", "null_sender", False),
    ("X-Spam-Flag: YES", "spam", True),
    ("X-Spam-Status: Yes, score=9", "spam", True),
    ("X-Spam-Status: No, score=1", "spam", False),
    ("Subject: [SPAM] x", "spam", False),
]


@pytest.mark.parametrize(("field", "mark", "value"), MARKS)
def test_what_a_message_says_of_itself(field: str, mark: str, value: object) -> None:
    assert getattr(parse(raw(field)).marks, mark) == value


# -- bodies ----------


def multipart(kind: str, *parts: bytes, head: str = "From: a@b.example") -> bytes:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return raw(head, f"Content-Type: multipart/{kind}; boundary=b", body=body + b"--b--\r\n")


def text(words: str, kind: str = "plain", charset: str = "utf-8") -> bytes:
    return (
        f"Content-Type: text/{kind}; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode()
        + words.encode(charset)
    )


HTML = text(f"<div>{WORDS}</div><blockquote>old</blockquote>", "html")


def test_an_html_only_letter_gives_text() -> None:
    message = parse(b"From: a@b.example\r\n" + HTML)
    assert message.text == message.html == f"{WORDS}\n\n> old"


@pytest.mark.parametrize("empty", ["", " \r\n\t\r\n", "\u00a0\u200b"])
def test_an_empty_plain_version_gives_way_to_the_html(empty: str) -> None:
    assert parse(multipart("alternative", text(empty), HTML)).text == f"{WORDS}\n\n> old"


def test_of_two_versions_the_plain_one_is_the_text() -> None:
    message = parse(multipart("alternative", text("жай мәтін"), HTML))
    assert message.text == "жай мәтін"
    assert message.html == f"{WORDS}\n\n> old"


def test_a_footer_in_plain_text_does_not_hide_an_html_letter() -> None:
    assert (
        parse(multipart("mixed", HTML, text("checked by antivirus"))).text
        == f"{WORDS}\n\n> old\n\nchecked by antivirus"
    )


@pytest.mark.parametrize("kind", ["plain", "html"])
@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "koi8-r", "utf-16"])
def test_russian_in_every_charset(charset: str, kind: str) -> None:
    assert (
        parse(b"From: a@b.example\r\n" + text("В столовой грязно", kind, charset)).text == "В столовой грязно"
    )


def test_unlabelled_eight_bit_text_is_guessed() -> None:
    assert (
        parse(raw("From: a@b.example", body="Меня обижают в школе".encode("cp1251"))).text
        == "Меня обижают в школе"
    )


def test_the_charset_in_the_html_itself_is_used() -> None:
    body = '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>да'.encode("koi8-r")
    assert parse(raw("Content-Type: text/html", body=body)).text == "да"


def test_a_byte_order_mark_before_the_header_hides_nothing() -> None:
    message = parse(b"\xef\xbb\xbf" + raw("From: a@b.example", "Subject: x"))
    assert (sole_address(message), message.subject) == ("a@b.example", "x")


def test_flowed_text_is_joined() -> None:
    body = b"Long \r\nline \r\nends.\r\n> quoted \r\n> too\r\n stuffed\r\n-- \r\nme"
    message = parse(raw("Content-Type: text/plain; format=flowed", body=body))
    assert message.text == "Long line ends.\n> quoted too\nstuffed\n--\nme"
    message = parse(raw("Content-Type: text/plain; format=flowed; delsp=yes", body="Бір \r\nсөз".encode()))
    assert message.text == "Бірсөз"


def test_text_is_made_clean() -> None:
    message = parse(raw(body="\ufeffa\0b\x1bc\u200bd\u202ee\r\nf\u2028g \u0438\u0306 \r\n".encode()))
    assert message.text == "abcde\nf\ng й"


def test_a_multipart_whose_boundary_never_comes_is_shown() -> None:
    message = parse(raw("Content-Type: multipart/mixed; boundary=never", body=b"the words"))
    assert message.text == "the words"


# -- attachments ----------


def names(message: Message) -> list[str]:
    return [file.name for file in message.attachments]


def test_attachments_come_with_their_bytes() -> None:
    mail = letter()
    mail.add_attachment(bytes(range(256)), "image", "jpeg", filename="сурет.jpg")
    (file,) = parse(bytes(mail)).attachments
    assert (file.name, file.media_type, file.content) == ("сурет.jpg", "image/jpeg", bytes(range(256)))


FILE_NAMES = [
    ("filename=a.jpg", "a.jpg"),
    ("filename*=utf-8''%D1%81.jpg", "с.jpg"),
    ("filename*0*=utf-8''%D1;\r\n filename*1*=%81.jpg", "с.jpg"),
    ("filename*=windows-1251''%F1.jpg", "с.jpg"),
    ('filename="=?utf-8?b?0YEuanBn?="', "с.jpg"),
    ("filename=с.jpg", "с.jpg"),
    ('filename="../../etc/passwd"', "passwd"),
    ('filename="C:\\\\Users\\\\Arujan\\\\a.jpg"', "a.jpg"),
    ('filename="a\u202egpj.exe"', "agpj.exe"),
    ('filename="..."', "file.jpg"),
    ('filename=""', "file.jpg"),
    ("filename*99999999999999999999=x", "x"),
    ("", "file.jpg"),
]


@pytest.mark.parametrize(("parameter", "name"), FILE_NAMES)
def test_file_names_are_safe_and_readable(parameter: str, name: str) -> None:
    part = f"Content-Type: image/jpeg\r\nContent-Disposition: attachment; {parameter}\r\n\r\nx".encode()
    assert names(parse(multipart("mixed", part))) == [name]


def test_a_long_name_is_cut_before_its_ending() -> None:
    name = "ә" * 500 + ".jpg"
    part = f"Content-Disposition: attachment; filename={name}\r\n\r\nx".encode()
    (name,) = names(parse(multipart("mixed", part)))
    assert name.endswith("ә.jpg")
    assert len(name.encode()) <= 150


def test_two_files_of_one_name_are_told_apart() -> None:
    part = b"Content-Type: image/jpeg; name=a.jpg\r\n\r\nx"
    assert names(parse(multipart("mixed", part, part))) == ["a.jpg", "a (2).jpg"]


def test_a_picture_without_any_name_is_not_lost() -> None:
    part = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\neHg="
    (file,) = parse(multipart("mixed", part)).attachments
    assert (file.name, file.content) == ("file.png", b"xx")


def test_an_attached_letter_is_kept_shut_as_it_came() -> None:
    inner = b"Subject: inner\r\nReceived: " + b"from x by y " * 300 + b"\r\n\r\ninner words\r\n"
    message = parse(multipart("mixed", text(WORDS), b"Content-Type: message/rfc822\r\n\r\n" + inner))
    assert message.text == WORDS
    (file,) = message.attachments
    assert (file.name, file.media_type) == ("letter.eml", "message/rfc822")
    assert b"inner words" in file.content
    assert b"Subject: inner" in file.content


def test_an_attached_letter_with_a_form_part_is_no_form() -> None:
    part = b"Content-Type: application/json; name=senim.json\r\n\r\n{}"
    inner = (
        b"Content-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n"
        + part
        + b"\r\n--c--"
    )
    assert parse(multipart("mixed", inner)).form_part is None
    assert parse(multipart("mixed", part)).form_part == b"{}"
    assert parse(multipart("mixed", part, part)).form_part is None  # which of the two?


def test_too_many_parts_are_put_aside() -> None:
    with pytest.raises(Unreadable) as refused:
        parse(multipart("mixed", *[b"\r\nx"] * 201))
    assert refused.value.reason == "too-many-parts"


def test_a_book_is_put_aside() -> None:
    with pytest.raises(Unreadable) as refused:
        parse(raw(body=b"hello world\r\n" * 30_000))
    assert refused.value.reason == "text-too-long"


def test_a_message_id_holds_nothing_that_turns_a_line_around() -> None:
    raw = "Message-ID: <1\u202e|\u200b2@mail.example>\r\n\r\nмәтін".encode()
    assert parse(raw).message_id == "<1|2@mail.example>"
