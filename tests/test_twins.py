"""The twin test: two schools get the same words, all else about the letters differs, and nothing shows it.

It needs no list of places. Sender, mail program, structure, alphabet, zone, hour, files' names and metadata,
browser: whatever of them reached any output of the system would make the two outputs differ.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from journal.tables import links, metadata
from tests.command import open_journal
from tests.databases import PostgreSQL
from tests.desk import believed
from tests.form_mailers import VISITOR, Typed, mailed
from tests.marked_files import photo, picture
from tests.marked_letters import browser_headers
from tests.page import BOUNDARY, Desk, File, multipart
from tests.page import SCHOOL as PAGE_SCHOOL
from tests.school import ALMATY, JOURNAL, at, open_school, reply_to
from tests.servers import Account, Mail
from tests.whole_life import Life, generalisations, make_room_elsewhere

pytestmark = pytest.mark.real

WORDS = {"who": "anonymous", "class_group": "7Ә", "phone": "+7 701 000 00 00", "language": "kk"}
ON_PAGE = "Сыныпта мені келемеждейді.\nКүнде үзілісте заттарымды алып қояды."
ON_A_SITE = "Спортзалда жарық жанбайды, қараңғыда жаттығамыз."
KAZAKH = (
    "Жасырын хат.",
    "Асханада кіші сыныптарды кезектен итеріп шығарады, ешкім тоқтатпайды.",
    "Көмектесіңізші.",
)
RUSSIAN = "Анонимно.", "В раздевалке пропадают вещи, а дежурных на этаже нет.", "Помогите, пожалуйста."


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """How the same words came to one of the two schools."""

    hour: int
    page: Callable[[Desk], object]
    kazakh: bytes
    russian: bytes
    form: bytes  # of another site


def drawing(level: int) -> bytes:
    out = io.BytesIO()
    picture().save(out, "PNG", compress_level=level, dpi=(71 + level, 72))
    return out.getvalue()


def by_telephone(desk: Desk) -> object:
    """Three files with names that a telephone gives; the name was typed and then given up."""
    files = (
        File(name="IMG_2031.JPG", content=photo(), media_type="image/jpeg"),
        File(name="Screenshot.png", content=drawing(1), media_type="image/png"),
        File(name="хат.docx", content=drawing(3), media_type="application/msword"),
    )
    fields = WORDS | {
        "text": ON_PAGE.replace("\n", "\r\n"),
        "surname": "Ахметова",
        "email": "a@family.example",
    }
    headers = browser_headers() | {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return desk.ask("POST", "/?utm=telegram", headers, [multipart(fields, files)])


def by_computer(desk: Desk) -> object:
    files = (
        File(name="Аружан 7Ә.jpeg", content=photo("upload", trailer=50_000)),
        File(name="2.png", content=drawing(9), media_type="image/x-png"),
        File(name="letter.DOCX", content=drawing(6)),
    )
    fields = {"text": ON_PAGE + "\n\n", **WORDS, "address": "Абай көшесі, 1"}
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Accept-Language": "ru"}
    body = multipart(fields, files)
    return desk.ask("POST", "/", headers, [body[at : at + 1000] for at in range(0, len(body), 1000)])


def by_iphone(lines: tuple[str, ...]) -> bytes:
    """Plain text in UTF-8, the device's signature, a photo as the camera made it."""
    letter = EmailMessage()
    letter["From"] = "Аружан <aruzhan@family.example>"
    letter["X-Mailer"] = "iPhone Mail (19H12)"
    letter["Date"] = "Sun, 22 Nov 2026 08:01:02 +0500"
    letter["Message-ID"] = "<one@family.example>"
    letter.set_content("\n\n".join((*lines, "Отправлено с iPhone")), cte="8bit")
    letter.add_attachment(photo(), "image", "jpeg", filename="IMG_2031.jpeg", cid="<1@iphone>")
    return letter.as_bytes()


def by_outlook(lines: tuple[str, ...]) -> bytes:
    """Both kinds of text, wrapped and in HTML of its own kind, with an address book's signature below."""
    letter = EmailMessage()
    letter["From"] = "work.place@family.example"
    letter["Cc"] = "other@family.example"
    letter["Thread-Index"] = "AdZkCANARY=="
    letter["Date"] = "Sun, 22 Nov 2026 18:30:00 -0800"
    letter["References"] = "<older@family.example>"
    letter.set_content(
        "\n\n".join((*lines, "-- \nСәуле Ахметова\nTel. 8 701 111 11 11")), cte="quoted-printable"
    )
    paragraphs = "".join(f"<p class=MsoNormal>{line}<o:p></o:p></p>" for line in lines)
    letter.add_alternative(f"<html><!-- Word 15 --><body lang=RU>{paragraphs}</body></html>", subtype="html")
    same = photo("upload", trailer=9)
    letter.add_attachment(same, "application", "octet-stream", filename="Аружан.jpg", disposition="inline")
    return letter.as_bytes()


