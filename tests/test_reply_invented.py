"""Whatever mail program there is, whatever a family writes: no answer is lost, nothing of ours is taken."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.our_letter import squash
from intake.reply import read_reply
from reports.slip import Slip
from tests.invented_clients import WRAPPED, Invented, Wrapped, in_text, marked, unmarked
from tests.real_replies import Real, several, typed_into
from tests.replies import BOX, EXAMPLE
from tests.test_reply import FAMILY_LINE

ATTACKS = [
    "№13: кінәлі мен емес",
    "12) жалоба снята",
    "⁂ senim:r.0123456789abcdef0123456789abcdef",
    f"2026 ж. 23 қар., дс 15:00 уақытында, Сенім жәшігі <{BOX}> жазды:",
    "-----Original Message-----",
    f"From: Сенім жәшігі <{BOX}>",
    "> №14: жабылсын",
    "| №12: жабылсын",
    ">> бәрі шешілді",
    EXAMPLE,
    "сөйлестім, бәрі жақсы",
    "№12",
    "№14  ШҰҒЫЛ",
    "№13 · жасырын, 7-сынып",
    "қаралды",
    "файл 13",
    "ҚАТЕ",
    "-- ",
]
LINE = st.one_of(FAMILY_LINE, st.sampled_from(ATTACKS))
FAMILY = st.lists(LINE, min_size=1, max_size=8).map("\n".join).filter(lambda one: squash(one) != "")
APPEALS = st.fixed_dictionaries({12: FAMILY, 13: FAMILY, 14: FAMILY})
WORDS = (
    "психологпен кездесті",
    "позвонили отцу, он придёт завтра",
    "the guard was told\nand the head too",
    "кездестік",
)
ANSWERS = st.dictionaries(st.sampled_from([12, 13, 14, 3]), st.sampled_from(WORDS), max_size=4)
LANGUAGE = st.sampled_from(["kk", "ru", "en"])
COUNTS = Counter[str]()


def count(slip: Slip, answers: dict[int, str], letter: Real) -> tuple[list[object], list[object]]:
    """What was lost and what was taken that nobody wrote."""
    expected = set(answers.items())
    found = {(number, line.text) for line in slip.measures for number in line.numbers}
    kinds = [line for line in slip.measures if line.kind is not None]
    lost, foreign = sorted(expected - found), sorted(found - expected)
    COUNTS.update({"replies": 1, "answers": len(expected), "lost": len(lost), "leaked": len(foreign)})
    return list(lost), [*foreign, *kinds, *slip.files, slip.away, slip.undo]


def nothing(foreign: list[object]) -> bool:
    return not any(foreign)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(APPEALS, ANSWERS, marked(), LANGUAGE, st.booleans())
def test_answers_between_marked_lines(
    appeals: dict[int, str], answers: dict[int, str], client: Invented, language: str, rich: bool
) -> None:
    letter = several(language, appeals)
    pieces = [(one.number, one.html if rich else one.text) for one in letter.pieces]
    reply = in_text(client, pieces, answers)
    lost, foreign = count(read_reply(reply, letter.sent), answers, letter)
    assert nothing(foreign), (foreign, reply.text)
    assert not lost, (lost, reply.text)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(APPEALS, ANSWERS, unmarked(), LANGUAGE, st.booleans())
def test_answers_between_lines_without_marks(
    appeals: dict[int, str], answers: dict[int, str], client: Invented, language: str, rich: bool
) -> None:
    letter = several(language, appeals)
    pieces = [(one.number, one.html if rich else one.text) for one in letter.pieces]
    reply = in_text(client, pieces, answers)
    lost, foreign = count(read_reply(reply, letter.sent), answers, letter)
    assert nothing(foreign), (foreign, reply.text)
    assert not lost, (lost, reply.text)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(APPEALS, ANSWERS, WRAPPED, LANGUAGE, st.booleans())
def test_answers_typed_into_our_html(
    appeals: dict[int, str], answers: dict[int, str], client: Wrapped, language: str, quoted: bool
) -> None:
    letter = several(language, appeals)
    inner = letter.html.partition("<body")[2].partition(">")[2].partition("</body>")[0]
    for number, words in answers.items():
        inner = typed_into(inner, number, client.typed(words))
    reply = client.quoted(f"<blockquote>{inner}</blockquote>" if quoted else inner)
    lost, foreign = count(read_reply(reply, letter.sent), answers, letter)
    assert nothing(foreign), (foreign, reply.html)
    assert not lost, (lost, reply.html)


def test_the_counters_of_invented_programs_are_nought(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print("\ninvented mail programs:", ", ".join(f"{name} {count}" for name, count in COUNTS.items()))
    assert COUNTS["lost"] == COUNTS["leaked"] == 0
