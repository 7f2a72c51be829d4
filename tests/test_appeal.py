"""From a letter to an appeal: who signed it, what is kept of who did not, its words from any program."""

import quopri
from base64 import encodebytes
from dataclasses import fields as fields_of
from dataclasses import replace
from datetime import date
from email.header import Header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.appeal import anonymous_text, brief, language_of, own_subject, to_appeal
from intake.form import SUBJECTS, FormFields
from intake.message import parse
from journal.model import Appeal, Applicant, Channel, Term
from tests.cleaned import clean
from tests.test_cleaning import PLANTED

TERM = Term(received_on=date(2026, 11, 22), registered_on=date(2026, 11, 23), due_on=date(2026, 12, 14))
WORDS = "Балам асханада тамақ ішуден қорқады."


def letter(body: str, sender: str = "family@mail.example", subject: str = "", more: str = "") -> Appeal:
    subject = Header(subject, "utf-8").encode() if subject else ""
    head = f"From: {sender}\r\nSubject: {subject}\r\n{more}Content-Type: text/plain; charset=utf-8\r\n\r\n"
    return to_appeal(
        parse(head.encode() + body.encode()), None, term=TERM, default_language="kk", clean=clean
    )


def form(fields: FormFields, raw: bytes = b"From: box@school.example\r\n\r\nx") -> Appeal:
    return to_appeal(parse(raw), fields, term=TERM, default_language="kk", clean=clean)


# -- signed or anonymous ----------

NAMED = "Ерлан Маратов <erlan@mail.example>"
SIGNED = [
    (WORDS, NAMED, "", ("Маратов", "Ерлан", "")),
    (WORDS, '"Сейітқызы Айгүл" <a@mail.example>', "", ("Сейітқызы", "Айгүл", "")),
    (f"{WORDS}\n\nЕрлан Маратов", "e@mail.example", "", ("Маратов", "Ерлан", "")),
    (f"{WORDS}\nҚұрметпен,\nАйгүл Сейітқызы", "e@mail.example", "", ("", "Айгүл", "Сейітқызы")),
    (
        f"{WORDS}\n\nС уважением, Мария Петровна Иванова.",
        "e@mail.example",
        "",
        ("Иванова", "Мария", "Петровна"),
    ),
    (
        f"{WORDS}\n\nЕрлан Маратов\nтел. 8 701 000 00 00\n7Ә сынып",
        "e@mail.example",
        "",
        ("Маратов", "Ерлан", ""),
    ),
    (f"Аты-жөнім: Әлиев Данияр Маратұлы\n{WORDS}", "e@mail.example", "", ("Әлиев", "Данияр", "Маратұлы")),
    (f"ФИО: Әлиев Данияр\n{WORDS}", "e@mail.example", "", ("Әлиев", "Данияр", "")),
    (f"{WORDS}\nЯ пишу не анонимно.", NAMED, "", ("Маратов", "Ерлан", "")),
    ("Сыныпта анонимді чат бар, онда ренжітеді.", NAMED, "", ("Маратов", "Ерлан", "")),
    (f"{WORDS}\n\n> жасырын\n> анонимно", NAMED, "", ("Маратов", "Ерлан", "")),
]
ANONYMOUS = [
    (WORDS, "e@mail.example", ""),
    (WORDS, "Arujan2012 <e@mail.example>", ""),
    (WORDS, "Аружан <e@mail.example>", ""),
    (WORDS, "Мама Аружан <e@mail.example>", ""),
    (WORDS, "А. Маратова <e@mail.example>", ""),
    (WORDS, "Trust Box <e@mail.example>", ""),
    (WORDS, f"{NAMED}\r\nFrom: {NAMED}", ""),
    (WORDS, NAMED, "Жасырын"),
    (WORDS, NAMED, "анонимно"),
    (WORDS, NAMED, "Анонимное обращение о столовой"),
    (WORDS, NAMED, "Anonymous letter"),
    (f"Жасырын.\n{WORDS}", NAMED, ""),
    (f"{WORDS}\n\n(анонимно)", NAMED, ""),
    (f"{WORDS}\n*Жасырын өтініш*", NAMED, ""),
    (f"Здравствуйте, пишу анонимно. {WORDS}", NAMED, ""),
    (f"Хочу остаться анонимным. {WORDS}", NAMED, ""),
    (f"{WORDS} Пожалуйста, не называйте моё имя.", NAMED, ""),
    (f"{WORDS} Не говорите никому, кто я, прошу. Не говорите ему кто я.", NAMED, ""),
    (f"Мен жасырын жазып отырмын. {WORDS}", NAMED, ""),
    (f"{WORDS} Атымды айтпаңыз.", NAMED, ""),
    (f"{WORDS} Есімімді жария етпеңіздер.", NAMED, ""),
    (f"I write anonymously. {WORDS}", NAMED, ""),
    (f"I'd like to stay anonymous. {WORDS}", NAMED, ""),
    (f"Please do not tell my name. {WORDS}", NAMED, ""),
    ("Меня обижают:\n\nАсқар Маратов", "e@mail.example", ""),  # not the writer's name
    ("Меня обижают Асқар и\nЕрлан Маратов", "e@mail.example", ""),
    (f"{WORDS}\n\nДобрый День", "e@mail.example", ""),
    (f"{WORDS}\n\nСпасибо Вам", "e@mail.example", ""),
    (f"{WORDS}\n\n> Ерлан Маратов", "e@mail.example", ""),
    (f"{WORDS}\n\n-- \nЕрлан Маратов", "e@mail.example", ""),  # a program's signature is not a decision
    (f"{WORDS}\n\n22.11.2026 15:00, Данияр Әлиев <d@school.example> жазды:\n> x", "e@mail.example", ""),
]


