"""Says in a line what went wrong and what to do, without a word of a letter or a secret."""

import traceback
from pathlib import Path

_OURS = ("intake", "journal", "reports")
_HOME = Path(__file__).parents[1]


def explain(fault: BaseException) -> str:
    """The fault's own words when it is one of ours, which teach the remedy; else its class and place."""
    if _is_ours(fault):
        return str(fault) or type(fault).__name__
    if isinstance(fault, ImportError):
        return _missing(fault.name or "a package")
    if isinstance(fault, OSError):
        return _system(fault)
    return f"unexpected {type(fault).__name__} at {_place(fault)}; what is recorded is safe. Report this line"


def _missing(module: str) -> str:
    """PyPI has other projects called intake, journal and reports: one of them may stand in place of ours."""
    top = module.split(".", 1)[0]
    if top in _OURS:
        what = f"the package `{top}` found first is not Senim's, or is incomplete"
    else:
        what = f"the Python package `{top}` is missing"
    return f"{what}; install Senim in an environment of its own (python3 -m venv)"


def _is_ours(fault: BaseException) -> bool:
    """An exception class of ours carries words for people (house rule); a library's may quote a letter."""
    return type(fault).__module__.split(".", 1)[0] in _OURS


def _system(fault: OSError) -> str:
    what = fault.strerror or type(fault).__name__
    if fault.filename is None:
        return f"{what}; check the network, the disk's free space and try again"
    remedies = {
        FileExistsError: "name another file, or remove this one; nothing is overwritten",
        FileNotFoundError: "make the folder first, or mend the name",
        PermissionError: "choose a place where this user may write",
        IsADirectoryError: "name a file in it",
        NotADirectoryError: "name a folder",
    }
    remedy = next((words for kind, words in remedies.items() if isinstance(fault, kind)), "try another place")
    return f"{fault.filename}: {what}; {remedy}"


def _place(fault: BaseException) -> str:
    """The last line of ours on the way to the fault."""
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_HOME)]
    own = [frame for frame in ours if Path(frame.filename).relative_to(_HOME).parts[0] in _OURS]
    if not own:
        return "an unknown place"
    return f"{Path(own[-1].filename).relative_to(_HOME)}:{own[-1].lineno}"
