"""Finds «ҚАТЕ» in a reply: what an earlier one recorded is to be taken back, all of it or of one appeal."""

import re
from dataclasses import dataclass, replace

from reports.numbers import read_head
from reports.said import Answer, answer_in, is_undo
from reports.slip import Slip


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What is to be taken back: of these appeals, or of all that the answered letter tells of."""

    numbers: tuple[int, ...] = ()


def split_undo(slip: Slip, *, answers: bool) -> tuple[Slip, Undo | None]:
    """The slip without «ҚАТЕ», and what that takes back. `answers`: it answers a letter that says so."""
    lines = [one for one in slip.measures if one.kind is None and is_undo(one.text)]
    named = [number for one in lines for number in one.numbers]
    all_of_it, notes = slip.undo, []
    for note in slip.not_understood:
        numbers = _of_numbers(note)
        if numbers:
            named.extend(numbers)
        elif is_undo(note) or (answers and _begins(note)):
            all_of_it = True
        else:
            notes.append(note)
    if not (all_of_it or named):
        return slip, None
    left = replace(
        slip,
        undo=False,
        measures=tuple(one for one in slip.measures if one not in lines),
        not_understood=tuple(notes),
    )
    return left, Undo(numbers=tuple(dict.fromkeys(named)))


def _of_numbers(note: str) -> tuple[int, ...]:
    """«ҚАТЕ №12», «ошибка: 12 и 13», «№12 - қате»."""
    head = read_head(note)
    if head is not None and is_undo(head.rest):
        return head.numbers
    word, _, behind = note.partition(" ")
    head = read_head(behind.strip(" :,.-–—")) if is_undo(word) else None
    return head.numbers if head and not head.rest else ()


def _begins(note: str) -> bool:
    """«Қате, кешіріңіз», «отменить», with no number in it: «ошибка, это № 13» may mean anything."""
    phrase, word = (re.split(cut, note.strip(), maxsplit=1)[0] for cut in (r"[,.!;:–—]", r"[\s,.!;:–—]"))
    said = is_undo(phrase) or is_undo(word) or answer_in(note) is Answer.STOP
    return said and not any(one.isdigit() for one in note)
