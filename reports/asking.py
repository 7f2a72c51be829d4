"""Two letters that ask a reader: was this reply yours, and shall what a colleague did stand?"""

from collections.abc import Mapping

from reports.render import Draft
from reports.school import School, StaffMember


def write_confirm(school: School, member: StaffMember, data: Mapping[str, object]) -> Draft:
    raise NotImplementedError


def write_echo(school: School, member: StaffMember, data: Mapping[str, object]) -> Draft:
    raise NotImplementedError
