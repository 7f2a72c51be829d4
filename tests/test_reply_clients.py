"""Every mail program, in three languages: no answer is lost, and no family's words become a measure."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest

from intake.message import Message
from intake.our_letter import read_our_letter, squash
from intake.reply import read_reply
from reports.slip import Slip
from tests.real_replies import Real, confirmation, replied, several, single
from tests.replies import APPEALS, CLIENTS, EXAMPLE, Client, html_reply, letter, text_reply

LANGUAGES = ("kk", "ru", "en")
PLACES = ("above", "below", "between")
ANSWERS: tuple[tuple[dict[int, str], set[tuple[tuple[int, ...], str]]], ...] = (
    (
        {12: "№12: сынып жетекшісімен сөйлестім, ертең анасы келеді"},
        {((12,), "сынып жетекшісімен сөйлестім, ертең анасы келеді")},
    ),
    ({12: EXAMPLE}, {((12,), "әңгіме өткізілді")}),
    (
        {13: "№ 13, 14 – беседы проведены,\nвызваны родители"},
        {((13, 14), "беседы проведены,\nвызваны родители")},
    ),
    (
        {12: "12: әңгіме өткізілді", 13: "13) вызвали отца", 14: "14 - met the pupil"},
        {((12,), "әңгіме өткізілді"), ((13,), "вызвали отца"), ((14,), "met the pupil")},
    ),
    (
        {12: "№12: ата-анасы шақырылды", 14: "№14: called the guard"},
        {((12,), "ата-анасы шақырылды"), ((14,), "called the guard")},
    ),
)
OURS = squash("\n".join(APPEALS.values()))


def shown(slip: Slip) -> set[tuple[tuple[int, ...], str]]:
    return {(line.numbers, line.text) for line in slip.measures}


def leaked(slip: Slip, expected: set[tuple[tuple[int, ...], str]]) -> list[str]:
    """Measures that nobody wrote, and a family's words in what would be sent back."""
    foreign = [text for numbers, text in shown(slip) if (numbers, text) not in expected]
    notes = [note for note in slip.not_understood if len(squash(note)) >= 12 and squash(note) in OURS]
    return foreign + notes + [str(number) for number in slip.files]


def replies(client: Client) -> list[tuple[str, Message, set[tuple[tuple[int, ...], str]]]]:
    found = []
    for turn, (place, (answers, expected)) in enumerate(product(PLACES, ANSWERS)):
        # What languages change stands above the quotation: all of them there, one after the other below.
        for language in LANGUAGES if place == "above" else (LANGUAGES[turn % len(LANGUAGES)],):
            where = f"{client.name}, {language}, {place}"
            found += [
                (f"{where}, text", text_reply(client, language, answers, place, rich=False), expected),
                (f"{where}, HTML as text", text_reply(client, language, answers, place, rich=True), expected),
                (f"{where}, HTML", html_reply(client, language, answers, place), expected),
            ]
    return found


COUNTS = Counter[str]()


@pytest.mark.parametrize("client", CLIENTS, ids=[client.name for client in CLIENTS])
def test_no_answer_is_lost_and_nothing_of_ours_is_taken_for_one(client: Client) -> None:
    sent, faults = letter(), []
    for where, message, expected in replies(client):
        slip = read_reply(message, sent)
        lost, foreign = expected - shown(slip), leaked(slip, expected)
        COUNTS.update({"replies": 1, "answers lost": len(lost), "foreign text leaked": len(foreign)})
        if lost or foreign:
            faults.append((where, lost, foreign, message.text or message.html))
    assert not faults, faults[0]


# --- around the letters that we really send ---

Said = set[tuple[tuple[int, ...], str]]
PARTS = ("text", "HTML as text", "HTML")
WITH_NUMBERS = {12: "№12: сынып жетекшісімен сөйлестім", 14: "13, 14 - вызваны родители,\nбеседа проведена"}
NUMBERED: Said = {((12,), "сынып жетекшісімен сөйлестім"), ((13, 14), "вызваны родители,\nбеседа проведена")}
UNDER = {
    12: "сынып жетекшісімен сөйлестім,\nертең анасы келеді",
    14: "called the guard",
    3: "беседа проведена",
}
PLACED: Said = {((number,), words) for number, words in UNDER.items()}
ALONE = {12: "сынып жетекшісімен сөйлестім, ертең анасы келеді"}
ONE: Said = {((12,), ALONE[12])}
TALLY: dict[str, Counter[str]] = defaultdict(Counter)


def asked(language: str, client: Client) -> Iterator[tuple[str, Real, Message, Said]]:
    """Replies to a letter of several appeals, to one of a single appeal and to a confirmation."""
    many, one, stored = several(language, APPEALS), single(language), confirmation(language)
    for place, part in product(PLACES, PARTS):
        answers, said = (UNDER, PLACED) if place == "between" else (WITH_NUMBERS, NUMBERED)
        yield f"{place}, several, {part}", many, replied(client, language, many, answers, place, part), said
        if (place, part) != ("above", "HTML as text"):
            yield f"{place}, one, {part}", one, replied(client, language, one, ALONE, place, part), ONE
    for place in ("above", "below"):
        reply = replied(client, language, stored, WITH_NUMBERS, place, "text")
        yield f"{place}, confirmation", stored, reply, NUMBERED


@pytest.mark.parametrize("client", CLIENTS, ids=[client.name for client in CLIENTS])
def test_answers_to_real_letters_are_read_wherever_they_stand(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.reply.read_our_letter", cache(read_our_letter))  # each is read often
    faults = []
    for language in LANGUAGES:
        for where, real, message, expected in asked(language, client):
            slip = read_reply(message, real.sent)
            lost, foreign = expected - shown(slip), leaked(slip, expected)
            noise = bool(slip.not_understood or slip.withheld)
            TALLY[client.name].update(replies=1, answers=len(expected), lost=len(lost), leaked=len(foreign))
            if lost or foreign or noise:
                faults.append((language, where, lost, foreign, slip, message.text or message.html))
    assert not faults, faults[0]


def test_the_two_counters_are_nought(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(name, *(str(count[one]) for one in COLUMNS)) for name, count in TALLY.items()]
    with capsys.disabled():
        print("\nreplies of mail programs:", ", ".join(f"{name} {count}" for name, count in COUNTS.items()))
        for row in [("mail program", *COLUMNS), *rows]:
            print(f"{row[0]:42}", *(f"{one:>9}" for one in row[1:]))
    assert COUNTS["answers lost"] == COUNTS["foreign text leaked"] == 0
    assert not any(count["lost"] or count["leaked"] for count in TALLY.values())


COLUMNS = ("replies", "answers", "lost", "leaked")
