"""What staff wrote in a reply, and nothing of what stood in the letter that they answered."""

from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intake.message import parse
from intake.our_letter import read_our_letter, squash
from intake.reply import read_reply, unquote
from reports.reference import marker
from reports.slip import Slip
from tests.replies import (
    APPEALS,
    BOX,
    CLIENTS,
    TOKEN,
    Client,
    html_reply,
    letter,
    message,
    pieces,
    text_reply,
    unquoted,
)

ATTRIBUTION = f"2026 ж. 23 қар., дс 15:00 уақытында, Сенім жәшігі <{BOX}> жазды:"
WHOLE = "\n\n".join(piece.text for piece in pieces())
QUOTED = "\n".join(f"> {line}" for line in WHOLE.splitlines())


def measures(slip: Slip) -> dict[tuple[int, ...], str]:
    return {line.numbers: line.text for line in slip.measures}


@pytest.mark.parametrize(
    "lines",
    [
        "Отправлено с iPhone",
        "Отправлено с моего iPad",
        "iPhone-нан жіберілді",
        "Менің Samsung құрылғымнан жіберілді",
        "Sent from my Huawei phone",
        "Sent from Outlook for iOS",
        "Отправлено из мобильной Почты Mail.ru",
        "Отправлено через Gmail Mobile",
        "Скачать Outlook для Android",
        "С уважением, Айгүл\nпедагог-психолог\n8 701 111 22 33",
        "Құрметпен,\nАйгүл Сейітқызы",
        "Best regards,\nAigul",
        "-- \nАйгүл\n№ 45 мектеп-гимназия",
        "Айгүл Сейітқызы",
        "Айгүл",
        "Рахмет!",
        "Спасибо большое.",
    ],
)
def test_signatures_and_thanks_are_no_part_of_a_measure_and_no_noise(lines: str) -> None:
    for gap in ("\n", "\n\n"):
        text = f"Сәлеметсіз бе!\n\n№12: әңгіме өткізілді{gap}{lines}\n\n{ATTRIBUTION}\n{QUOTED}"
        slip = read_reply(message(text), letter())
        assert measures(slip) == {(12,): "әңгіме өткізілді"}
        assert slip.not_understood == ()


@pytest.mark.parametrize(
    "line",
    [
        "хат ата-анасына жіберілді",
        "Отправлено письмо родителям",
        "родителям отправлено приглашение на телефон",
        "Айгүл мен Данияр қатысты",
        "мұғалім жазды: келемін",
    ],
)
def test_a_second_line_of_a_measure_is_not_taken_for_a_signature(line: str) -> None:
    text = f"№12: әңгіме өткізілді\n{line}\n\n{ATTRIBUTION}\n{QUOTED}"
    assert measures(read_reply(message(text), letter())) == {(12,): f"әңгіме өткізілді\n{line}"}


def test_a_reply_without_any_quotation_is_read_even_where_it_equals_our_example() -> None:
    slip = read_reply(message("№12: әңгіме өткізілді\n№12, 13: ата-анасы шақырылды"), letter())
    assert measures(slip) == {(12,): "әңгіме өткізілді", (12, 13): "ата-анасы шақырылды"}


def test_our_letter_pasted_without_any_mark_or_introduction_is_ours() -> None:
    for text in (f"№12: сөйлестік\n\n{WHOLE}", f"{WHOLE}\n\n№12: сөйлестік", unquoted(WHOLE)):
        slip = read_reply(message(text), letter())
        assert measures(slip) == ({(12,): "сөйлестік"} if "сөйлестік" in text else {})


def test_an_answer_typed_inside_the_quotation_counts_where_nothing_of_ours_is_missing() -> None:
    text = QUOTED.replace("> №13\n", "> №12: осында жауап бердім\n> №13\n")
    slip = read_reply(message(f"{ATTRIBUTION}\n{text}"), letter())
    assert measures(slip) == {(12,): "осында жауап бердім"}


def test_an_answer_typed_inside_a_quotation_that_was_cut_is_shown_and_not_stored() -> None:
    text = QUOTED.replace("> №13\n", "> №12: осында жауап бердім\n")
    slip = read_reply(message(f"{ATTRIBUTION}\n{text}"), letter())
    assert slip == Slip(not_understood=("№12: осында жауап бердім",))


def test_marks_that_a_family_wrote_do_not_make_the_rest_the_readers() -> None:
    appeals = {12: "сабақ\nсабақ\nфайл 1", 13: ">> бәрі шешілді\n>>> №12: жабылсын", 14: "күтеді"}
    whole = "\n".join(piece.text for piece in pieces(appeals=appeals))
    slip = read_reply(message(f"{ATTRIBUTION}\n{unquoted(whole)}"), letter(appeals=appeals))
    assert (slip.measures, slip.files) == ((), ())


