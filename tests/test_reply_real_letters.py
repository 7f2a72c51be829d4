"""The same mail programs around the letters that we really send, and the corpus of replies of real shapes."""

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest

from intake.html import to_text
from intake.message import Unreadable, parse
from intake.reply import read_reply, unquote
from journal.model import AttachmentLine, LetterKind
from reports.daily import draft_daily
from reports.numbers import file_request
from reports.render import compose
from reports.slip import Slip
from tests.corpora import files
from tests.replies import APPEALS, CLIENTS, Client, Piece, html_reply, letter, message, text_reply
from tests.staffroom import LANGUAGES, SCHOOL, THREE, TOKEN, aigul, an_entry, news, occasion

ANSWERS = {12: "№12: сынып жетекшісімен сөйлестім", 14: "13, 14 - вызваны родители"}
EXPECTED = {(12,): "сынып жетекшісімен сөйлестім", (13, 14): "вызваны родители"}
PICTURE = AttachmentLine(name="1.jpg", media_type="image/jpeg", size=12_000)


def real(language: str) -> tuple[bytes, list[Piece]]:
    """Today's letter: its bytes as sent, and its parts as a program shows them."""
    entries = [an_entry(number, text, attachments=(PICTURE,)) for number, text in APPEALS.items()]
    waiting = (an_entry(3, "№5: ескі өтініш те жауап күтеді"),)
    draft = draft_daily(news(*entries, waiting=waiting), SCHOOL, aigul(language), occasion()).draft
    sent = compose(
        draft, school=SCHOOL, to="psy@school.example", kind=LetterKind.DAILY, token=TOKEN, now=THREE
    ).as_bytes()
    found = message_from_bytes(sent, policy=default)
    assert isinstance(found, EmailMessage)
    plain, rich = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None
    assert rich is not None
    html = rich.get_content()
    before, _, after = plain.get_content().partition("\n№13")
    return sent, [Piece(text=before, html=html, number=12), Piece(text=f"№13{after}", html="", number=14)]


def measures(slip: Slip) -> dict[tuple[int, ...], str]:
    return {line.numbers: line.text for line in slip.measures}


@pytest.mark.parametrize("client", CLIENTS, ids=[client.name for client in CLIENTS])
@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_to_a_real_letter_are_read_and_nothing_else(client: Client, language: str) -> None:
    sent, parts = real(language)
    whole = [Piece(text="", html=parts[0].html)]
    for place in ("above", "below", "between"):
        replies = [text_reply(client, language, ANSWERS, place, parts=parts)]
        if place != "between":
            replies.append(text_reply(client, language, ANSWERS, place, rich=True, parts=whole))
            replies.append(html_reply(client, language, ANSWERS, place, parts=whole))
        for reply in replies:
            slip = read_reply(reply, sent)
            assert measures(slip) == EXPECTED, (place, reply.text or reply.html)
            assert not (slip.files or slip.not_understood or slip.withheld), (place, slip)


@pytest.mark.parametrize("client", CLIENTS, ids=[client.name for client in CLIENTS])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_files_of_our_own_example_can_be_asked_for(client: Client, language: str) -> None:
    sent, parts = real(language)
    for place in ("above", "below"):
        for words, number in (("файл 12", 12), ("file 13", 13)):
            slip = read_reply(text_reply(client, language, {12: words}, place, parts=parts), sent)
            assert (slip.files, slip.measures) == ((number,), ()), (place, file_request(words))


def test_a_real_letter_that_comes_back_whole_says_nothing() -> None:
    for language in LANGUAGES:
        sent, parts = real(language)
        text = "\n".join(part.text for part in parts)
        for body in (text, to_text(parts[0].html), text.replace("\n", "\n> "), f"Fwd\n\n{text}"):
            slip = read_reply(message(body), sent)
            assert (slip.measures, slip.files) == ((), ())


RUSSIAN = "Провели беседу с классом, вызваны родители. Меры приняты 23.11.2026."
KAZAKH = "Сыныппен әңгіме өткізілді, ата-аналар шақырылды."
OTHERS = {
    "empty-reply": "",
    "only-signature": "",
    "forward-ru": "Посмотрите, пожалуйста.",
    "inline": "Принято, беседа проведена.\n\nПередано психологу.",
    "autoreply-ru": "Здравствуйте! Я в отпуске до 1 декабря. С уважением.",
}


def test_only_the_writers_words_are_left_of_each_reply_of_the_corpus() -> None:
    sent = EmailMessage(policy=SMTP)
    sent["From"] = "Trust Box <box@school.example>"
    sent.set_content("Тіркеу № 17. Қысқаша мазмұны: сыныпта қорлау.\nКезекті шара: ____\nТіркеу № 18.")
    for path, raw in files("replies-ru-kk"):
        name, text = path.partition("/")[2].removesuffix(".txt"), raw.decode()
        wanted = OTHERS.get(name, KAZAKH if name.endswith("-kk") else RUSSIAN)
        for snapshot in (sent.as_bytes(), None):
            reply = message(text, sender="Айгуль Сериковна <psych@school.example>")
            assert unquote(reply, snapshot) == wanted, path
            numbered = replace(reply, text=text.replace(wanted, f"№17: {wanted}") if wanted else text)
            one = {(17,): wanted} if wanted in (RUSSIAN, KAZAKH) else None
            assert one is None or measures(read_reply(numbered, snapshot)) == one, path


def test_replies_of_other_peoples_collections_hold_no_measure() -> None:
    for path, raw in files("talon", "quotequail"):
        try:
            found = message("", to_text(raw.decode(errors="replace"))) if "html" in path else parse(raw)
        except Unreadable:
            continue
        for sent in (None, letter()):
            assert read_reply(found, sent).measures == (), path
