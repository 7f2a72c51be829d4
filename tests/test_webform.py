"""The page as a child or parent meets it: nothing typed is lost, nothing untrue said, no name leaves unasked.

The visitor here speaks to the application itself; test_page_on_the_wire.py and test_page_in_chromium.py go
through sockets.
"""

import base64
import hashlib
import io
import re
from dataclasses import replace

import pytest
from PIL import Image

from intake.server import Unreachable
from intake.submission import OutcomeUnknown, Refused
from tests.misreading import MARK, WEAK
from tests.page import SCHOOL, Answer, Desk, File, files_of, form_of

ARUZHAN = {
    "submission_id": "0123456789abcdef0123456789abcdef",
    "language": "kk",
    "who": "signed",
    "surname": "Серікқызы",
    "given_name": "Аружан",
    "patronymic": "",
    "address": "Абай көшесі, 5",
    "email": "mother@family.example",
    "class_group": "7Ә",
    "phone": "+7 700 000 00 00",
    "subject": "Шкаф",
    "text": "Шкафымды екі рет сындырды.\r\nКөмектесіңіздерші & <рақмет>.",
    "urgent": "1",
}
KEPT = ("submission_id", "surname", "given_name", "address", "email", "class_group", "phone", "subject")
DOCUMENT = File(name="хат.docx", content=b"PK canary", media_type="application/msword")


@pytest.fixture
def desk() -> Desk:
    return Desk().with_()


def photo(camera: str = "CANARY-CAMERA") -> File:
    """A photograph that tells in its EXIF with what it was taken."""
    exif = Image.Exif()
    exif[0x010F] = camera
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 120, 40)).save(out, "JPEG", exif=exif)
    return File(name="IMG_20261122_aruzhan.jpg", content=out.getvalue(), media_type="image/jpeg")


def all_kept(answer: Answer) -> None:
    """Everything that Аружан typed stands in the page again."""
    for name in KEPT:
        assert answer.value(name) == ARUZHAN[name]
    assert answer.value("text") == ARUZHAN["text"].replace("\r\n", "\n")
    assert answer.checked("urgent")
    assert answer.checked("signed") and not answer.checked("anonymous")


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "", "kk"),  # the school's own
        ("", "ru-KZ,ru;q=0.9,en;q=0.8", "ru"),
        ("", "de, en;q=0.5, ru;q=0.7", "ru"),
        ("", "fr, kk;q=0, en", "en"),
        ("", "*;q=9, ,;q=,ru;q=x" + "," * 9000, "ru"),
        ("?lang=en", "ru", "en"),
        ("?lang=xx", "ru", "ru"),
    ],
)
def test_the_page_speaks_the_language_asked_for_or_the_browser_s(
    desk: Desk, query: str, accepted: str, language: str
) -> None:
    answer = desk.ask(path=f"/{query}", headers={"accept-language": accepted})
    assert answer.status == 200
    assert f'<html lang="{language}">' in answer.body
    titles = {"kk": "Сенім жәшігі", "ru": "Ящик доверия", "en": "Trust Box"}
    assert titles[language] in answer.words


def test_anonymous_is_chosen_until_the_family_chooses_otherwise(desk: Desk) -> None:
    answer = desk.ask()
    assert answer.checked("anonymous") and not answer.checked("signed")


def test_the_page_tells_who_reads_and_when_and_whom_to_call_in_danger(desk: Desk) -> None:
    words = desk.ask(path="/?lang=ru").words
    assert "школьный психолог, социальный педагог" in words
    assert "директор школы" not in words  # reads numbers only
    assert "каждый день в 15:00" in words
    assert "112" in words and "111" in words
    other = desk.with_(helplines=(("Сенім телефоны", "8 800 080"),)).ask().body
    assert 'href="tel:8800080"' in other and "Сенім телефоны" in other


def test_the_title_tells_nothing_to_the_history_of_a_shared_computer(desk: Desk) -> None:
    for path in ("/", "/sent", "/elsewhere"):
        assert "<title>№ 12 мектеп</title>" in desk.ask(path=path).body


