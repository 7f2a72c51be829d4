"""A letter is a correct message (RFC 5322), safe whatever a family wrote, and readable on any screen."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.model import Attachment, LetterKind
from reports.daily import draft_daily
from reports.reference import marker, message_id, reply_to, tokens_in
from reports.render import Draft, HeaderRefused, compose, safe_name
from reports.school import School
from reports.shipped import templates
from tests.staffroom import LANGUAGES, MOTHER, SCHOOL, THREE, TOKEN, aigul, an_entry, news, occasion


def drafted(text: str = "Көмектесіңізші.", language: str = "kk", **changes: object) -> Draft:
    return draft_daily(news(an_entry(12, text, **changes)), SCHOOL, aigul(language), occasion()).draft


def composed(draft: Draft, school: School = SCHOOL) -> EmailMessage:
    return compose(
        draft, school=school, to="psy@school.example", kind=LetterKind.DAILY, token=TOKEN, now=THREE
    )


def read(message: EmailMessage) -> EmailMessage:
    """As the reader's program does: from bytes."""
    found = message_from_bytes(message.as_bytes(), policy=default)
    assert isinstance(found, EmailMessage)
    return found


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    text = body.get_content()
    assert isinstance(text, str)
    return text


@given(st.lists(st.text("аәқж№—: z", min_size=1, max_size=14), min_size=1, max_size=12))
def test_a_subject_keeps_its_spaces_however_long_it_is(words: list[str]) -> None:
    subject = " ".join(" ".join(words).split())
    found = read(composed(Draft(subject=subject, text="", html="")))
    assert str(found["Subject"]) == subject
    lines = composed(Draft(subject=subject, text="", html="")).as_bytes().split(b"\r\n")
    assert max(map(len, lines)) <= 78


def test_the_headers_say_who_writes_what_and_that_it_is_automatic() -> None:
    found = read(composed(drafted()))
    assert str(found["From"]) == "Сенім жәшігі <box@school.example>"
    assert str(found["To"]) == "psy@school.example"
    assert found["Reply-To"].addresses[0].addr_spec == reply_to(SCHOOL.box, TOKEN)
    assert str(found["Message-ID"]) == message_id(SCHOOL.box, TOKEN)
    assert str(found["Subject"]) == "Сенім жәшігі: 1 жаңа — 23 қараша"
    assert found["Date"].datetime == THREE
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["X-Auto-Response-Suppress"] == "DR, RN, NRN, AutoReply"
    assert found["X-Senim-Letter"] == "daily"
    assert found["Content-Language"] == "kk"
    assert found.get_content_type() == "multipart/alternative"


def test_where_subaddresses_bounce_a_reply_goes_to_the_box_itself() -> None:
    found = read(composed(drafted(), school=replace(SCHOOL, subaddress=False)))
    assert found["Reply-To"].addresses[0].addr_spec == SCHOOL.box
    assert tokens_in(str(found["Message-ID"])) == [TOKEN]
    assert tokens_in(part(found, "plain")) == [TOKEN]


def test_the_token_stands_in_every_place_from_which_a_reply_may_bring_it() -> None:
    found = read(composed(drafted()))
    for place in (
        str(found["Reply-To"]),
        str(found["Message-ID"]),
        part(found, "plain"),
        part(found, "html"),
    ):
        assert tokens_in(place) == [TOKEN]
    assert part(found, "plain").rstrip().endswith(marker(TOKEN))
    assert f">{marker(TOKEN)}</p>" in part(found, "html")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_is_short_and_plain_ascii(language: str) -> None:
    raw = composed(drafted("Ұ" * 3999, language)).as_bytes()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_long_address_keeps_its_message_id_whole() -> None:
    box = "box@" + "a-very-long-name-of-a-school." * 4 + "example"
    school = type(SCHOOL)(
        names=SCHOOL.names,
        time_zone=SCHOOL.time_zone,
        languages=SCHOOL.languages,
        box=box,
        staff=SCHOOL.staff,
    )
    message = compose(
        drafted(), school=school, to="p@s.example", kind=LetterKind.DAILY, token=TOKEN, now=THREE
    )
    raw = message.as_bytes()
    assert message_id(box, TOKEN).encode() in raw
    found = read(message)
    assert found["Reply-To"].addresses[0].addr_spec == reply_to(box, TOKEN)


@pytest.mark.parametrize("bad", ["a\nBcc: x@y.example", "a\r\nX: y", "a\x00b", "a\x1b[0m", "a\x7f", "a\x85b"])
def test_a_control_character_in_a_header_stops_the_letter(bad: str) -> None:
    with pytest.raises(HeaderRefused):
        composed(Draft(subject=bad, text="", html=""))
    with pytest.raises(HeaderRefused):
        compose(drafted(), school=SCHOOL, to=bad, kind=LetterKind.DAILY, token=TOKEN, now=THREE)


HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=http://evil.example/p.gif>",
    "<a href='https://evil.example'>click</a>",
    "{{ 7*7 }} {% for x in y %} {# z #} %(name)s ${7*7}",
    "</td></tr></table></body></html>",
    "<!-- token -->",
    "<style>*{display:none}</style>",
    "&lt;b&gt;",
)


