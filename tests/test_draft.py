"""What a letter would be as an appeal is made in the process apart, as it would be in ours."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from intake import draft as drafting
from intake.draft import Draft, draft
from intake.draft_shape import draft_in, draft_out, habits_in, habits_out
from intake.form import FormFields, write_form
from intake.labels import labels_with
from intake.message import Unreadable, parse
from intake.reader import Reader
from intake.reader_shape import Header, NotOurShape
from journal.model import Appeal, Attachment, Channel
from tests.corpora import letters
from tests.drafts import HABITS
from tests.school import plain_letter

SIGNED = plain_letter("Балама қысым жасайды.\n\nҚұрметпен,\nЕрлан Маратов", subject="Қысым")
FORM = bytes(
    write_form(
        FormFields(anonymous=False, surname="Маратов", given_name="Ерлан", text="Суық", language="ru"),
        [Attachment(name="сурет.png", media_type="image/png", content=b"png")],
        box="box@school.example",
        submission_id="b6f1c2d3e4",
        now=datetime(2026, 11, 22, tzinfo=UTC),
    )
)


def in_our_own_process(raw: bytes) -> Draft | str:
    try:
        return draft(parse(raw), HABITS)
    except Unreadable as fault:
        return fault.reason


def heard(header: Header) -> Header:
    """As JSON brings it across."""
    return dict(json.loads(json.dumps(header)))


def said(one: Draft | Unreadable | str) -> object:
    match one:
        case Draft(appeal=Unreadable() as fault):
            return one.message, fault.reason
        case Unreadable():
            return one.reason
    return one


def test_letters_are_drafted_the_same_as_in_our_own_process(reader: Reader) -> None:
    raws = [*[raw for _, raw in letters()][::9], FORM, SIGNED]
    kinds: set[Channel] = set()
    for raw, found in zip(raws, reader.drafts(raws, HABITS), strict=True):
        assert said(found) == said(in_our_own_process(raw)), raw[:100]
        if isinstance(found, Draft) and isinstance(found.appeal, Appeal):
            kinds.add(found.appeal.channel)
    assert kinds == {Channel.LETTER, Channel.PAGE}


@pytest.mark.parametrize(
    "raw",
    [
        b"X-Senim-Letter: daily\r\n" + SIGNED,
        b"Auto-Submitted: auto-generated\r\n" + SIGNED,
        b"Precedence: bulk\r\n" + SIGNED,
        b"X-Spam-Flag: YES\r\n" + SIGNED,
    ],
)
def test_what_looks_like_no_appeal_is_drafted_only_when_a_person_asks(reader: Reader, raw: bytes) -> None:
    (found,) = reader.drafts([raw], HABITS)
    assert isinstance(found, Draft)
    assert found.appeal is None
    asked = reader.draft(raw, HABITS).appeal
    assert isinstance(asked, Appeal)
    assert asked.applicant is not None
    assert asked.applicant.surname == "Маратов"


def test_a_letter_of_staff_is_no_appeal_of_theirs() -> None:
    habits = replace(HABITS, addresses=frozenset({"family@mail.example"}))
    raw = SIGNED.replace(b"From: ", b"X-From: ").replace(
        b"X-From: ", b"From: Family@mail.example\r\nX-From: "
    )
    assert draft(parse(raw), habits).appeal is None
    assert draft(parse(raw), HABITS).appeal is not None


def test_a_fault_of_ours_is_told_by_its_class_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_words: object, **_named: object) -> None:
        raise KeyError("Аружан 7Ә")

    monkeypatch.setattr(drafting, "to_appeal", fails)
    fault = draft(parse(SIGNED), HABITS).appeal
    assert isinstance(fault, Unreadable)
    assert fault.reason == "error-KeyError"
    header, blobs = draft_out(draft(parse(SIGNED), HABITS))
    again = draft_in(heard(header), blobs).appeal
    assert isinstance(again, Unreadable)
    assert again.reason == "error-KeyError"


def test_a_schools_own_labels_go_across_and_the_rest_stays_at_home() -> None:
    habits = replace(HABITS, labels=labels_with({"text": ["Не болды"]}), staff=("Айгүл Сейітқызы",))
    across = heard(habits_out(habits))
    assert across["labels"] == {"неболды": "text"}
    assert habits_in(across) == habits
    assert habits_out(HABITS)["labels"] == {}


@pytest.mark.parametrize(
    "change",
    [
        {"channel": "telepathy"},
        {"language": "xx"},
        {"urgent": "yes"},
        {"content": 5},
        {"applicant": {"surname": "Маратов"}},
        {"applicant": "Маратов"},
        {"same_text": None},
    ],
)
def test_a_draft_that_is_not_of_our_shape_is_refused(change: dict[str, object]) -> None:
    header, blobs = draft_out(draft(parse(SIGNED), HABITS))
    appeal = header["appeal"]
    assert isinstance(appeal, dict)
    assert isinstance(draft_in(heard(header), blobs).appeal, Appeal)
    with pytest.raises(NotOurShape):
        draft_in({**heard(header), "appeal": {**appeal, **change}}, blobs)