def test_an_anonymous_letter_has_no_name_even_if_one_was_typed_first(desk: Desk) -> None:
    answer = desk.post({**ARUZHAN, "who": "anonymous"})
    assert answer.status == 303
    (letter,) = desk.letters
    assert letter["From"] == letter["To"] == SCHOOL.box
    fields = form_of(letter)
    assert fields.anonymous and fields.class_group == "7Ә" and fields.urgent
    assert not any((fields.surname, fields.given_name, fields.address, fields.email))
    raw = letter.as_bytes()
    for typed in ("Серікқызы", "Абай", "mother@family"):
        assert typed.encode() not in raw and base64.b64encode(typed.encode())[:-4] not in raw


def test_a_signed_letter_arrives_with_every_field_as_it_was_typed(desk: Desk) -> None:
    assert desk.post(ARUZHAN).status == 303
    fields = form_of(desk.letters[0])
    assert not fields.anonymous and fields.language == "kk"
    for name in KEPT[1:]:
        assert getattr(fields, name) == ARUZHAN[name]
    assert fields.text == "Шкафымды екі рет сындырды.\nКөмектесіңіздерші & <рақмет>."
    assert desk.letters[0]["X-Submission-Id"] == ARUZHAN["submission_id"]


def test_after_sending_the_address_tells_nothing_and_a_reload_sends_nothing_again(desk: Desk) -> None:
    answer = desk.post(ARUZHAN)
    assert answer.headers["location"] == "sent?lang=kk"
    thanks = desk.ask(path="/sent?lang=kk")
    assert thanks.status == 200 and "Хатыңыз жетті" in thanks.words
    assert "сағат 15:00" in thanks.words and "112" in thanks.words
    assert len(desk.letters) == 1


def test_a_double_click_is_the_same_letter_twice_and_another_visit_is_another(desk: Desk) -> None:
    desk.post(ARUZHAN)
    desk.post(ARUZHAN)
    one, again = desk.letters
    assert one["X-Submission-Id"] == again["X-Submission-Id"] and form_of(one) == form_of(again)
    first, second = (desk.ask().value("submission_id") for _ in range(2))
    assert first != second


@pytest.mark.parametrize("given", ["", "x", "ABC\r\nBcc: a@b.example", "0" * 31, "0" * 33, "ә" * 32])
def test_a_submission_id_that_is_not_ours_is_replaced(desk: Desk, given: str) -> None:
    assert desk.post({**ARUZHAN, "submission_id": given}).status == 303
    assert re.fullmatch(r"[0-9a-f]{32}", desk.letters[0]["X-Submission-Id"])
    assert "Bcc" not in desk.letters[0]


def test_switching_the_language_keeps_everything_that_was_typed(desk: Desk) -> None:
    answer = desk.post({**ARUZHAN, "switch": "ru"}, photo(), query="?lang=kk")
    assert answer.status == 200 and '<html lang="ru">' in answer.body
    all_kept(answer)
    assert answer.value("language") == "ru"
    assert "Выберите файлы ещё раз" in answer.words
    assert "не отправлено" not in answer.words  # switching is no mistake
    assert desk.letters == []


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"text": " \r\n\t "}, "text", "Хат әлі бос"),
        ({"text": "ә" * 20_001}, "text", "20001 таңба бар"),
        ({"surname": ""}, "surname", "Тегіңізді жазыңыз"),
        ({"given_name": " "}, "given_name", "Атыңызды жазыңыз"),
        ({"email": "mother@family"}, "email", "толық емес"),
        ({"phone": "7" * 201}, "phone", "200 таңбаға дейін"),
    ],
)
def test_what_is_missing_is_named_and_everything_typed_is_kept(
    desk: Desk, changes: dict[str, str], field: str, says: str
) -> None:
    typed = {**ARUZHAN, **changes}
    answer = desk.post(typed)
    assert answer.status == 422 and desk.letters == []
    assert "Хат әлі жіберілген жоқ" in answer.words and says in answer.words
    assert f'href="#{field}"' in answer.body
    element = re.search(rf'<(?:input|textarea)[^>]* id="{field}"[^>]*>', answer.body)
    assert element and 'aria-invalid="true"' in element[0] and f"{field}-fault" in element[0]
    for name in (*KEPT, "text"):
        assert answer.value(name) == typed[name].strip().replace("\r\n", "\n")


