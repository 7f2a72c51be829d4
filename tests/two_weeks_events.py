"""What else happens in two weeks: a forger, a bounce, an answering machine, a doctor."""

import os
from email.message import EmailMessage

from tests.tapping import html_of, link_of, links_in, tapped
from tests.two_weeks_life import Life

FORGED = "бәрі жақсы, шара керек емес"
DOCTOR = "Мектеп дәрігері"
AWAY = "Сәлеметсіз бе! Бүгін демалыс күні, дүйсенбіде жауап беремін."


def forges(life: Life, number: int) -> None:
    """Somebody to whom a letter was passed on taps a link in it, and signs with the reader's name."""
    stolen = html_of(life.last("aigul", "daily"))
    forged = tapped(link_of(stolen, number), FORGED, life.address("aigul"))
    life.arrives(forged, life.address("aigul"), login=life.address("daniyar"), to=str(forged["To"]))
    stranger = tapped(link_of(stolen, number), FORGED, "bully@class.example")
    life.arrives(stranger, "bully@class.example", to=str(stranger["To"]))


def bounces(life: Life) -> None:
    """The server accepts a letter for Ерлан and cannot deliver it: a report of Exim's comes back."""
    user = life.school.mail.base / "users" / life.address("yerlan")
    known = user.read_text()
    user.unlink()
    life.passes(lost=1)
    user.write_text(known)
    life.school.box_holds(1)
    life.school.mail.date(life.school.box.address, life.now)
    life.passes()


def is_away(life: Life) -> None:
    """Айгүл's answering machine answers the daily letter of a Saturday."""
    letter, address = life.last("aigul", "daily"), life.address("aigul")
    answer = EmailMessage()
    answer["From"] = address
    answer["To"] = letter["Reply-To"]
    answer["Subject"] = f"Автожауап: {letter['Subject']}"
    answer["Message-ID"] = f"<{os.urandom(8).hex()}@phone.example>"
    answer["In-Reply-To"] = str(letter["Message-ID"])
    answer["Auto-Submitted"] = "auto-replied"
    answer.set_content(AWAY)
    life.arrives(answer, address, login=address)


def doctor_answers(life: Life, words: str) -> None:
    """The doctor taps the link in the letter with the appeal that was passed on."""
    letter = life.last("doctor", "forward")
    address = str(letter["To"])
    ((_, link),) = links_in(html_of(letter))
    answer = tapped(link, words, address)
    life.arrives(answer, address, login=address, to=str(answer["To"]))
