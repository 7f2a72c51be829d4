"""The whole way as a school lives it: letters in, the Journal, 15:00, a reply, measures."""

import io
import time
from datetime import datetime, timedelta
from email.header import Header
from email.message import EmailMessage

from PIL import Image

from intake.form import FormFields, write_form
from journal.model import Attachment
from tests.moments import A_MOMENT
from tests.school import ALMATY, SchoolUnderTest, at, plain_letter, reply_to

FORTY = 40
KILLED_DURING = 10
MARIA = Header("Мария Петрова", "utf-8").encode()
AIGUL = Header("Айгүл Сейіт", "utf-8").encode()
MEASURES = """№3: ата-анасымен әңгіме өткізілді
№7, 8: сынып жетекшісімен сөйлестім
№11: кезекшілік күшейтілді
№40: құжат қаралды"""


def photo_with_place() -> bytes:
    """A small JPEG that says in its EXIF where it was taken."""
    picture = Image.new("RGB", (64, 48), (200, 120, 40))
    exif = Image.Exif()
    exif[0x010F] = "CANARY-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def by_page(
    school: SchoolUnderTest, language: str, text: str, *, name: str = "", file: Attachment | None = None
) -> bytes:
    surname, _, given = name.partition(" ")
    fields = FormFields(
        anonymous=not name, surname=surname, given_name=given, class_group="7Ә", language=language, text=text
    )
    files = (file,) if file else ()
    letter = write_form(
        fields, files, box=school.box.address, submission_id=f"{time.time_ns():032x}", now=A_MOMENT
    )
    return letter.as_bytes()


def with_document(name: str, n: int) -> bytes:
    letter = EmailMessage()
    letter["From"] = f"{Header(name, 'utf-8').encode()} <father@family.example>"
    letter["To"] = "box@school.example"
    letter["Subject"] = "Өтініш пен құжат"
    letter["Message-ID"] = f"<{time.time_ns()}@family.example>"
    letter.set_content(f"Сәлем! №{n} құжатты қоса жіберіп отырмын, қарап шығуыңызды сұраймын.")
    letter.add_attachment(b"%PDF-1.4 canary", maintype="application", subtype="pdf", filename="anyqtama.pdf")
    return letter.as_bytes()


def family_letters(school: SchoolUnderTest) -> list[bytes]:
    """Forty letters of every kind that the regulation's box will see."""
    photo = Attachment(name="IMG_2031.jpg", media_type="image/jpeg", content=photo_with_place())
    html = "<html><body><p>Балама <b>асханада</b> тамақ жетпей жатыр.</p><p>{}</p></body></html>"
    letters: list[bytes] = []
    for n in range(5):
        letters += [
            by_page(school, "kk", f"Сыныпта мені келемеждейді, көмектесіңізші. Бұл {n} рет болды."),
            by_page(school, "ru", f"Меня обижают, помогите. Это было {n} раз.", name="Ахметова Айша"),
            by_page(school, "en", f"Somebody takes my lunch money, this is time {n}.", file=photo),
            plain_letter(f"Жасырын\n\nҚызымды автобуста итереді, {n}-аялдамада.", sender="a@family.example"),
            plain_letter(
                f"Прошу разобраться со звонками после уроков, случай {n}.",
                charset="windows-1251",
                sender=f"{MARIA} <m@family.example>",
            ),
            plain_letter(html.format(n), kind="text/html; charset={}", sender=f"{AIGUL} <s@family.example>"),
            plain_letter(f"Пишу анонимно. В раздевалке пропадают вещи, шкаф {n}.", charset="koi8-r"),
            with_document("Болат Серік", n),
        ]  # fmt: skip
    return letters


def test_forty_appeals_and_a_killed_worker_then_15_00_then_five_measures(school: SchoolUnderTest) -> None:
    only_tomorrow(school)  # the worker lives at the real time of day: today's 15:00 may have passed
    letters = family_letters(school)
    assert len(letters) == FORTY
    for letter in letters[:-KILLED_DURING]:
        school.write(letter)
    school.box_holds(FORTY - KILLED_DURING)
    kill_again_and_again_while(school, letters[-KILLED_DURING:])
    school.senim("pull", "--now", at("14:50"))
    school.senim("pull", "--now", at("14:55"))  # a second run changes nothing

    entries = school.entries()
    assert [entry["number"] for entry in entries] == list(range(1, FORTY + 1))
    assert len({(entry["text"], entry["surname"]) for entry in entries}) == FORTY
    assert sum(entry["anonymous"] for entry in entries) == 20
    assert {entry["language"] for entry in entries} == {"kk", "ru", "en"}
    assert school.inbox() == []
    assert "CANARY-CAMERA" not in str(school.mail.messages(school.box.address, "Senim/Journaled"))

    school.senim("send", "--now", at("15:00"))
    school.senim("send", "--now", at("15:01"))
    for reader in school.readers:
        school.mail.wait_for(reader.address, 1)
        assert len(school.letters(reader)) == len(school.letters(reader, "daily")) == 1

    (daily,) = school.letters(school.psychologist, "daily")
    school.write(reply_to(daily, MEASURES, school.psychologist.address), sender=school.psychologist.address)
    school.box_holds(1)
    school.senim("pull", "--now", at("15:20"))
    school.senim("send", "--now", at("15:21"))

    measured = {entry["number"]: entry["measures"] for entry in school.entries() if entry["measures"]}
    assert sorted(measured) == [3, 7, 8, 11, 40]
    assert measured[8][0]["text"] == "сынып жетекшісімен сөйлестім"
    assert {one["by"] for lines in measured.values() for one in lines} == {"Айгүл Сейітқызы"}
    school.mail.wait_for(school.psychologist.address, 2)
    (confirmation,) = school.letters(school.psychologist, "confirmation")
    assert "кезекшілік күшейтілді" in confirmation.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert school.inbox() == []
    assert len(school.register()) == FORTY + 1
    school.senim("journal", "verify")


def only_tomorrow(school: SchoolUnderTest) -> None:
    """All readers get their letter on tomorrow's day of the week alone."""
    day = (datetime.now(ALMATY) + timedelta(days=1)).strftime("%a").lower()
    config = school.folder / "config.yaml"
    config.write_text(config.read_text().replace("role: ", f"days: [{day}], role: "))


def kill_again_and_again_while(school: SchoolUnderTest, letters: list[bytes]) -> None:
    """Send letters while a worker starts, works and is killed with SIGKILL at ever another moment."""
    for step, letter in enumerate(letters):
        worker = school.start("run")
        school.write(letter)
        time.sleep(0.35 + 0.17 * step)  # from «hardly started» to «well into its first pass»
        worker.kill()
        worker.communicate()