def test_the_name_is_not_asked_of_those_who_write_anonymously(desk: Desk) -> None:
    assert desk.post({"text": "Асханада орын жетпейді.", "email": "nonsense"}).status == 303


def test_a_text_of_exactly_the_limit_is_sent(desk: Desk) -> None:
    assert desk.post({"text": "ә" * 20_000}).status == 303
    assert len(form_of(desk.letters[0]).text) == 20_000


def test_an_anonymous_photo_is_cleaned_before_it_travels(desk: Desk) -> None:
    assert desk.post({"text": "Суретке қараңыздаршы."}, photo()).status == 303
    ((name, media_type, content),) = files_of(desk.letters[0])
    assert (name, media_type) == ("1.jpg", "image/jpeg")
    assert b"CANARY" not in content
    assert Image.open(io.BytesIO(content)).size == (64, 48)


@pytest.mark.parametrize("media_type", ["application/msword", "text/vcard", "application/pgp-keys"])
def test_an_anonymous_letter_waits_while_a_file_cannot_be_cleaned(desk: Desk, media_type: str) -> None:
    """Nothing is sent without its file unknown to the writer, and no word is lost."""
    typed = {"text": "Қараңыздаршы.", "language": "kk", "class_group": "7Ә", "urgent": "1"}
    answer = desk.post(typed, replace(DOCUMENT, media_type=media_type), photo())
    assert answer.status == 422 and not desk.letters
    assert "кез келген файлды жіберуге болмайды (.docx)" in answer.words and "PDF етіп" in answer.words
    assert "Файлдарды қайта таңдаңыз" in answer.words
    assert (answer.value("text"), answer.value("class_group")) == (typed["text"], "7Ә")
    assert answer.checked("urgent") and answer.checked("anonymous")
    again = {**typed, "submission_id": answer.value("submission_id")}
    assert desk.post(again, photo()).status == 303
    assert [name for name, _, _ in files_of(desk.letters[0])] == ["1.jpg"]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_of_a_refused_file_only_a_common_ending_is_shown(desk: Desk, language: str) -> None:
    answer = desk.post({"text": "Қараңыздаршы.", "language": language}, File(name="x.aruzhan", content=b"y"))
    assert answer.status == 422 and "PDF" in answer.words and "aruzhan" not in answer.body


def test_signed_files_go_as_they_are(desk: Desk) -> None:
    picture = photo()
    assert desk.post(ARUZHAN, picture, DOCUMENT).headers["location"] == "sent?lang=kk"
    assert files_of(desk.letters[0]) == [
        (picture.name, "image/jpeg", picture.content),
        ("хат.docx", "application/msword", b"PK canary"),
    ]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"attachment_count": 2}, "ең көбі 2"),
        ({"attachment_megabytes": 1}, "ең көбі 1 МБ"),
    ],
)
def test_too_many_or_too_large_files_are_refused_and_the_text_is_kept(
    desk: Desk, settings: dict[str, int], says: str
) -> None:
    large = File(name="бейне.mp4", content=b"\0" * 400_000, media_type="video/mp4")
    answer = desk.with_(**settings).post(ARUZHAN, large, large, large)
    assert answer.status == 422 and desk.letters == []
    all_kept(answer)
    assert says in answer.words and "Файлдарды қайта таңдаңыз" in answer.words


def test_a_school_may_take_no_files_at_all(desk: Desk) -> None:
    assert 'type="file"' not in desk.with_(attachment_count=0).ask().body


