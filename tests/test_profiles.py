"""Authentication-Results read strictly: what providers write is understood, what forgers write is no help."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import profiles
from intake.authserv import read_results
from intake.message import Message, parse
from intake.trace import trace_of
from tests.corpora import files
from tests.forgeries import AIGUL, injections, letter
from tests.trails import FRONT, GOOGLE, PROVIDERS, YANDEX, Provider


def doubt(provider: Provider, own: str) -> str:
    found = parse(provider.deliver(letter(), own))
    return profiles.doubt(found, AIGUL, provider.profile, provider.authserv_id)


def unfolded(field: str) -> str:
    return field.replace("\r\n", "")


@pytest.mark.parametrize(
    "host, profile",
    [
        ("imap.gmail.com", "gmail"),
        ("IMAP.GMAIL.COM ", "gmail"),
        ("outlook.office365.com", "microsoft"),
        ("imap-mail.outlook.com", "microsoft"),
        ("imap.mail.ru", "mailru"),
        ("imap.yandex.ru", "yandex"),
        ("imap.yandex.kz", "yandex"),
        ("mail.school.example", ""),
        ("imap.gmail.com.evil.example", ""),
        ("ximap.gmail.com", ""),
        ("", ""),
    ],
)
def test_the_mailboxs_server_tells_the_provider_by_its_whole_name(host: str, profile: str) -> None:
    assert profiles.of_host(host) == profile


def test_a_field_is_read_into_its_results() -> None:
    read = read_results(
        ' mx.google.com 1; dkim=pass header.i=@A.example header.b="a/b="; dmarc=PASS (p=NONE) ;'
    )
    assert read is not None
    assert read.authserv_id == "mx.google.com"
    assert [(one.method, one.value) for one in read.results] == [("dkim", "pass"), ("dmarc", "pass")]
    assert read.results[0].named("header.i") == "@a.example"


def test_every_field_of_a_known_provider_in_the_public_letters_is_understood() -> None:
    for path, raw in files("deltachat-dkimchecks"):
        for field in parse(raw).authentication_results:
            if "arc=pass (" not in field:  # two of another provider, with quotes in a comment
                assert read_results(field) is not None, path


@pytest.mark.parametrize(
    "field",
    [
        "",
        ";",
        "mx.example; dmarc",
        "mx.example; dmarc=",
        "mx.example; dmarc = pass",
        "mx.example; dmarc=pass header.from=",
        "mx.example; dmarc=pass header.from=a.example b",
        'mx.example; dmarc=pass header.from="a.example',
        'mx.example; spf=pass smtp.mailfrom="a b"@a.example; dmarc=pass',
        "mx.example; spf=pass (a (b)); dmarc=pass",
        "mx.example; spf=pass (a; dmarc=pass",
        "mx.example; spf=pass a); dmarc=pass",
        "mx.example; spf=pass (a\\); dmarc=pass",
        'mx.example; spf=pass (a"b"); dmarc=pass',
        "mx.example; spf=pass smtp.mailfrom=a(b)c; dmarc=pass",
        "mx.example;; dmarc=pass",
        "mx.example 2; dmarc=pass",
        "mx.example 1 1; dmarc=pass",
        "mx.example dmarc=pass",
        "mx.example; dmarc=pass\0",
        "mx.example; dmarc=pass header.from=a.exаmple",
        "mx.example; dmarc=pass" + " (x)" * 2000,
        "mx.example" + "; dkim=pass" * 40,
    ],
)
def test_what_is_not_wholly_understood_is_nothing(field: str) -> None:
    assert read_results(field) is None


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
def test_a_providers_yes_is_one(provider: Provider) -> None:
    assert doubt(provider, provider.says(AIGUL, True)) == ""
    assert doubt(provider, provider.says(AIGUL, False)) == "results-say-no"
    for name, own in injections(provider):
        assert doubt(provider, own), name


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
def test_each_part_of_a_providers_yes_is_needed(provider: Provider) -> None:
    """Any result left out, and any word of the result that counts changed: no longer a yes."""
    yes = unfolded(provider.says(AIGUL, True))
    deciding = "dkim" if provider.profile == "yandex" else "dmarc"
    for part in re.findall(r"; ?([a-z]+)=", f"; {yes}"):
        shorter = "; ".join(one for one in re.split(r"; ?", yes) if not one.strip().startswith(f"{part}="))
        if part in (deciding, "dkim") and shorter != yes:
            assert doubt(provider, shorter), part
    for old, new in (
        ("pass", "fail"),
        ("pass", "passed"),
        ("school.example", "school.examples"),
        ("=", " = "),
    ):
        start = yes.index(f"{deciding}=")
        assert doubt(provider, yes[:start] + yes[start:].replace(old, new)), (old, new)


def test_the_field_of_yandex_names_the_host_that_took_the_letter_in() -> None:
    raw = YANDEX.deliver(letter(), YANDEX.says(AIGUL, True))
    assert not profiles.doubt(parse(raw), AIGUL, "yandex", "")
    other = raw.replace(f"by {FRONT}".encode(), b"by mxfront.iva.yp-c.yandex.net")
    assert profiles.doubt(parse(other), AIGUL, "yandex", "") == "misplaced-results"


SIGNS = list('()\\";=, \tx@.<>\0\r')
WORDS = ["dmarc=pass", "dkim=pass", "header.from=", "header.i=@", "header.d=", "school.example", AIGUL, "; "]


@pytest.mark.parametrize("provider", PROVIDERS[:-1], ids=lambda one: one.name)
def test_a_large_provider_writes_nothing_else(provider: Provider) -> None:
    """A server of one's own may write what it likes; of the large ones we know each result and its place."""
    yes = unfolded(provider.says(AIGUL, True))
    assert doubt(provider, f"{yes}; auth=pass smtp.auth=x")
    assert doubt(provider, yes.replace("spf=pass", "spf=pass; spf=pass", 1))