@pytest.mark.parametrize("said", HOSTILE)
@pytest.mark.parametrize("place", ["text", "content", "phone", "class_group"])
def test_whatever_a_family_writes_is_shown_as_it_is(said: str, place: str) -> None:
    changes: dict[str, object] = {"applicant": MOTHER, "content": "Мазмұны", place: said}
    entry = an_entry(12, str(changes.pop("text", "Мәтін")), **changes)
    clean = drafted("Мәтін", content="Мазмұны", phone="1", class_group="7")
    draft = draft_daily(news(entry), SCHOOL, aigul(), occasion()).draft
    tags = re.compile(r"<(script|img|a|style|iframe|form|svg|object|link|base)\b")
    assert sorted(tags.findall(draft.html)) == sorted(tags.findall(clean.html))
    assert draft.html.count("<!-- token -->") == 1
    if said.startswith("{{"):
        assert "7*7" in draft.html
        assert said in draft.text
    assert "http://" not in draft.html
    assert "http://" not in draft.text
    assert "https://" not in draft.html


@settings(max_examples=40, deadline=None)
@given(said=st.text(max_size=400))
def test_any_text_at_all_makes_a_readable_letter(said: str) -> None:
    found = read(composed(drafted(said, content=said[:100], phone=said[:30])))
    assert tokens_in(part(found, "plain"))[-1] == TOKEN
    assert marker(TOKEN) in part(found, "html")


def test_each_line_of_a_family_is_indented_so_that_none_looks_like_ours() -> None:
    text = drafted(
        f"№13: әңгіме өткізілді\n{marker('f' * 32)}\n-- \nҚалай жауап беруге болады", content="М"
    ).text
    for line in text.splitlines():
        if "№13" in line or "f" * 32 in line or line.strip() == "--":
            assert line.startswith("  ")
    assert "⁂" not in text


def test_the_html_brings_nothing_from_outside() -> None:
    html = drafted().html
    fetched = r"(src|background|action)\s*=|url\(|@import|@font-face|://"
    assert not re.search(rf'{fetched}|href=(?!"mailto:box%2Br)', html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_html_is_made_for_screens_and_for_ears(language: str) -> None:
    html = drafted(language=language, urgent=True).html
    assert html.startswith(f'<!DOCTYPE html><html lang="{language}">')
    assert '<meta charset="utf-8">' in html[:200]
    assert "prefers-color-scheme: dark" in html
    assert "width=device-width" in html
    layout = re.findall(r"<table[^>]*>", re.sub(r"<!--.*?-->", "", html))
    assert layout
    assert all('role="presentation"' in table for table in layout)
    assert re.findall(r"<h(\d)", html) == ["1", "2", "3", "2"]
    # Mail programs read style attributes only.
    assert all("style=" in tag for tag in re.findall(r"<(?:p|h\d)\b[^>]*>", html))


def colour(value: str) -> float:
    parts = [int(value[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    light = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


PAIRS = [
    *[
        (ink, paper)
        for ink in ("#17211d", "#4a5852", "#0a5c4e", "#a3131b")
        for paper in ("#eef2f0", "#ffffff")
    ],
    ("#3a4742", "#ffffff"),
    ("#ffffff", "#a3131b"),
    ("#4d3800", "#fff3d6"),
    ("#17211d", "#e0efe9"),
    ("#0a5c4e", "#e0efe9"),
    *[
        (ink, paper)
        for ink in ("#edf3f0", "#b4c2bc", "#7fd8c3", "#ff9d96")
        for paper in ("#101513", "#1b2320")
    ],
    ("#2b0507", "#ff9d96"),
    ("#ffe6a8", "#3b2f10"),
    ("#edf3f0", "#17302a"),
    ("#7fd8c3", "#17302a"),
]


@pytest.mark.parametrize(("ink", "paper"), PAIRS)
def test_the_contrast_is_that_of_wcag_aa(ink: str, paper: str) -> None:
    found = (templates() / "letters" / "_frame.html.j2").read_text()
    assert ink in found
    assert paper in found
    lighter, darker = sorted((colour(ink), colour(paper)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_attachments_go_with_bare_names_and_harmless_kinds() -> None:
    files = (
        Attachment(name="12-../../фото\r\nX: y.jpg", media_type="image/jpeg", content=b"\xff\xd8"),
        Attachment(name="page.html", media_type="text/html", content=b"<script>"),
        Attachment(name="letter.eml", media_type="message/rfc822", content=b"From: x"),
        Attachment(name="odd", media_type="a b\r\nX: y", content=b"?"),
        Attachment(name="12.txt", media_type="text/plain", content="Әріп".encode()),
    )
    draft = Draft(subject="Сенім жәшігі", text="Мәтін\n", html="<p><!-- token --></p>", attachments=files)
    found = list(read(composed(draft)).iter_attachments())
    assert [one.get_content_type() for one in found] == [
        "image/jpeg",
        "application/octet-stream",
        "application/octet-stream",
        "application/octet-stream",
        "text/plain",
    ]
    assert found[0].get_filename() == "12-.._.._фото X_ y.jpg"
    assert all(one.get_content_disposition() == "attachment" for one in found)
    assert [one.get_payload(decode=True) for one in found] == [one.content for one in files]


@given(name=st.text(max_size=300))
def test_a_file_name_is_only_a_name(name: str) -> None:
    found = safe_name(name)
    assert 0 < len(found) <= 120
    assert not re.search(r'[\\/:*?"<>|\x00-\x1f\x7f]', found)
    assert found not in {".", ".."}


def test_a_long_file_name_keeps_its_ending() -> None:
    assert safe_name("ұ" * 300 + ".jpeg").endswith("ұ.jpeg")
