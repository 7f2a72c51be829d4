"""Letters about the post itself: one did not reach its reader, a trouble has begun or is over."""

from collections.abc import Mapping

from reports.render import Draft
from reports.school import School, StaffMember


def write_bounced(school: School, member: StaffMember, data: Mapping[str, object]) -> Draft:
    raise NotImplementedError


def write_notice(school: School, member: StaffMember, data: Mapping[str, object]) -> Draft:
    raise NotImplementedError
