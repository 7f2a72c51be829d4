"""A held message that a person let in: as an appeal, or as the reply to a letter of ours."""

from email.message import EmailMessage

import pytest

from intake.release import NotReleased, release, release_as_reply
from intake.round_trip import MOST_A_DAY
from journal.model import HeldState, Status
from tests.desk import AIGUL, YERLAN, DayAtTheDesk, believed, text_of
from tests.school import plain_letter, reply_to

pytestmark = pytest.mark.decides

HOME = "aigul.home@mail.example"


def daily(day: DayAtTheDesk) -> EmailMessage:
    day.arrives(plain_letter("Жасырын\n\nАсханада кезек ұзақ."))
    day.at(15).sends()
    (letter,) = day.letters(AIGUL, "daily")
    day.at(16)
    return letter


def put_aside(day: DayAtTheDesk, reply: EmailMessage | bytes) -> int:
    """The id of a message that is held as soon as it comes."""
    before = {one.id for one in day.journal.held()}
    day.arrives(reply)
    (new,) = {one.id for one in day.journal.held()} - before
    return new


def measures(day: DayAtTheDesk) -> list[tuple[str, str]]:
    return [(measure.text, measure.by) for measure in day.journal.entry(1).measures]


def test_a_reply_from_home_counts_once_a_person_has_asked_its_writer(day: DayAtTheDesk) -> None:
    held = put_aside(day, reply_to(daily(day), "№1: әңгіме өткізілді", HOME))
    assert measures(day) == []
    assert release_as_reply(held, day.desk) == AIGUL
    assert measures(day) == [("әңгіме өткізілді", AIGUL.name)]
    assert day.journal.held_message(held).state is HeldState.RELEASED
    assert day.history("believed") == [{"by": "by-hand", "letter": 1, "level": 0}]
    assert day.history("released") == [{"held": held, "reason": "as-reply"}]
    day.sends()
    (confirmation,) = day.letters(AIGUL, "confirmation")
    assert "әңгіме өткізілді" in text_of(confirmation)
    with pytest.raises(NotReleased, match="already settled"):
        release_as_reply(held, day.desk)


def test_one_too_many_without_proof_is_let_in_without_another_question(day: DayAtTheDesk) -> None:
    letter = daily(day)
    for turn in range(MOST_A_DAY):
        day.arrives(reply_to(letter, f"№1: жалған {turn}", AIGUL.address))
    held = put_aside(day, reply_to(letter, "№1: шын сөз", AIGUL.address))
    release_as_reply(held, day.desk)
    assert measures(day) == [("шын сөз", AIGUL.name)]
    assert day.history("believed")[0]["level"] == 1


def test_a_grave_act_that_is_let_in_is_told_to_the_others_as_well(day: DayAtTheDesk) -> None:
    held = put_aside(day, reply_to(daily(day), "№1: негізсіз", HOME))
    release_as_reply(held, day.desk)
    assert day.journal.entry(1).status is Status.CLOSED
    day.sends()
    assert len(day.letters(YERLAN, "echo")) == 1


def test_without_a_token_there_is_nobody_in_whose_name_it_could_count(day: DayAtTheDesk) -> None:
    daily(day)
    held = put_aside(day, plain_letter("№1: әңгіме өткізілді", sender=AIGUL.address))
    with pytest.raises(NotReleased, match="senim journal measure"):
        release_as_reply(held, day.desk)
    assert measures(day) == []
    assert day.journal.held_message(held).state is HeldState.WAITING


def test_a_reader_who_left_records_nothing_by_hand_either(day: DayAtTheDesk) -> None:
    letter = daily(day)
    day.without(AIGUL)
    held = put_aside(day, reply_to(letter, "№1: әңгіме өткізілді", AIGUL.address))
    with pytest.raises(NotReleased, match="no longer in `staff`"):
        release_as_reply(held, day.desk)


def test_what_says_nothing_to_record_stays_held(day: DayAtTheDesk) -> None:
    letter = daily(day)
    held = put_aside(day, reply_to(letter, "Рахмет!", HOME))
    with pytest.raises(NotReleased, match="held show"):
        release_as_reply(held, day.desk)
    assert day.journal.held_message(held).state is HeldState.WAITING
    day.sends()
    assert not day.letters(AIGUL, "confirmation"), "nobody is told of what did not happen"


def test_a_reply_that_came_again_in_the_right_way_is_not_counted_twice(day: DayAtTheDesk) -> None:
    reply = reply_to(daily(day), "№1: әңгіме өткізілді", AIGUL.address)
    reply["Sender"] = "somebody@else.example"
    held = put_aside(day, reply)
    del reply["Sender"]
    day.arrives(believed(reply))
    with pytest.raises(NotReleased, match="counted before"):
        release_as_reply(held, day.desk)
    assert len(measures(day)) == 1


def test_it_can_still_become_an_appeal(day: DayAtTheDesk) -> None:
    daily(day)
    held = put_aside(day, plain_letter("Балам туралы жазып отырмын.", sender=AIGUL.address))
    assert release(held, day.desk) == 2
