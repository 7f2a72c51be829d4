"""What all tests share lives in plug-ins of this folder; each is named here."""

pytest_plugins = [
    "tests.databases",
    "tests.servers",
    "tests.school",
    "tests.desk",
    "tests.command",
    "tests.browser",
]
