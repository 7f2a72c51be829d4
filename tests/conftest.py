"""What all tests share lives in plug-ins of this folder; each is named here."""

pytest_plugins = ["tests.desk", "tests.school", "tests.databases", "tests.servers"]
