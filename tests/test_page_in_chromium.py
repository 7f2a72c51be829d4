"""The page in a real browser: a child on a phone without JavaScript, and what a person sees and can reach."""

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from intake.server import Unreachable
from tests.browser import program
from tests.page import Desk, files_of, form_of
from tests.school import open_school
from tests.servers import Mail, free_ports
from tests.test_page_on_the_wire import first_answer, served

PHONE = {"width": 360, "height": 740}
TEXT = "Сәлеметсіз бе!\nШкафымды екі рет сындырды. <Көмектесіңіздерші>"
# What can be pressed is at least 24 by 24 pixels (WCAG 2.5.8).
SMALL = """[...document.querySelectorAll("a[href], button:not([hidden]), label, input:not([type=hidden])")]
  .map(one => [one.id || one.textContent, one.getBoundingClientRect()])
  .filter(([name, box]) => box.width && (box.width < 24 || box.height < 24)).map(([name]) => name)"""
HTML_TEXT = "Хат <b>&amp;</b>"


@pytest.fixture
def desk() -> Desk:
    return Desk().with_()


@pytest.fixture
def page_url(desk: Desk) -> Iterator[str]:
    with served(desk) as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Page]:
    """A phone with Kazakh settings and JavaScript switched off."""
    context = chromium.new_context(viewport=PHONE, locale="kk-KZ", java_script_enabled=False)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def photo(folder: Path) -> Path:
    """A picture as a phone takes it: it tells where."""
    exif = Image.Exif()
    exif[0x010F] = "CANARY-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 120, 200)).save(out, "JPEG", exif=exif)
    path = folder / "IMG_aruzhan.jpg"
    path.write_bytes(out.getvalue())
    return path


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_on_privacy_fits_a_phone(visitor: Page, page_url: str, language: str) -> None:
    visitor.goto(f"{page_url}privacy?lang={language}")
    assert visitor.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert visitor.evaluate(SMALL) == []
    visitor.locator("a.again").click()
    assert visitor.url == f"{page_url}?lang={language}"