@pytest.mark.parametrize(
    "fault",
    [
        Unreachable("canary: no connection"),
        Refused("canary", permanent=False, code=451),
        Refused("canary", permanent=True, code=550),
        OutcomeUnknown("canary"),
        ValueError("canary: " + ARUZHAN["text"]),
    ],
)
def test_when_the_mail_server_fails_the_family_keeps_its_text_and_sees_what_to_do(
    desk: Desk, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    desk.fault = fault
    answer = desk.post(ARUZHAN)
    assert answer.status == 503 and answer.headers["retry-after"]
    all_kept(answer)
    assert "Бірнеше минут күтіп" in answer.words and "көшіріп" in answer.words and "112" in answer.words
    for canary in ("canary", "Шкаф", "Аружан", "203.0.113"):
        assert canary not in caplog.text
    assert type(fault).__name__ in caplog.text or "code" in caplog.text
    desk.fault = None
    assert desk.post(ARUZHAN).status == 303  # the same letter, a few minutes later


def test_files_that_the_mail_server_does_not_take_can_be_left_out(desk: Desk) -> None:
    desk.fault = Refused("too large", permanent=True, code=552)
    answer = desk.post(ARUZHAN, DOCUMENT)
    assert answer.status == 422
    all_kept(answer)
    assert "бұл файлдарды қабылдамайды" in answer.words


def test_a_picture_that_kills_what_decodes_it_can_be_left_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.reader_process.COMMAND", WEAK)
    picture = File(name="a.jpg", content=MARK + b"is killed", media_type="image/jpeg")
    answer = desk.post({**ARUZHAN, "who": "anonymous"}, picture)
    assert answer.status == 422
    assert "кез келген файлды жіберуге болмайды (.jpg)" in answer.words and "Шкаф" in answer.words
    assert not desk.letters
    assert desk.post({**ARUZHAN, "who": "anonymous"}).status == 303


def test_a_fault_of_ours_is_a_calm_page_and_no_word_of_the_letter_is_logged(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("intake.webform.find_problems", lambda fields: 1 / len(fields.text[:0]))
    answer = desk.post(ARUZHAN)
    assert answer.status == 500 and "сіздің кінәңіз емес" in answer.words
    assert answer.headers["cache-control"] == "no-store"
    assert "ZeroDivisionError" in caplog.text and "Шкаф" not in caplog.text and "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("GET", "/sent", 200),
        ("POST", "/", 400),
        ("GET", "/nothing/here", 404),
        ("GET", "/sent/", 404),
        ("POST", "/sent", 405),
        ("DELETE", "/", 405),
    ],
)
def test_every_answer_is_kept_nowhere_and_tells_nobody(
    desk: Desk, method: str, path: str, status: int
) -> None:
    answer = desk.ask(method, path)
    assert answer.status == status
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-robots-tag"].startswith("noindex")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "geolocation=()" in answer.headers["permissions-policy"]
    assert not {"set-cookie", "server", "date", "etag", "last-modified"} & set(answer.headers)
    assert "203.0.113" not in answer.body


def test_a_small_page_leads_back_to_the_page(desk: Desk) -> None:
    assert 'href="../?lang=kk"' in desk.ask(path="/nothing/here").body
    assert 'href="./?lang=kk"' in desk.ask(path="/nothing").body


def test_only_the_configured_site_may_frame_the_page(desk: Desk) -> None:
    answer = desk.with_(site="https://school.example").ask()
    assert answer.headers["content-security-policy"].endswith("frame-ancestors https://school.example")
    assert "x-frame-options" not in answer.headers
    odd = desk.with_(site="https://a.example; script-src *").ask()
    assert odd.headers["content-security-policy"].endswith("frame-ancestors 'none'")


def test_style_and_script_are_the_ones_that_the_policy_names(desk: Desk) -> None:
    answer = desk.ask()
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy
    for element in ("style", "script"):
        (inside,) = re.findall(f"<{element}>(.*?)</{element}>", answer.body, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy
    assert not re.search(r"<[^>]* (style|on\w+)=", answer.body)
    outside = set(re.findall(r'(?:src|href|action)="([^"#]+)"', answer.body))
    assert outside == {"data:,", "tel:111", "tel:112", "privacy?lang=kk", "https://kk.wikipedia.org/"}


def test_another_site_s_form_in_windows_1251_is_understood(desk: Desk) -> None:
    fields = {"text": "В столовой обижают младших.", "class_group": "7А", "_charset_": "windows-1251"}
    assert desk.post_plain(fields, "windows-1251").status == 303
    assert form_of(desk.letters[0]).text == fields["text"]
    without = {"text": "В столовой обижают младших. Помогите, пожалуйста.", "class_group": "7Б"}
    assert desk.post_plain(without, "windows-1251").status == 303
    assert form_of(desk.letters[1]).text == without["text"] and form_of(desk.letters[1]).class_group == "7Б"