@pytest.mark.parametrize(("body", "sender", "subject", "parts"), SIGNED)
def test_a_letter_with_a_name_is_signed(
    body: str, sender: str, subject: str, parts: tuple[str, str, str]
) -> None:
    applicant = letter(body, sender, subject).applicant
    assert applicant is not None
    assert (applicant.surname, applicant.given_name, applicant.patronymic) == parts
    assert applicant.email == sender.partition("<")[2].strip(">") or applicant.email == sender


@pytest.mark.parametrize(("body", "sender", "subject"), ANONYMOUS)
def test_a_letter_in_any_doubt_is_anonymous(body: str, sender: str, subject: str) -> None:
    assert letter(body, sender, subject).applicant is None


def test_a_signed_letter_keeps_its_words_and_files_as_sent() -> None:
    raw = (
        f"From: {NAMED}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        f"--b\r\n\r\n{WORDS}\r\n\r\n> quoted\r\n-- \r\nme\r\n"
        "--b\r\nContent-Type: image/jpeg; name=a.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    ).encode() + encodebytes(PLANTED["jpeg"])
    appeal = to_appeal(parse(raw + b"\r\n--b--"), None, term=TERM, default_language="kk", clean=clean)
    assert appeal.applicant == Applicant(surname="Маратов", given_name="Ерлан", email="erlan@mail.example")
    assert appeal.text == f"{WORDS}\n\n> quoted\n--\nme"
    assert appeal.attachments[0].content == PLANTED["jpeg"]
    assert (appeal.channel, appeal.term) == (Channel.LETTER, TERM)


# -- the form ----------

TYPED = FormFields(
    anonymous=False, surname="Маратова", given_name="Аружан", address="Алматы", email="a@mail.example",
    class_group="7Ә", phone="8 701", subject="Асхана", text=WORDS, language="ru", urgent=True,
)  # fmt: skip


def test_a_signed_form_becomes_a_signed_appeal() -> None:
    assert form(TYPED) == Appeal(
        applicant=Applicant(
            surname="Маратова", given_name="Аружан", address="Алматы", email="a@mail.example"
        ),
        term=TERM,
        channel=Channel.PAGE,
        content="Асхана",
        text=WORDS,
        language="ru",
        class_group="7Ә",
        phone="8 701",
        urgent=True,
    )


@pytest.mark.parametrize(
    "fields", [replace(TYPED, anonymous=True), replace(TYPED, surname="", given_name="")]
)
def test_a_form_without_a_name_is_anonymous_and_keeps_class_and_telephone(fields: FormFields) -> None:
    appeal = form(fields)
    assert appeal.applicant is None
    assert (appeal.class_group, appeal.phone, appeal.urgent) == ("7Ә", "8 701", True)


def test_a_plain_letter_is_never_urgent_by_itself() -> None:
    assert not letter("СРОЧНО! ШҰҒЫЛ!", subject="Urgent").urgent


def test_an_appeal_may_be_only_a_picture() -> None:
    raw = b"Content-Type: image/jpeg; name=a.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    appeal = to_appeal(
        parse(b"From: e@mail.example\r\n" + raw + encodebytes(PLANTED["jpeg"])),
        None,
        term=TERM,
        default_language="kk",
        clean=clean,
    )
    assert (appeal.text, appeal.content, appeal.language) == ("", "", "kk")
    assert [file.name for file in appeal.attachments] == ["1.jpg"]