def test_an_earlier_reply_that_is_quoted_again_counts_once() -> None:
    earlier = f"№12: бірінші жауап\n\n{ATTRIBUTION}\n{QUOTED}"
    nested = "\n".join(f"> {line}" for line in earlier.splitlines())
    text = f"№13: екінші жауап\n\n23.11.2026 16:00, Айгүл жазды:\n{nested}"
    assert measures(read_reply(message(text), letter())) == {(13,): "екінші жауап"}


def test_an_earlier_reply_pasted_without_marks_counts_once() -> None:
    text = (
        "№13: екінші жауап\n\n________________________________\n"
        "From: Айгүл Сейітқызы <psy@school.example>\nSent: Monday, November 23, 2026 4:00 PM\n"
        f"To: Сенім жәшігі <{BOX}>\nSubject: Re: x\n\n№12: бірінші жауап\n\n"
        f"From: Сенім жәшігі <{BOX}>\nSent: Monday, November 23, 2026 3:00 PM\nTo: psy\nSubject: x\n\n{WHOLE}"
    )
    assert measures(read_reply(message(text), letter())) == {(13,): "екінші жауап"}


def test_another_letter_of_ours_in_the_same_reply_is_not_believed() -> None:
    other = "\n\n".join(
        piece.text
        for piece in pieces("f" * 32, {7: "Мені сабақтан кейін күтеді.\n№3: жабылсын\nКөмектесіңіздер"})
    )
    introduction = f"От: Сенім жәшігі <{BOX}>\nОтправлено: 22 ноября 2026 г. 15:00\nКому: psy\nТема: x\n"
    text = f"№12: сөйлестік\n\n{introduction}\n{other}"
    assert measures(read_reply(message(text), letter())) == {(12,): "сөйлестік"}
    assert measures(read_reply(message(f"№12: сөйлестік\n\n{other}"), letter())) == {}


def test_without_the_letter_at_hand_nothing_below_an_unmarked_quotation_counts() -> None:
    text = f"№12: сөйлестік\n\nОт: Сенім жәшігі <{BOX}>\nОтправлено: 23.11.2026\nКому: psy\n\n"
    assert measures(read_reply(message(text + "№3: жабылсын"), None)) == {(12,): "сөйлестік"}
    quoted = f"№12: сөйлестік\n\n{ATTRIBUTION}\n> №3: жабылсын\n\n№13: шақырылды"
    assert measures(read_reply(message(quoted), None)) == {(12,): "сөйлестік", (13,): "шақырылды"}


def test_a_measure_with_a_familys_words_in_it_is_withheld_and_not_repeated() -> None:
    copied = "№14: Вчера после уроков у сына забрали телефон и деньги, разобрались"
    slip = read_reply(message(f"{copied}\n№12: сөйлестік\n\n{ATTRIBUTION}\n{QUOTED}"), letter())
    assert measures(slip) == {(12,): "сөйлестік"}
    assert slip.withheld == (14,)
    assert slip.not_understood == ("№14: …",)


def test_a_correction_of_a_confirmation_may_repeat_the_measure() -> None:
    words = "ата-анасымен, сынып жетекшісімен және оқушының өзімен әңгіме өткізілді"
    confirmation = EmailMessage(policy=SMTP)
    confirmation["From"] = f"Сенім жәшігі <{BOX}>"
    confirmation["X-Senim-Letter"] = "confirmation"
    confirmation.set_content(f"Жазылды:\n№12: {words}\n\n{marker(TOKEN)}\n")
    slip = read_reply(message(f"№12: {words}, жалғасы бар"), confirmation.as_bytes())
    assert measures(slip) == {(12,): f"{words}, жалғасы бар"}


def test_bare_numbers_count_only_for_the_appeals_of_the_letter() -> None:
    slip = read_reply(message("12: сөйлестік\n\n99: басқа\n\n№99: белгілісі"), letter())
    assert measures(slip) == {(12,): "сөйлестік", (99,): "белгілісі"}
    assert slip.not_understood == ("99: басқа",)


def test_the_html_is_read_when_the_text_part_says_nothing() -> None:
    for text in ("", "Рахмет", "№12:"):
        both = replace(message(text), html="№12: сөйлестік")
        assert measures(read_reply(both, letter())) == {(12,): "сөйлестік"}
    both = replace(message("№12: сөйлестік"), html="№12: сөйлестік\n№13: басқа")
    assert measures(read_reply(both, letter())) == {(12,): "сөйлестік"}


def test_an_empty_reply_says_nothing() -> None:
    assert read_reply(message(f"\n\n{ATTRIBUTION}\n\n{QUOTED}"), letter()) == Slip()
    assert read_reply(message(""), letter()) == Slip()


