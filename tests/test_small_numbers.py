"""No count under five can be read from what leaves the school, nor be reckoned from it."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.small_numbers import FEW, masked

Shown = tuple[int | None, ...]


def shown(counts: tuple[int, ...]) -> Shown:
    return tuple(masked(dict(enumerate(counts))).values())


def tables(length: int, total: int) -> Iterator[tuple[int, ...]]:
    """Every table of so many counts with this total."""
    if length == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in tables(length - 1, total - first):
            yield (first, *rest)


@cache
def by_what_is_shown(length: int, total: int) -> dict[Shown, list[tuple[int, ...]]]:
    """What whoever knows the rule can reckon: all tables that would look like this one."""
    found: dict[Shown, list[tuple[int, ...]]] = defaultdict(list)
    for table in tables(length, total):
        found[shown(table)].append(table)
    return found


@pytest.mark.parametrize(("length", "most"), [(2, 60), (3, 36), (4, 22), (5, 17)])
def test_whoever_knows_the_rule_and_the_total_solves_for_no_count(length: int, most: int) -> None:
    for total in range(FEW, most):
        for seen, possible in by_what_is_shown(length, total).items():
            for at, value in enumerate(seen):
                if value is None:
                    assert len({table[at] for table in possible}) > 1, (total, seen, possible)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12).map(tuple))
def test_nothing_under_five_is_shown_and_what_is_shown_is_true(counts: tuple[int, ...]) -> None:
    for count, value in zip(counts, shown(counts), strict=True):
        assert value is None or value == count >= FEW


@settings(max_examples=300)
@given(st.lists(st.integers(0, 12), min_size=2, max_size=9).map(tuple))
def test_in_any_table_what_is_hidden_can_be_moved_about(counts: tuple[int, ...]) -> None:
    """Of a longer table: for each hidden count there is a neighbour that looks the same from outside."""
    seen = shown(counts)
    hidden = [at for at, value in enumerate(seen) if value is None]
    if sum(counts) < FEW:
        return  # not even the total is shown
    for at in hidden:
        moved = (
            tuple(c + step * (i == at) - step * (i == other) for i, c in enumerate(counts))
            for other in hidden
            if other != at
            for step in range(-counts[at], counts[other] + 1)
            if step
        )
        assert any(shown(one) == seen for one in moved), (counts, seen)


def test_a_large_table_without_small_counts_is_shown_whole() -> None:
    assert shown((5, 9, 30)) == (5, 9, 30)


def test_where_there_are_few_appeals_nothing_is_shown() -> None:
    assert shown((2, 0, 2)) == (None, None, None)
