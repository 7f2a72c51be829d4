"""The token of a letter comes back from whatever a mail program keeps of it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.reference import marker, message_id, new_token, reply_to, tokens_in

BOX = "box@school.example"
TOKENS = st.integers(min_value=0, max_value=2**128 - 1).map(lambda number: f"{number:032x}")
BOXES = st.sampled_from([BOX, "box+one@school.example", "senim-7.almaty@mail.school.example"])


def test_a_token_is_128_bits_and_never_the_same() -> None:
    found = {new_token() for _ in range(1000)}
    assert len(found) == 1000
    assert all(re.fullmatch(r"[0-9a-f]{32}", token) for token in found)


@given(BOXES, TOKENS)
def test_all_three_forms_bring_the_token_back(box: str, token: str) -> None:
    for form in (reply_to(box, token), message_id(box, token), marker(token)):
        assert tokens_in(form) == [token]
        assert tokens_in(form.upper()) == [token]
        assert tokens_in(f"> TB> «{form}», {form}.\n{form}") == [token]


@given(TOKENS)
def test_the_same_letter_has_the_same_message_id(token: str) -> None:
    assert message_id(BOX, token) == message_id(BOX, token)
    assert re.fullmatch(r"<[^<>\s@]+@school\.example>", message_id(BOX, token))


def test_a_box_with_a_plus_keeps_it() -> None:
    token = "a" * 32
    assert reply_to("box+one@school.example", token) == f"box+one+r.{token}@school.example"


def test_a_long_box_name_is_not_made_longer_than_servers_allow() -> None:
    box = "the-trust-box-of-school-one@school.example"
    assert reply_to(box, "a" * 32).startswith("the-trust-box-of-school-one+r.")
    longer = "the-trust-box-of-gymnasium-number-one@school.example"
    assert reply_to(longer, "a" * 32) == longer


@given(TOKENS)
def test_the_marker_is_never_wrapped(token: str) -> None:
    assert len(marker(token)) < 60
    assert "\n" not in marker(token)


@given(st.lists(TOKENS, max_size=5))
def test_several_tokens_come_in_their_order_and_once(tokens: list[str]) -> None:
    addresses = [reply_to(BOX, token) for token in tokens]
    body = "\n".join(f"> {marker(token)}" for token in reversed(tokens))
    assert tokens_in(*addresses, body) == list(dict.fromkeys(tokens))


@given(st.lists(st.text(), max_size=3))
def test_no_text_makes_it_stumble(texts: list[str]) -> None:
    assert all(re.fullmatch(r"[0-9a-f]{32}", token) for token in tokens_in(*texts))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a" * 32,
        "senim:r." + "a" * 31,
        "senim:r." + "a" * 33,
        "senim:r." + "g" * 32,
        f"box+s.{'a' * 32}@school.example",
        f"user.{'a' * 32}@school.example",
        f"box+r.{'a' * 16}\n{'a' * 16}@school.example",
    ],
)
def test_what_is_nearly_a_token_is_none(text: str) -> None:
    assert tokens_in(text) == []


@pytest.mark.parametrize("token", ["", "A" * 32, "a" * 31, "a" * 32 + "\n", f"{'a' * 31}@"])
def test_a_bad_token_is_never_written(token: str) -> None:
    with pytest.raises(ValueError, match="new_token"):
        reply_to(BOX, token)
    with pytest.raises(ValueError, match="new_token"):
        message_id(BOX, token)
    with pytest.raises(ValueError, match="new_token"):
        marker(token)


def test_a_box_without_a_domain_is_refused_with_a_remedy() -> None:
    with pytest.raises(ValueError, match=r"mailbox\.address"):
        reply_to("box", "a" * 32)
