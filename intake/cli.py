"""The command `senim`: reads what was asked, runs that verb, and says plainly when something went wrong.

Exit 0 done, 1 trouble, 2 wrong usage. Nothing heavy is imported before a verb needs it, so that
`senim --help` answers at once.
"""

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from intake.core_dumps import forbid_core_dumps
from intake.verbs.usage import build_parser
from intake.verbs.values import WrongUsage

__all__ = ["build_parser", "main"]

DONE, TROUBLE, WRONG_USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit status."""
    forbid_core_dumps()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a terminal without Kazakh letters is no reason to fail
    try:
        asked = build_parser().parse_args(arguments)
        module, verb = asked.verb.split(":")
        status = int(getattr(import_module(f"intake.verbs.{module}"), verb)(asked))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`| head`) has seen enough. Python would complain once more at its own end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return TROUBLE
    except KeyboardInterrupt:
        return _trouble("stopped; what was done is kept, run the command again to go on")
    except WrongUsage as fault:
        _trouble(str(fault))
        return WRONG_USAGE
    except Exception as fault:
        from intake.faults import explain  # imports what a fault may be: only now is it needed

        return _trouble(explain(fault))
    return status


def _trouble(words: str) -> int:
    sys.stderr.write("".join(f"senim: {line}\n" for line in words.splitlines()))
    return TROUBLE


if __name__ == "__main__":
    sys.exit(main())