# -- anonymity: two letters with the same words are the same appeal ----------

LONG = (
    "Сәлеметсіз бе! Менің сыныптасым күн сайын ақшамды тартып алады, мен үндемеймін, өйткені қорқамын.\n"
    "Ол тағы екі балаға да солай істейді.\n"
    "Көмектесіңізші: не істеу керек екенін білмеймін, үйге де айта алмай жүрмін, ал мұғалім байқамайды."
)


def wrapped(text: str, width: int, soft: str = "") -> str:
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            if line and len(line) + 1 + len(word) > width:
                lines.append(line + soft)
                line = word
            else:
                line = f"{line} {word}".strip()
        lines.append(line)
    return "\r\n".join(lines)


def part(kind: str, encoding: str, body: bytes) -> str:
    encoded = encodebytes(body) if encoding == "base64" else quopri.encodestring(body)
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{encoded.decode()}"


def gmail(text: str) -> str:
    html = "".join(f"<div>{line}</div>" for line in text.split("\n"))
    plain = part("text/plain; charset=UTF-8", "base64", wrapped(text, 76).encode())
    rich = part("text/html; charset=UTF-8", "quoted-printable", html.encode())
    both = f"--b\r\n{plain}\r\n--b\r\n{rich}\r\n--b--"
    return (
        "DKIM-Signature: v=1; b=Canary1\r\nReceived: by 203.0.113.7\r\nMessage-ID: <canary2@g.example>\r\n"
        f'From: canary3@gmail.example\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n{both}'
    )


def outlook(text: str) -> str:
    html = "".join(f"<p class=MsoNormal><span>{line}<o:p></o:p></span></p>\r\n" for line in text.split("\n"))
    closing = "".join(
        f"<p class=MsoNormal>{line}</p>" for line in ("&nbsp;", "С уважением,", "Canary4 Canary5")
    )
    page = f"<html><head><title>Canary8</title></head>{html}{closing}".encode()
    head = "From: canary6@outlook.example\r\nThread-Index: Canary7\r\nX-Originating-IP: [203.0.113.7]\r\n"
    return head + part("text/html; charset=utf-8", "quoted-printable", page)


def iphone(text: str) -> str:
    body = f"{text}\r\n\r\niPhone құрылғысынан жіберілді".encode()
    head = "From: canary9@icloud.example\r\nX-Mailer: iPhone Mail (Canary)\r\n"
    return head + part("text/plain; charset=utf-8", "base64", body)


def thunderbird(text: str) -> str:
    body = wrapped(text, 72, soft=" ") + "\r\n\r\n-- \r\nCanary10 Canary11\r\ncanary@mail.example"
    head = "From: canary12@mail.example\r\nUser-Agent: Canary13\r\nDate: Sun, 22 Nov 2026 03:04 +0500\r\n"
    return head + part("text/plain; charset=UTF-8; format=flowed", "quoted-printable", body.encode())


def yandex(text: str) -> str:
    body = "".join(f"<div>{line}</div>" for line in text.replace(" ", "\u00a0 ", 1).split("\n"))
    closing = "<div> </div><div>-- <br />Отправлено из Canary14</div>"
    quoted = "<blockquote><p>Canary15</p></blockquote>"
    head = "From: canary16@yandex.example\r\nCc: canary17@x.example\r\n"
    return head + part("text/html; charset=utf-8", "base64", (body + closing + quoted).encode())


