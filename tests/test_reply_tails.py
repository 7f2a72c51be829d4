"""What offices, telephones and machines put below a reply is no measure; what only sounds like it is one."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from intake.message import Message
from intake.reply import read_reply
from reports.slip import Slip
from tests.corpora import files
from tests.real_replies import Real, several, single
from tests.replies import APPEALS, message

MEASURE = "сынып жетекшісімен сөйлестім, ертең анасы келеді"
INTRODUCED = "\n\n2026 ж. 23 қар., дс 15:00, Сенім жәшігі <box@school.example> жазды:\n\n"
TAILS = (
    "Бұл хат және оған қоса берілген файлдар құпия болып табылады.\nҚателесіп алсаңыз, хатты жойыңыз.",
    "Осы хабарлама тек алушыға арналған және құпия ақпарат\nболуы мүмкін.",
    "Настоящее сообщение и любые приложения к нему\nконфиденциальны и предназначены только для адресата.",
    "Внимание! Это письмо может содержать конфиденциальную информацию.",
    "КОНФИДЕНЦИАЛЬНОСТЬ: информация в этом письме предназначена только для адресата",
    "This e-mail and any attachments are confidential.\nIf you are not the intended recipient, delete it.",
    "CONFIDENTIALITY NOTICE: This message may contain privileged information.",
    "The information contained in this communication is confidential.",
    "Құрметпен, Сейітқызы Айгүл\nпедагог-психолог\n№15 мектеп-лицейі\nтел.: +7 701 123 45 67\nАстана қ.",
    "С уважением,\nАйгуль Сейткызы\nпедагог-психолог\nКГУ «Школа-лицей №15»\n+7 (701) 123-45-67\nг. Астана",
    "С уважением, педагог-психолог школы Айгуль",
    "С ув. Айгуль",
    "Айгүл Сейітқызы\nпедагог-психолог\nтел.: +7 701 123 45 67",
    "---\nАйгүл Сейітқызы, психолог",
    "-- \nАйгүл",
    "iPhone-нан жіберілді",
    "Samsung Galaxy құрылғысынан жіберілді",
    "Android жүйесіне арналған Outlook арқылы жіберілді",
    "Отправлено с Redmi Note 12",
    "Отправлено с POCO",
    "Отправлено с моего устройства",
    "Отправлено из мобильной Почты Mail.ru",
    "Отправлено из мобильного приложения Яндекс Почты",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Скачать Outlook для Android",
    "Android жүйесіне арналған Outlook қолданбасын алу",
    "Без вирусов. www.avast.ru",
    "Вірусқа тексерілген",
    "This email has been checked for viruses by Avast antivirus software.\nwww.avast.com",
    "Прежде чем распечатать это письмо, подумайте об экологии",
)
MEASURES = (
    "Құрметпен қарым-қатынас туралы сынып сағаты өтті",
    "с уважением к старшим: тема классного часа",
    "Құпия әңгіме өткізілді, файлдар қаралды",
    "Отправлено от имени школы письмо по почте",
    "Компьютер сыныбында барлық құрылғы вирусқа тексерілді",
    "Психолог пен директор ата-анасымен сөйлесті",
    "Анасымен сөйлестім\n+7 701 123 45 67",
)
COUNTS = {"replies": 0, "answers lost": 0, "foreign text stored": 0}


def quoted(letter: Real) -> str:
    return INTRODUCED + "\n".join(f"> {line}" for one in letter.pieces for line in one.text.splitlines())


def read(own: str, letter: Real) -> Slip:
    slip = read_reply(message(own + quoted(letter)), letter.sent)
    assert not slip.not_understood
    return slip


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["glued", "apart"])
def test_what_stands_below_the_words_is_left_off(tail: str, gap: str) -> None:
    for letter, own in ((single("kk"), MEASURE), (several("kk", APPEALS), f"№12: {MEASURE}")):
        (line,) = read(own + gap + tail, letter).measures
        assert (line.numbers, line.text) == ((12,), MEASURE)


@pytest.mark.parametrize("words", MEASURES)
def test_a_measure_that_only_mentions_such_words_stays_whole(words: str) -> None:
    for own in (words, f"{MEASURE}.\n{words}"):
        (line,) = read(own, single("kk")).measures
        assert line.text == own


def test_what_may_be_a_notice_is_asked_back_and_not_stored() -> None:
    own = f"{MEASURE}\nБұл хат құпия."
    slip = read_reply(message(own + quoted(single("kk"))), single("kk").sent)
    assert slip.measures == ()
    assert slip.not_understood == (own,)


def tails_of_clients() -> list[tuple[str, str]]:
    """What real clients and people put below «Hello», or between their words and the quotation."""
    found = []
    for name, raw in files("talon", "replies-ru-kk"):
        text = raw.decode("utf-8", "replace")
        if name.endswith(".eml"):
            body = message_from_bytes(raw, policy=default)
            assert isinstance(body, EmailMessage)
            part = body.get_body(("plain",))
            text = str(part.get_content()) if part is not None else ""
            if text.lstrip().startswith("Hello"):
                found.append((name, text.lstrip().removeprefix("Hello").split("\n\nOn ")[0]))
        elif name.startswith("replies-ru-kk") and text.startswith(("Провели", "Сыныппен")):
            found.append((name, text.partition("\n")[2]))
        elif name.endswith("_signature"):
            found.append((name, "\n-- \n" + text))
    return [(name, tail.strip("\n")) for name, tail in found if tail.strip()]


def test_the_tails_of_real_clients_cost_no_answer_and_add_none(capsys: pytest.CaptureFixture[str]) -> None:
    faults = []
    for name, tail in tails_of_clients():
        for letter, own in ((single("kk"), MEASURE), (several("kk", APPEALS), f"№12: {MEASURE}")):
            came: Message = message(f"{own}\n\n{tail}{quoted(letter)}")
            slip = read_reply(came, letter.sent)
            said = {(line.numbers, line.text) for line in slip.measures}
            COUNTS["replies"] += 1
            COUNTS["answers lost"] += ((12,), MEASURE) not in said
            COUNTS["foreign text stored"] += len(said - {((12,), MEASURE)})
            if said != {((12,), MEASURE)}:
                faults.append((name, tail, slip))
    with capsys.disabled():
        print("\ntails of mail programs:", ", ".join(f"{name} {count}" for name, count in COUNTS.items()))
    assert not faults, faults[0]
