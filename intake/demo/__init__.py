"""The whole of Senim on one machine, without an account, a server or root: to look at, or to play one day."""


def play(port: int | None, once: bool) -> int:
    """Run the demo until Ctrl-C or SIGTERM, or play one day. Returns the exit status."""
    from intake.demo import show  # only now: half of Senim comes with it

    return show.play(port, once)