def kz1048(text: str) -> str:
    body = wrapped(text, 70).encode("kz1048")
    head = "From: canary18@mail.example\r\nReply-To: canary19@x.example\r\n"
    return head + part("text/plain; charset=windows-1251", "quoted-printable", body)


PROGRAMS = [gmail, outlook, iphone, thunderbird, yandex, kz1048]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("text", [LONG, WORDS, "Бір.\nЕкі.\nҮш.", "- бір\n- екі"])
def test_five_programs_and_one_text_make_one_appeal(program: object, text: str) -> None:
    assert callable(program)
    appeal = to_appeal(parse(program(text).encode()), None, term=TERM, default_language="kk", clean=clean)
    assert appeal == Appeal(
        applicant=None, term=TERM, channel=Channel.LETTER, content=brief("", text), text=text, language="kk"
    )


def test_no_trace_of_the_sender_is_in_any_field() -> None:
    for program in PROGRAMS:
        appeal = repr(
            to_appeal(parse(program(LONG).encode()), None, term=TERM, default_language="kk", clean=clean)
        )
        assert "anary" not in appeal
        assert "203.0.113.7" not in appeal
        assert "22, 3" not in appeal  # no hour


def test_an_anonymous_appeal_has_only_the_fields_of_the_allow_list() -> None:
    kept = {
        "applicant", "term", "channel", "content", "text", "language", "class_group", "phone", "urgent",
        "attachments", "refused",
    }  # fmt: skip
    assert {field.name for field in fields_of(Appeal)} == kept  # a new field needs a decision here


def test_the_pictures_of_an_anonymous_letter_are_written_anew_and_the_rest_is_named_by_kind() -> None:
    parts = [
        part(f"{kind}; name={name}", "base64", content)
        for kind, name, content in [
            ("image/jpeg", "Canary.jpg", PLANTED["jpeg"]),
            ("application/msword", "Canary.doc", b"x"),
            ("application/pkcs7-signature", "smime.p7s", b"x"),
            ("text/vcard", "Canary.vcf", b"x"),
        ]
    ]
    inner = "Content-Type: message/rfc822\r\n\r\nFrom: canary@x.example\r\n\r\nCanary"
    body = "".join(f"--b\r\n{one}\r\n" for one in [f"\r\n{WORDS}", *parts, inner])
    raw = f"From: canary@mail.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{body}--b--"
    appeal = to_appeal(parse(raw.encode()), None, term=TERM, default_language="kk", clean=clean)
    assert [file.name for file in appeal.attachments] == ["1.jpg"]
    assert appeal.refused == (".doc", ".eml")
    assert "anary" not in repr(appeal)


CUT = [
    (f"{WORDS}\n\n-- \nАружан", WORDS),
    (f"{WORDS}\n\nОтправлено с iPhone", WORDS),
    (f"{WORDS}\n\niPhone-нан жіберілді", WORDS),
    (f"{WORDS}\n\nSent from my Galaxy", WORDS),
    (f"{WORDS}\n\nОтправлено из мобильной Почты Mail", WORDS),
    (f"{WORDS}\n\nGet Outlook for Android", WORDS),
    (f"{WORDS}\n\nС уважением,\nАружан", WORDS),
    (f"{WORDS}\n\nҚұрметпен, Аружан", WORDS),
    (f"{WORDS}\n\nвс, 22 нояб. 2026 г. в 15:00, Box <box@school.example>:\n> хат", WORDS),
    (f"{WORDS}\n\n22 қар. 2026 ж., жс 15:00 уақытында, Box\n<box@school.example> жазды:\n> хат", WORDS),
    (f"{WORDS}\n\nOn Sun, 22 Nov 2026 at 15:00, Box <box@school.example> wrote:\n\n> хат", WORDS),
    (f"{WORDS}\n\n-----Original Message-----\nFrom: a\nSent: b\n\nхат", WORDS),
    (f"{WORDS}\n\nОт: Box\nОтправлено: 22 ноября\nКому: Аружан\n\nхат", WORDS),
    (f"{WORDS}\n________________________________\nFrom: a\nSent: b\nхат", WORDS),
    # What a child wrote stays, also when it looks a little like the above.
    ("Асқар маған жазды:\nсен ақымақсың", "Асқар маған жазды:\nсен ақымақсың"),
    ("Бір\n--\n" + "екі\n" * 12, "Бір\n--\n" + "\n".join(["екі"] * 12)),
    ("С уважением отношусь к учителю, но он кричит.", "С уважением отношусь к учителю, но он кричит."),
    ("Бір.\n________\nЕкі.", "Бір.\n________\nЕкі."),
    ("Отправлено с угрозами письмо.\nПомогите.", "Отправлено с угрозами письмо.\nПомогите."),
    # A forwarded threat is the appeal; who it names by address is not kept.
    (
        "Қараңызшы.\n\n---------- Forwarded message ---------\nFrom: Canary <c@x.example>\nTo: a@x.example\n"
        "\nМен сені табамын.",
        "Қараңызшы.\nМен сені табамын.",
    ),
    ("> Мен сені табамын.\n> canary@x.example", "Мен сені табамын."),
    ("-- \nАружан Маратова", ""),
]