NOISE = st.lists(st.sampled_from(SIGNS + WORDS), max_size=15).map("".join)


@given(st.sampled_from(PROVIDERS), st.data())
def test_nothing_put_anywhere_into_a_no_makes_it_a_yes(provider: Provider, data: st.DataObject) -> None:
    """A sender chooses the envelope address, which stands in the SPF result; more than that is nobody's."""
    no = unfolded(provider.says(AIGUL, False))
    place = "any@evil.example" if "any@evil.example" in no else "evil.example"
    own = no.replace(place, data.draw(NOISE) + place)
    own = own.replace("\r", "\r ")  # a line of its own would be another field, and is tried elsewhere
    assert doubt(provider, own)


@given(st.sampled_from(PROVIDERS), st.data())
def test_words_within_comments_never_make_a_no_a_yes(provider: Provider, data: st.DataObject) -> None:
    no = unfolded(provider.says(AIGUL, False))
    places = [at for at, sign in enumerate(no) if sign in " ;"]
    at = data.draw(st.sampled_from(places))
    inside = data.draw(NOISE).replace("\r", "")
    assert doubt(provider, f"{no[:at]} ({inside}) {no[at:]}")


@given(st.sampled_from(PROVIDERS), st.data())
def test_a_yes_with_anything_put_into_it_is_a_yes_for_the_same_sender_only(
    provider: Provider, data: st.DataObject
) -> None:
    yes = unfolded(provider.says("x@evil.example", True))
    at = data.draw(st.integers(0, len(yes)))
    assert doubt(provider, yes[:at] + data.draw(NOISE).replace("\r", "") + yes[at:])


@given(st.text(max_size=300))
def test_any_text_is_understood_or_not_and_nothing_breaks(text: str) -> None:
    read = read_results(text)
    assert read is None or all(result.method and result.value for result in read.results)


def test_long_fields_cost_no_time() -> None:
    for piece in ("(", '"', "a=", "a=b ", "; ", "()", "\\", "a=(", 'a="'):
        assert read_results(piece * 8_000) is None


def test_the_trace_names_who_received_and_how_and_not_from_whom() -> None:
    fields = [
        ("received", "from a.example (b [192.0.2.1]) (c (d)) by MX.example (e) with ESMTPS id x; date"),
        ("received", "by 2002:a05:1 with SMTP id x; date"),
        ("received", "from a by b.example"),
        ("received", "from a by b with c by mx.google.com with ESMTP id x"),
        ("received", "(by mx.google.com with ESMTP)"),
        ("received", "from mx.google.com; by mx.google.com with ESMTP"),
        ("received", "x" * 100_000),
        ("subject", "from a by b with c"),
    ]
    assert trace_of(fields) == (
        "received by mx.example with esmtps",
        "received by 2002:a05:1 with smtp",
        "received",
        "received by b with c",
        "received",
        "received",
        "received",
        "subject",
    )


def came(*fields: str) -> tuple[str, ...]:
    message: Message = parse(
        "".join(f"Authentication-Results: {one}\r\n" for one in fields).encode() + letter()
    )
    return message.authentication_results


@pytest.mark.parametrize(
    "host, fields, proposed",
    [
        ("imap.gmail.com", [GOOGLE.says(AIGUL, True)], "gmail"),
        ("imap.gmail.com", [GOOGLE.says(AIGUL, False), "list.example; dkim=pass"], "gmail"),
        ("imap.gmail.com", [GOOGLE.says(AIGUL, True)] * 2, ""),
        ("imap.gmail.com", ["other.example; dmarc=pass"], ""),
        ("mail.school.example", ["mail.school.example; dmarc=pass header.from=a.example"], "authserv-id"),
        ("mail.school.example", ["mail.school.example; dmarc=pass", "mail.school.example; dkim=pass"], ""),
        ("mail.school.example", ["spf=pass; dmarc=pass"], ""),
        ("mail.school.example", ["mail.school.example; (("], ""),
        ("mail.school.example", [], ""),
    ],
)
def test_the_profile_that_fits_what_came_round_is_proposed(
    host: str, fields: list[str], proposed: str
) -> None:
    assert profiles.proposed(came(*fields), host) == proposed