def in_koi8(lines: tuple[str, ...]) -> bytes:
    head = "From: <a@family.example>\r\nUser-Agent: Mutt\r\nContent-Type: text/plain; charset=koi8-r\r\n"
    return f"{head}Content-Transfer-Encoding: 8bit\r\n\r\n".encode() + "\r\n\r\n".join(lines).encode("koi8-r")


def in_html(lines: tuple[str, ...]) -> bytes:
    """HTML alone, in windows-1251 without a label where mail programs look for one."""
    body = "<br><br>".join(lines)
    page = f'<html><head><meta charset="windows-1251"><title>Ахметова</title></head><body>{body}'
    head = b"From: <b@family.example>\r\nX-Mailer: The Bat!\r\nContent-Type: text/html\r\n\r\n"
    return head + page.encode("cp1251") + b"</body></html>"


_HEAD = "X-PHP-Script: school.example/wp.php for 203.0.113.9\r\nX-Mailer: PHPMailer 6.9\r\n"
TWINS = (
    Twin(
        hour=8,
        page=by_telephone,
        kazakh=by_iphone(KAZAKH),
        russian=in_koi8(RUSSIAN),
        form=mailed("Elementor", Typed(text=ON_A_SITE, name="Аружан", mail=VISITOR, anonymous="иә"), "kk"),
    ),
    Twin(
        hour=23,
        page=by_computer,
        kazakh=by_outlook(KAZAKH),
        russian=in_html(RUSSIAN),
        form=mailed("a table", Typed(text=ON_A_SITE, name="Сәуле А.", anonymous="иә"), "kk", head=_HEAD),
    ),
)


def live(
    folder: Path, mail: Mail, server: PostgreSQL | None, twin: Twin, day: datetime, hours: tuple[str, ...]
) -> tuple[Life, object]:
    """Four letters, the 15:00 letters, a reply, the exports; a backup, one destroyed, another restored."""
    folder.mkdir(mode=0o700)
    school = open_school(folder, mail, server.fresh() if server else JOURNAL)
    life = Life(school=school, server=server)
    life.temporary.mkdir(mode=0o700)
    make_room_elsewhere(life)
    elsewhere = f"--config {life.restored}/config.yaml"
    came = day.replace(hour=twin.hour)
    desk = Desk().with_(school=replace(PAGE_SCHOOL, box=school.box.address), clock=lambda: came)
    answer = twin.page(desk)
    for letter in (desk.letters[0].as_bytes(), twin.kazakh, twin.russian, twin.form):
        mail.append(letter, school.box.address, received_at=came)
    life.senim(f"pull --now {hours[0]}", f"send --now {hours[1]}")
    for reader in school.readers:
        mail.wait_for(reader.address, 1)
    (daily,) = school.letters(school.psychologist, "daily")
    reply = reply_to(daily, "№1, 2, 3, 4: әңгіме өткізілді\nфайл 1", school.psychologist.address)
    mail.append(believed(reply), school.box.address, received_at=came)
    life.senim(
        f"pull --now {hours[2]}", f"send --now {hours[3]}",
        "journal export --format json out.json", "journal export --format csv --language ru out.csv",
        *generalisations(),
        "journal show 1", "journal show 2", "journal show 3", "journal list", "journal attachments 1 files",
        "letters list", "journal opened 2", "backup before.age", "purge --number 2 --reason 45",
        "backup after.age", "journal verify --json",
        f"restore {folder}/after.age --next-number 9 {elsewhere}", f"journal list {elsewhere}",
        f"journal export --format json {life.restored}/out.json {elsewhere}",
        f"journal verify --json {elsewhere}",
    )  # fmt: skip
    mail.wait_for(school.psychologist.address, 3)
    return life, answer


def outputs(life: Life) -> dict[str, object]:
    """Everything that the system put out, by name, with what is random or the school's own made even."""
    school = life.school
    found: dict[str, object] = {"out.json": "", "out.csv": "", "restored/out.json": ""}
    found = {name: even(life, (school.folder / name).read_text()) for name in found}
    found |= {path.name: path.read_bytes() for path in (school.folder / "files").iterdir()}
    found["said"] = [even(life, said.decode()) for said in life.said[::2]]
    found["logged"] = [
        even(life, line.split(" ", 2)[2])
        for said in life.said[1::2]
        for line in said.decode().splitlines()
        if " intake." in line
    ]
    for name in ("box", "psychologist", "pedagogue", "deputy"):
        account: Account = getattr(school, name)
        folders = school.mail.folders(account.address)
        found[f"folders of {name}"] = {
            one: len(school.mail.messages(account.address, one)) for one in folders
        }
        if name != "box":
            found[f"letters of {name}"] = [shown(life, letter) for letter in school.letters(account)]
    found |= kept(life, "here", school.folder) | kept(life, "restored", life.restored)
    for backup in life.backups:
        # Unlocked: a locked one has a stanza of random length in its head (age's «grease»).
        found[f"size of {backup.name}"] = len(life.unlocked(backup))
    if not life.server:
        found["size of the database"] = (school.folder / "journal.db").stat().st_size
    return found


