"""The frozen clock of the tests."""

from datetime import datetime
from zoneinfo import ZoneInfo

A_MOMENT = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Asia/Almaty"))  # a Monday, before 15:00