@pytest.mark.real
def test_what_a_child_writes_on_the_page_is_an_entry_in_the_journal(
    visitor: Page, mail: Mail, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    school = open_school(tmp_path, mail, page_port=port)
    serving = school.start("form")
    try:
        first_answer(port, serving)
        visitor.goto(f"http://127.0.0.1:{port}/")
        visitor.get_by_label("Хатыңыз").fill(TEXT)
        visitor.get_by_label("Сынып немесе топ").fill("7Ә")
        visitor.get_by_label("Бұл хат шұғыл").check()
        visitor.get_by_label("Суреттер немесе файлдар").set_input_files(photo(tmp_path))
        visitor.get_by_role("button", name="Хатты жіберу").click()
        expect(visitor.get_by_role("heading", level=1)).to_have_text("Хатыңыз жетті. Рақмет!")
        assert visitor.url == f"http://127.0.0.1:{port}/sent?lang=kk"
    finally:
        serving.terminate()
        ended = serving.communicate(timeout=60)
    assert ended[1] == ""
    (raw,) = school.box_holds(1)
    assert b"CANARY" not in raw and b"aruzhan" not in raw
    school.senim("pull")
    (entry,) = school.entries()
    assert entry["number"] == 1 and entry["anonymous"] and entry["channel"] == "page"
    assert (entry["text"], entry["class_group"], entry["language"]) == (TEXT, "7Ә", "kk")
    assert entry["urgent"] and entry["surname"] == ""
    assert [one["media_type"] for one in entry["attachments"]] == ["image/jpeg"]
    assert school.inbox() == []


def test_a_signed_letter_with_a_picture_is_read_back_as_it_was_typed(
    visitor: Page, page_url: str, desk: Desk, tmp_path: Path
) -> None:
    visitor.goto(page_url + "?lang=ru")
    expect(visitor.get_by_label("Фамилия")).to_be_hidden()  # without a script, by the choice alone
    visitor.get_by_text("От своего имени").click()
    visitor.get_by_label("Фамилия").fill("Петрова")
    visitor.get_by_label("Имя", exact=True).fill("Мария")
    visitor.get_by_label("Электронная почта").fill("maria@family.example")
    visitor.get_by_label("Ваше письмо").fill(HTML_TEXT)
    picture = photo(tmp_path)
    visitor.get_by_label("Фото или файлы").set_input_files(picture)
    visitor.get_by_role("button", name="Отправить письмо").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Ваше письмо дошло. Спасибо!")
    (letter,) = desk.letters
    fields = form_of(letter)
    assert (fields.surname, fields.given_name, fields.patronymic) == ("Петрова", "Мария", "")
    assert (fields.text, fields.language, fields.anonymous) == (HTML_TEXT, "ru", False)
    assert files_of(letter) == [(picture.name, "image/jpeg", picture.read_bytes())]


def test_the_languages_change_and_nothing_typed_is_lost(visitor: Page, page_url: str, desk: Desk) -> None:
    visitor.goto(page_url)
    visitor.get_by_text("Өз атымнан").click()
    visitor.get_by_label("Тегі", exact=True).fill("Серікқызы")
    visitor.get_by_label("Хатыңыз").fill("\n\n" + TEXT)
    for name, label in (("Русский", "Ваше письмо"), ("English", "Your letter"), ("Қазақша", "Хатыңыз")):
        visitor.get_by_role("button", name=name).click()
        expect(visitor.get_by_label(label)).to_have_value(TEXT)
    expect(visitor.get_by_label("Тегі", exact=True)).to_have_value("Серікқызы")
    assert desk.letters == []


def test_a_hidden_half_typed_address_does_not_stop_an_anonymous_letter(
    visitor: Page, page_url: str, desk: Desk
) -> None:
    visitor.goto(page_url)
    visitor.get_by_text("Өз атымнан").click()
    visitor.get_by_label("Электрондық пошта").fill("aruzhan@")
    visitor.get_by_text("Жасырын", exact=True).click()
    visitor.get_by_label("Хатыңыз").fill(TEXT)
    visitor.get_by_role("button", name="Хатты жіберу").click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Рақмет")
    assert form_of(desk.letters[0]).email == ""


def test_enter_in_a_short_field_does_not_send_half_a_letter(visitor: Page, page_url: str, desk: Desk) -> None:
    visitor.goto(page_url)
    visitor.get_by_label("Хатыңыз").fill("Бір")
    visitor.get_by_label("Сынып немесе топ").fill("7Ә")
    visitor.get_by_label("Сынып немесе топ").press("Enter")
    expect(visitor.get_by_label("Сынып немесе топ")).to_have_value("7Ә")
    assert visitor.url == page_url and desk.letters == []


def test_a_dead_mail_server_gives_the_letter_back_and_says_so_first(
    visitor: Page, page_url: str, desk: Desk
) -> None:
    desk.fault = Unreachable("the line is dead")
    visitor.goto(page_url)
    visitor.get_by_label("Хатыңыз").fill(TEXT)
    visitor.get_by_role("button", name="Хатты жіберу").click()
    expect(visitor.locator("#problems")).to_be_focused()  # a reader of the screen hears it first
    expect(visitor.locator("#problems")).to_contain_text("Хат әлі жіберілген жоқ")
    expect(visitor.get_by_label("Хатыңыз")).to_have_value(TEXT)
    desk.fault = None
    visitor.get_by_role("button", name="Хатты жіберу").click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Рақмет")
    assert form_of(desk.letters[0]).text == TEXT


def test_leaving_quickly_leaves_no_way_back_to_the_page(chromium: Browser, page_url: str) -> None:
    context = chromium.new_context(locale="kk-KZ")
    elsewhere = {"content_type": "text/html; charset=utf-8", "body": "<title>Уикипедия</title>"}
    context.route("https://kk.wikipedia.org/**", lambda route: route.fulfill(**elsewhere))
    page = context.new_page()
    page.goto("data:text/html,<title>before</title>")
    page.goto(page_url)
    page.get_by_role("link", name="Тез шығу").click()
    expect(page).to_have_title("Уикипедия")
    page.go_back()
    expect(page).to_have_title("before")
    context.close()


def test_the_page_asks_nobody_else_and_stores_nothing(chromium: Browser, page_url: str) -> None:
    context = chromium.new_context(locale="ru-RU")
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(page_url)
    page.get_by_label("Ваше письмо").fill("x")
    page.get_by_role("button", name="Отправить письмо").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Спасибо")
    assert asked and all(url.startswith((page_url, "data:")) for url in asked)
    assert complaints == []  # the policy stopped nothing of our own
    assert context.cookies() == [] and page.evaluate("localStorage.length + sessionStorage.length") == 0
    context.close()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_every_state_fits_the_screen_and_a_thumb(
    chromium: Browser, page_url: str, desk: Desk, width: int, language: str
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 700}, java_script_enabled=False)
    page = context.new_page()
    folder = os.environ.get("SENIM_PICTURES")

    def look(state: str) -> None:
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{state}: scrolls sideways"
        assert page.evaluate(SMALL) == [], f"{state}: too small for a thumb"
        if folder:
            page.screenshot(path=f"{folder}/{state}-{language}-{width}.png", full_page=True)

    page.goto(f"{page_url}?lang={language}")
    look("empty")
    page.locator("#signed").check()
    page.locator("#surname").fill("Нұрмұхамедқызы-Әбдірахманова" * 3)
    page.locator("#text").fill("Ұ" * 400)
    look("signed")
    page.locator("button.send").click()
    expect(page.locator("#problems")).to_be_visible()
    look("error")
    desk.fault = Unreachable("dead")
    page.locator("#anonymous").check()
    page.locator("button.send").click()
    expect(page.locator("#problems ol")).to_be_visible()
    look("server-down")
    desk.fault = None
    page.locator("#files").set_input_files(
        {"name": "a.doc", "mimeType": "application/msword", "buffer": b"\xd0\xcf"}
    )
    page.locator("button.send").click()
    expect(page.locator("#files-fault")).to_contain_text(".doc")
    look("a file that cannot be cleaned")
    page.locator("button.send").click()  # the browser has let go of the file
    page.wait_for_url(re.compile("sent"))
    look("sent")
    page.goto(page_url + "nothing/here")
    look("not-found")
    context.close()


def test_the_whole_page_can_be_walked_with_the_keyboard(visitor: Page, page_url: str) -> None:
    visitor.goto(page_url)
    visited = []
    for _ in range(17):
        visitor.keyboard.press("Tab")
        focused = visitor.locator(":focus")
        visited.append(focused.evaluate("one => one.id || one.className || one.textContent"))
        assert focused.evaluate("one => getComputedStyle(one).outlineStyle") != "none", visited[-1]
        if visited[-1] == "send":
            break
    wanted = ["leave", "Қазақша", "Русский", "English", "anonymous", "text", "urgent", "files"]
    assert [one for one in visited if one in wanted] == wanted
    assert visited[-5:] == ["class_group", "phone", "subject", "more", "send"]


def test_without_chromium_the_tests_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"):
        program()