def kept(life: Life, name: str, folder: Path) -> dict[str, object]:
    """What a Journal holds, read with its key; and each of its rows as one sees it without."""
    found: dict[str, object] = {}
    with open_journal(folder) as journal:
        found[f"entries {name}"] = list(journal.entries())
        found[f"attachments {name}"] = [journal.attachments(number) for number in (1, 2, 3, 4)]
        with journal.store.reading() as connection:
            for table in metadata.sorted_tables:
                rows = map(dict, connection.execute(select(table)).mappings())
                seen = [seen_without_the_key(life, row) for row in rows]
                # Their keys are random, and so is their order.
                found[f"table {table.name} {name}"] = sorted(seen, key=str) if table is links else seen
    return found


def seen_without_the_key(life: Life, row: Mapping[str, object]) -> dict[str, object]:
    """What is sealed has a length still, and that must tell nothing either.

    The news of a restored Journal is due at the moment in which it was restored.
    """
    row = {**row, "due_at": None} if row.get("kind") == "notice" else row
    seen: dict[str, object] = {}
    for name, value in row.items():
        if isinstance(value, bytes):
            seen[name] = f"{len(value)} bytes"
        elif name != "uidvalidity":
            seen[name] = even(life, value) if isinstance(value, str) else value
    return seen


def shown(life: Life, letter: EmailMessage) -> list[object]:
    """The fields that we wrote, and every part."""
    ours = {"From", "To", "Reply-To", "Subject", "Date", "X-Senim-Letter", "Content-Language"}
    fields = [(name, even(life, str(value))) for name, value in letter.items() if name in ours]
    parts: Iterator[EmailMessage] = (part for part in letter.walk() if not part.is_multipart())
    contents = [
        (
            part.get_content_type(),
            part.get_filename(),
            even(life, one) if isinstance(one := part.get_content(), str) else one,
        )
        for part in parts
    ]
    return [fields, contents]


def even(life: Life, text: str) -> str:
    """Without addresses of the test and without random ids: tokens, digests."""
    for name in ("box", "psychologist", "pedagogue", "deputy"):
        address = getattr(life.school, name).address
        text = text.replace(address, name).replace(address.partition("@")[0], name)
    text = text.replace(str(life.school.folder), "folder")
    text = re.sub(r"(\.age), [\d.]+ kB", r"\1", text)  # its head has a random length, as above
    return re.sub(r"[0-9a-f]{16,}|\b[0-9a-f]{4}(?:(?:[ \u00a0]|&nbsp;)[0-9a-f]{4}){3}\b", "#", text)


def a_working_day() -> datetime:
    """The last Tuesday, Wednesday or Thursday: the hour of a signed letter would show in its dates then."""
    days = (datetime.now(ALMATY).replace(minute=10) - timedelta(days=back) for back in range(1, 8))
    return next(day for day in days if day.weekday() in (1, 2, 3))


@pytest.mark.parametrize("kept_in", [pytest.param("SQLite", marks=pytest.mark.soak), "PostgreSQL"])
def test_two_schools_that_got_the_same_words_in_letters_as_different_as_can_be_put_out_the_same(
    request: pytest.FixtureRequest, tmp_path: Path, mail: Mail, kept_in: str
) -> None:
    day = a_working_day()
    hours = (at("14:50"), at("15:00"), at("15:20"), at("15:21"))
    folders = (tmp_path / "one", tmp_path / "other")
    server = request.getfixturevalue("postgresql") if kept_in == "PostgreSQL" else None
    with ThreadPoolExecutor() as both:
        one, other = both.map(live, folders, repeat(mail), repeat(server), TWINS, repeat(day), repeat(hours))
    assert one[1] == other[1]  # what the page answered
    first, second = outputs(one[0]), outputs(other[0])
    assert first.keys() == second.keys()
    for name in first:
        assert first[name] == second[name], name
    files: Any = first["attachments here"]
    assert [len(kept) for kept in files] == [3, 0, 0, 0]  # of the second it was destroyed
    entries: Any = first["entries here"]
    assert [entry.text for entry in entries] == [ON_PAGE, "", "\n".join(RUSSIAN), ON_A_SITE]
    assert first["entries restored"] == entries
