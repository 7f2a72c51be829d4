"""The links of an appeal open a ready reply, which is believed like any other reply to that letter."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from urllib.parse import unquote_plus

import pytest
from sqlalchemy import func, select

from intake.desk import Case
from intake.outbox import owe_due, send_one
from intake.recognise import letter_named
from intake.submission import OutcomeUnknown
from journal.letters import by_token, prune, revoke
from journal.model import DeedKind, Disposition, Letter
from journal.purging import purge
from journal.tables import links
from reports.daily import HTML_LIMIT, draft_daily
from reports.links import new_links
from reports.reference import tokens_in
from reports.school import Detail
from reports.slip import read_slip
from tests.desk import AIGUL, DANIYAR, YERLAN, DayAtTheDesk, believed, text_of
from tests.school import plain_letter, reply_to
from tests.staffroom import LANGUAGES, SCHOOL, aigul, an_entry, news, occasion
from tests.tapping import html_of, link_of, links_in, opened, tapped

PHONES = {"as the standard says": None, "with «+» for a space": unquote_plus}


def href(number: int = 12, language: str = "kk", *, subaddress: bool = True) -> str:
    return new_links(replace(SCHOOL, subaddress=subaddress), language, [number]).measure(number)


def with_two_appeals(day: DayAtTheDesk) -> EmailMessage:
    """Two appeals and the letter about them that Айгүл got at 15:00."""
    day.arrives(plain_letter("Жасырын\n\nДәлізде бізді итереді."))
    day.arrives(plain_letter("Жасырын\n\nАсханада кезек ұзақ."))
    day.at(15).sends()
    (letter,) = day.letters(AIGUL, "daily")
    day.at(16)
    return letter


def measures(day: DayAtTheDesk, number: int) -> list[str]:
    return [measure.text for measure in day.journal.entry(number).measures]


def named(day: DayAtTheDesk, message: EmailMessage) -> Letter | None:
    raw = believed(message)
    return letter_named(Case(message=day.reader.read(raw), raw=raw, received_at=day.now, desk=day.desk))


def token_of(link: str) -> str:
    (token,) = tokens_in(str(opened(link)["To"]))
    return token


@pytest.mark.parametrize("decode", [None, unquote_plus], ids=list(PHONES))
@pytest.mark.parametrize(("language", "box"), [("kk", "Сенім жәшігі"), ("ru", "Ящик доверия")])
def test_a_link_opens_a_letter_to_its_own_address_with_a_first_line(
    decode: None, language: str, box: str
) -> None:
    link = href(language=language)
    letter = opened(link, decode) if decode else opened(link)
    assert re.fullmatch(r"box\+r\.[0-9a-f]{32}@school\.example", str(letter["To"]))
    assert letter["Subject"] == f"№12 — {box}"
    assert str(letter.get_content()).rstrip("\n") == "№12: "
    assert link.isascii()
    assert len(link) < 300, "what is longer some programs cut off"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_link_says_that_an_appeal_was_read_and_nothing_more(language: str) -> None:
    _, read = new_links(SCHOOL, language, [12]).acts(12)
    (line,) = read_slip(str(opened(read.href).get_content())).measures
    assert (line.numbers, line.kind) == ((12,), DeedKind.CONSIDERED)


def test_without_subaddresses_the_token_is_in_the_last_line() -> None:
    letter = opened(href(subaddress=False))
    assert letter["To"] == "box@school.example"
    first, blank, last = str(letter.get_content()).splitlines()
    assert (first, blank) == ("№12: ", "")
    assert re.fullmatch(r"⁂ senim:r\.[0-9a-f]{32}", last)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_appeal_has_its_links_and_the_text_part_has_none(language: str) -> None:
    waiting = (an_entry(7), an_entry(9))
    draft = draft_daily(
        news(an_entry(12), an_entry(13), waiting=waiting), SCHOOL, aigul(language), occasion()
    ).draft
    found = links_in(draft.html)
    assert len(found) == 2 * 2 + 2
    assert {token_of(link) for _, link in found} == set(draft.links.values())
    assert set(draft.links) == {7, 9, 12, 13}
    assert "mailto:" not in draft.text
    assert not tokens_in(draft.text)


def test_who_gets_figures_only_gets_no_links() -> None:
    draft = draft_daily(news(an_entry(12)), SCHOOL, aigul("kk", Detail.NUMBERS), occasion()).draft
    assert (links_in(draft.html), draft.links) == ([], {})


def test_a_full_letter_stays_under_its_limit_with_all_its_links() -> None:
    new = [an_entry(number, "Қорқамыз & <жылаймыз>. " * 40) for number in range(1, 60)]
    waiting = tuple(an_entry(number) for number in range(100, 130))
    daily = draft_daily(news(*new, waiting=waiting), SCHOOL, aigul(), occasion())
    assert 0.6 * HTML_LIMIT < len(daily.draft.html.encode()) < HTML_LIMIT
    assert len(links_in(daily.draft.html)) == daily.covers_to + 15


@pytest.mark.parametrize(("count", "at_each"), [(20, 2), (30, 1), (38, 0)])
def test_links_take_no_room_from_appeals(count: int, at_each: int) -> None:
    new = [an_entry(n, f"Өтініш {n}. " + "Көмек керек еді. " * 25) for n in range(1, count + 1)]
    daily = draft_daily(news(*new), SCHOOL, aigul(), occasion())
    assert daily.covers_to == count
    assert len(links_in(daily.draft.html)) == at_each * count


@pytest.mark.decides
def test_a_reply_by_a_link_is_a_measure_without_quote_or_reference(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    link = link_of(html_of(letter), 2)
    written = tapped(link, "кезекшілік күшейтілді", AIGUL.address, signature="Отправлено с iPhone")
    outcome = day.arrives(believed(written))
    assert (outcome.disposition, outcome.reason) == (Disposition.UPDATED, "reply")
    assert (measures(day, 1), measures(day, 2)) == ([], ["кезекшілік күшейтілді"])
    day.sends()
    (confirmation,) = day.letters(AIGUL, "confirmation")
    assert "кезекшілік күшейтілді" in text_of(confirmation)
    assert "iPhone" not in text_of(confirmation)


@pytest.mark.decides
def test_a_reply_by_a_link_needs_no_number(day: DayAtTheDesk) -> None:
    link = link_of(html_of(with_two_appeals(day)), 2)
    written = tapped(link, "", AIGUL.address)
    written.set_content("кезекшілік күшейтілді, ертең тағы қараймын\n")
    assert day.arrives(believed(written)).reason == "reply"
    assert (measures(day, 1), measures(day, 2)) == ([], ["кезекшілік күшейтілді, ертең тағы қараймын"])


@pytest.mark.decides
def test_a_box_without_subaddresses_takes_a_reply_by_a_link(day: DayAtTheDesk) -> None:
    day.school = replace(day.school, subaddress=False)
    link = link_of(html_of(with_two_appeals(day)), 2)
    outcome = day.arrives(believed(tapped(link, "кезекшілік күшейтілді", AIGUL.address)))
    assert (outcome.reason, measures(day, 2)) == ("reply", ["кезекшілік күшейтілді"])


@pytest.mark.decides
def test_whoever_a_letter_with_links_was_passed_on_to_records_nothing(day: DayAtTheDesk) -> None:
    link = link_of(html_of(with_two_appeals(day)), 1)
    for sender, domain in (("bully@class.example", "class.example"), (YERLAN.address, "school.example")):
        outcome = day.arrives(believed(tapped(link, "бәрі жақсы", sender), domain))
        assert (outcome.disposition, outcome.reason) == (Disposition.HELD, "other-sender")
    assert measures(day, 1) == []
    day.sends()
    assert len(day.letters(AIGUL, "refusal")) == 1


@pytest.mark.decides
def test_a_link_that_nobody_vouches_for_is_asked_back(day: DayAtTheDesk) -> None:
    link = link_of(html_of(with_two_appeals(day)), 1)
    day.arrives(tapped(link, "сөйлестім", AIGUL.address))
    assert measures(day, 1) == []
    day.sends()
    assert len(day.letters(AIGUL, "confirm")) == 1


def test_a_link_names_its_letter_and_its_appeal(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    for number in (1, 2):
        found = named(day, tapped(link_of(html_of(letter), number), "…", AIGUL.address))
        assert found is not None
        assert (found.about, found.reader.address) == (number, AIGUL.address)


def test_links_in_a_quotation_name_no_appeal(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    reply = reply_to(letter, "бәрімен сөйлестім", AIGUL.address, quote=False)
    shown = " ".join(str(opened(link)["To"]) for _, link in links_in(html_of(letter)))
    for headers in ((), ("To", "References", "In-Reply-To")):
        for name in headers:
            del reply[name]
        reply.set_content(f"бәрімен сөйлестім\n\n{shown}\n")
        found = named(day, reply)
        assert found is not None
        assert found.about is None


@pytest.mark.decides
@pytest.mark.parametrize("shown", ["{label} <{href}>", "{label}<{bare}>", "[{label}]({bare})"])
def test_links_that_a_program_prints_in_its_quotation_are_nobodys_words(
    day: DayAtTheDesk, shown: str
) -> None:
    letter = with_two_appeals(day)
    printed = [
        shown.format(label=label, href=link, bare=link.removeprefix("mailto:"))
        for label, link in links_in(html_of(letter))
    ]
    below = [*text_of(letter).splitlines(), *printed]
    reply = reply_to(letter, "", AIGUL.address, quote=False)
    intro = f"От: Сенім жәшігі <{SCHOOL.box}>\nОтправлено: 23 ноября 2026 г. 15:00\nКому: x\nТема: y"
    reply.set_content("\n".join(["№1: сөйлестім", "", "____________", intro, "", *below]))
    day.arrives(believed(reply))
    assert (measures(day, 1), measures(day, 2)) == (["сөйлестім"], [])
    day.sends()
    (confirmation,) = day.letters(AIGUL, "confirmation")
    assert "subject" not in text_of(confirmation), "nor are they sent back as not understood"


def test_a_link_ends_with_its_letter(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    tokens = [token_of(link_of(html_of(letter), number)) for number in (1, 2)]
    found = by_token(day.journal, tokens[0], day.now)
    assert found is not None
    revoke(day.journal, found.id, day.now)
    assert [by_token(day.journal, token, day.now) for token in tokens] == [None, None]
    other = token_of(link_of(html_of(day.letters(YERLAN, "daily")[0]), 1))
    assert by_token(day.journal, other, day.now) is not None
    day.at(12, days=SCHOOL.reply_days + 2)
    assert by_token(day.journal, other, day.now) is None
    assert kept(day) == 3 * 2
    prune(day.journal, day.now)
    assert kept(day) == 0


def kept(day: DayAtTheDesk) -> int:
    with day.journal.store.reading() as connection:
        return connection.execute(select(func.count()).select_from(links)).scalar_one()


def test_a_letter_that_is_written_anew_has_only_its_new_links(day: DayAtTheDesk) -> None:
    day.arrives(plain_letter("Жасырын\n\nДәлізде бізді итереді."))
    day.arrives(plain_letter("Жасырын\n\nАсханада кезек ұзақ."))
    frozen: list[bytes] = []

    def breaks_off(raw: bytes, recipient: str) -> None:
        frozen.append(raw)
        raise OutcomeUnknown("the line broke")

    owe_due(day.at(15).desk)
    send_one(day.desk, breaks_off)
    lost = message_from_bytes(frozen[0], policy=default)
    purge(day.journal, 1, on=day.now.date(), reason="request")
    day.at(17).sends()
    (letter,) = day.letters(AIGUL, "daily")
    found = [token_of(link) for _, link in links_in(html_of(letter))]
    assert len(set(found)) == 1, "nothing can be done any more about what was destroyed"
    assert by_token(day.journal, found[0], day.now) is not None
    assert isinstance(lost, EmailMessage)
    for number in (1, 2):
        assert by_token(day.journal, token_of(link_of(html_of(lost), number)), day.now) is None


def test_a_deputy_with_short_letters_has_links_too(day: DayAtTheDesk) -> None:
    with_two_appeals(day)
    (letter,) = day.letters(DANIYAR, "daily")
    assert [label for label, _ in links_in(html_of(letter))] == ["Write the measure", "I have read it"] * 2


@pytest.mark.decides
def test_one_tap_says_of_all_that_others_considered_that_it_was_read(day: DayAtTheDesk) -> None:
    day.answers(with_two_appeals(day), "№1, 2: сөйлестім", AIGUL)
    day.at(15, days=1).sends()
    letter = day.letters(DANIYAR, "daily")[-1]
    (link,) = [link for label, link in links_in(html_of(letter)) if label == "I have read them all"]
    assert day.arrives(believed(tapped(link, "", DANIYAR.address))).reason == "reply"
    for number in (1, 2):
        (deed,) = day.journal.entry(number).deeds
        assert (deed.kind, deed.by) == (DeedKind.CONSIDERED, DANIYAR.name)