@pytest.mark.parametrize(("written", "kept"), CUT)
def test_what_programs_add_is_cut_and_words_stay(written: str, kept: str) -> None:
    assert anonymous_text(written) == kept


@given(st.text(max_size=400))
def test_any_text_gives_a_text(text: str) -> None:
    once = anonymous_text(text)
    assert "\n\n" not in once
    assert "  " not in once


# -- content and language ----------

OWN_SUBJECTS = [
    ("Асхана", "Асхана"),
    ("Re: Fwd: Асхана", "Асхана"),
    ("Отв: RE[2]: Асхана", "Асхана"),
    ("Жауап: Асхана", "Асхана"),
    ("Fwd:", ""),
    ("(no subject)", ""),
    ("Без темы", ""),
    ("анонимно", ""),
    ("Жасырын өтініш!", ""),
    (SUBJECTS["kk"], ""),
    (f"Re: {SUBJECTS['ru']}", ""),
    ("Реальная помощь: нужна", "Реальная помощь: нужна"),
]


@pytest.mark.parametrize(("subject", "own"), OWN_SUBJECTS)
def test_the_family_s_own_subject_is_the_brief_content(subject: str, own: str) -> None:
    assert own_subject(subject) == own
    assert brief(own, "Мәтін.") == (own or "Мәтін.")


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("", ""),
        ("Қысқа мәтін", "Қысқа мәтін"),
        ("Бір сөйлем. " * 30, " ".join(["Бір сөйлем."] * 16)),
        ("Бірінші сөйлем қысқа. " + "сөз " * 100, "Бірінші сөйлем қысқа. " + "сөз " * 43 + "сөз…"),
        ("Бұл сөйлем едәуір ұзақ, ол тек осы жерде ғана аяқталады. " + "сөз " * 100,
         "Бұл сөйлем едәуір ұзақ, ол тек осы жерде ғана аяқталады."),
        ("а" * 300, "а" * 200 + "…"),
        ("Ол 7.5 балл алды! " * 20, " ".join(["Ол 7.5 балл алды!"] * 11)),
    ],
)  # fmt: skip
def test_without_a_subject_the_first_sentences_are(text: str, content: str) -> None:
    assert brief("", text) == content


@given(st.text(max_size=700))
def test_the_brief_content_is_one_short_line(text: str) -> None:
    content = brief("", text)
    assert len(content) <= 201
    assert "\n" not in content


LANGUAGES = [
    (LONG, "kk"),
    ("Мен коркамын деп айттым, мектепке баргым келмейди, не болды екен", "kk"),  # without Kazakh letters
    ("КӨМЕКТЕСІҢІЗ", "kk"),
    ("В столовой грязно и холодно.", "ru"),
    ("Меня обижает Асқар из 7Ә, скажите Айгүл Сейітқызы.", "ru"),
    ("ПОМОГИТЕ МНЕ", "ru"),
    ("The canteen is dirty.", "en"),
    ("", "kk"),
    ("12345 !!!", "kk"),
    ("😀", "kk"),
]


@pytest.mark.parametrize(("text", "language"), LANGUAGES)
def test_the_language_is_that_of_the_words(text: str, language: str) -> None:
    assert language_of(text, "kk") == language
