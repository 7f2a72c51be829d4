"""`senim check --circle`: what becomes of a letter at the school's own provider, learned before a family writes."""

import json
from datetime import UTC, datetime

import pytest

from intake import circle, circle_findings
from intake.circle import go_round
from intake.circle_findings import Journey, Learned, findings
from intake.server import Finding
from tests.boxes import everywhere, put
from tests.command import Senim, config_of
from tests.school import SchoolUnderTest, plain_letter
from tests.servers import Account, Mail

OWN = "mail.school.example; dmarc=pass header.from=school.example"


def habit(mail: Mail, box: Account, **words: str) -> None:
    """What the provider does with the letters of this box: see tests/server_settings.py."""
    line = " ".join(f'{key}="{value}"' for key, value in words.items())
    with (mail.base / "habits").open("a") as file:
        file.write(f"{box.address}: {line}\n")


def round_of(school: SchoolUnderTest) -> dict[str, Finding]:
    told: list[str] = []
    found = go_round(config_of(school.folder), datetime.now(UTC), tell=told.append)
    assert told
    return {one.name.removeprefix("circle: "): one for one in found}


def test_a_letter_comes_round_and_nothing_of_it_stays(school: SchoolUnderTest) -> None:
    before = everywhere(school.mail, school.box)
    found = round_of(school)
    assert all(one.ok for one in found.values()), found
    assert "came back" in found["a letter to the box"].remedy
    assert "arrive" in found["subaddresses"].remedy
    assert everywhere(school.mail, school.box) == before == {}