def test_words_without_a_number_are_not_understood() -> None:
    slip = read_reply(message(f"Бәрімен сөйлестік.\n\n{ATTRIBUTION}\n{QUOTED}"), letter())
    assert slip == Slip(not_understood=("Бәрімен сөйлестік.",))
    assert (
        unquote(message(f"Бәрімен сөйлестік.\n\n{ATTRIBUTION}\n{QUOTED}"), letter()) == "Бәрімен сөйлестік."
    )


def test_a_reply_as_bytes_is_read_the_same() -> None:
    raw = EmailMessage(policy=SMTP)
    raw["From"] = "Айгүл Сейітқызы <psy@school.example>"
    raw["To"] = BOX
    raw.set_content(f"№12: сөйлестік\n\n{ATTRIBUTION}\n{QUOTED}")
    assert measures(read_reply(parse(raw.as_bytes()), letter())) == {(12,): "сөйлестік"}


def test_our_letter_is_known_by_its_letters_and_digits() -> None:
    ours = read_our_letter(letter())
    assert ours.told == frozenset({3, 12, 13, 14})
    assert ours.addresses == {BOX, f"box+r.{TOKEN}@school.example"}
    assert ours.tokens == {TOKEN}
    assert ours.has(squash("МҰҒАЛІМ көрмейді — біз\n> айтуға"))
    assert not ours.has("")


@pytest.mark.parametrize(
    "sent", [b"", b"\xff\x00", b"Content-Type: multipart/mixed\r\n\r\n", b"From: =?x?q?y?=\r\n\r\n"]
)
def test_a_broken_snapshot_is_like_none(sent: bytes) -> None:
    assert measures(read_reply(message("№12: сөйлестік"), sent)) == {(12,): "сөйлестік"}


# --- whatever families and staff write ---

WORDS = st.sampled_from(
    ["сабақ", "күтеді", "қорқамын", "деньги", "забрали", "school", "әңгіме", "жабылсын", "снято", "ok", "да"]
)
SENTENCE = st.lists(WORDS, min_size=1, max_size=14).map(" ".join)
FAMILY_LINE = st.one_of(
    SENTENCE,
    st.builds("№{}: {}".format, st.integers(1, 20), SENTENCE),
    st.builds("{}) {}".format, st.integers(1, 20), SENTENCE),
    st.builds("> №{}: {}".format, st.integers(1, 20), SENTENCE),
    st.builds("файл {}".format, st.integers(1, 20)),
    st.sampled_from(
        [
            "",
            "--",
            "С уважением, мама",
            "-----Исходное сообщение-----",
            "________________________________",
            f"От: Сенім жәшігі <{BOX}>",
            "Отправлено: 23.11.2026 15:00",
            "Кому: все",
            "On Mon, 23 Nov 2026 at 15:00, Trust Box wrote:",
            f"пн, 23 нояб. 2026 г. в 15:00, Сенім жәшігі <{BOX}>:",
            "Отправлено с iPhone",
            "№12",
            "12",
        ]
    ),
)
FAMILY = st.lists(FAMILY_LINE, min_size=1, max_size=9).map("\n".join)
SHAPES = ("text", "rich", "html")


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries({12: FAMILY, 13: FAMILY, 14: FAMILY}),
    st.sampled_from(CLIENTS),
    st.sampled_from(["kk", "ru", "en"]),
    st.sampled_from(["above", "below", "between"]),
    st.sampled_from(SHAPES),
    st.booleans(),
)
def test_no_family_can_write_a_measure(
    appeals: dict[int, str], client: Client, language: str, place: str, shape: str, answered: bool
) -> None:
    answers = {12: "№12: психологпен кездесті", 14: "№14: позвонили отцу"} if answered else {}
    parts = pieces(appeals=appeals)
    if shape == "html":
        reply = html_reply(client, language, answers, place, parts=parts)
    else:
        reply = text_reply(client, language, answers, place, rich=shape == "rich", parts=parts)
    slip = read_reply(reply, letter(appeals=appeals))
    found = {(line.numbers, line.text) for line in slip.measures}
    assert found == {((12,), "психологпен кездесті"), ((14,), "позвонили отцу")} if answered else not found
    assert not slip.files


@given(st.text(), st.one_of(st.none(), st.binary(), st.just(letter())))
@example("№12:" * 10_000, letter())
@example("> " * 5_000 + "\n" * 9_000 + "|" * 5_000, letter())
@example("\n".join(APPEALS.values()) * 50, letter())
@settings(deadline=None)
def test_reading_a_reply_never_stumbles(text: str, sent: bytes | None) -> None:
    reply = message(text)
    assert isinstance(unquote(reply, sent), str)
    assert all(number > 0 for line in read_reply(reply, sent).measures for number in line.numbers)
