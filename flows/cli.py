"""The command line: what there is, its words and its exit codes. The work is in ``flows/commands``.

Command modules are imported when their command runs, so that ``--help`` answers at once.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from flows import DEFAULT_CONFIG
from flows.environment import debugging
from flows.interruption import EXIT_SIGNAL, INTERRUPTED, Interrupted
from flows.terminal import say
from tasks.errors import LockHeldError, WorkscitedError

# sysexits.h: EX_TEMPFAIL, "try again later".
EXIT_LOCKED = 75
EXIT_FAILED = 2
EXIT_INTERRUPTED = EXIT_SIGNAL + signal.SIGINT
EXIT_BROKEN_PIPE = EXIT_SIGNAL + signal.SIGPIPE

Json = Annotated[bool, Parameter(name="--json", negative="")]
Flag = Annotated[bool, Parameter(negative="")]
Addresses = Annotated[list[str], Parameter(negative="")]


def _version() -> str:
    from importlib.metadata import version

    return version("workscited")


app = App(
    name="workscited",
    help="Check each claim of an article against the sources that the article cites.",
    version=_version,
    result_action="return_value",
    # main says what an interrupted run means for the next one.
    suppress_keyboard_interrupt=False,
)


@app.command
def init(folder: Path = Path(), *, contact: str = "") -> int:
    """Begin: write a configuration that explains itself, and make the folders that it names.

    Exit status: 0 written, 2 there is one already, or it could not be written.

    Parameters
    ----------
    folder
        Where to; it is made where it is missing.
    contact
        A mail address or a page of yours, told to every site that pages are fetched from.
    """
    from flows.commands.init import init as command

    return command(folder, contact)


@app.command
def check(article: Path, *, sources: Path | None = None, entailment: str = "", as_json: Json = False) -> int:
    """Check one article, without a database or a server.

    Exit status: 0 nothing found, 1 findings, 2 the input could not be read.

    Parameters
    ----------
    article
        The article: .html, .md or .txt.
    sources
        A folder with the pages that it cites; without it, the entries of its list are read alone.
    entailment
        A cross-encoder, a folder or a name, that gives the verdicts on claims whose pages are there.
    as_json
        Print one JSON object instead of the report.
    """
    from flows.commands.check import check as command

    return command(article, sources, as_json, entailment)


@app.command
def run(
    *,
    config: Path = DEFAULT_CONFIG,
    only: Annotated[list[str] | None, Parameter(negative="")] = None,
    tag: str = "",
    as_json: Json = False,
    quiet: Flag = False,
) -> int:
    """Bring the database up to date with what the configuration names, and publish it.

    Exit status: 0 ok, 1 finished with issues, 2 failed, 75 another run holds the lock, 130 interrupted.

    Parameters
    ----------
    config
        The configuration file.
    only
        A stage to run alone; may be given several times.
    tag
        Look only into the origins that carry this tag; without it, into all of them.
    as_json
        Print the run's counts as one JSON object instead of the table.
    quiet
        Show no progress and no table.
    """
    from flows.commands.run import run as command

    return command(config, only or [], tag, as_json, quiet)


@app.command
def add(urls: Addresses, /, *, source: Flag = False, config: Path = DEFAULT_CONFIG) -> int:
    """Note pages of the web as articles; the next run fetches and checks them.

    Exit status: 0 noted, 1 some addresses were refused, 2 all were, 75 another run holds the lock.

    Parameters
    ----------
    urls
        Addresses that begin with https:// or http://.
    source
        They are pages that may be cited, not articles to be checked.
    config
        The configuration file.
    """
    from flows.commands.add import add as command

    return command(urls, source, config)


@app.command
def fetch(
    urls: Addresses,
    /,
    *,
    article: Flag = False,
    config: Path = DEFAULT_CONFIG,
    as_json: Json = False,
) -> int:
    """Fetch pages now, as sources, and say what became of each.

    "dead": it is gone. "blocked": it may be there, but not for us. "may pass": a later run may get it.
    Exit status: 0 all are held, 1 some could not be got, 2 no good address, 75 another run holds the lock.

    Parameters
    ----------
    urls
        Addresses that begin with https:// or http://.
    article
        They are articles to be checked, not pages that may be cited.
    config
        The configuration file.
    as_json
        Print one JSON list instead of the lines.
    """
    from flows.commands.fetch import fetch as command

    return command(urls, article, config, as_json)


@app.command
def recheck(
    *,
    dead: Flag = False,
    limit: Annotated[int, Parameter(validator=Number(gte=0))] = 0,
    config: Path = DEFAULT_CONFIG,
    as_json: Json = False,
) -> int:
    """Ask again for pages that were asked for before: are they still there, and still the same?

    What is held stays held, whatever comes; a page that changed is held in both versions.
    Exit status: 0 all are there, 1 some are not, 2 failed, 75 another run holds the lock.

    Parameters
    ----------
    dead
        Only for pages that were dead.
    limit
        At most so many, those asked for the longest ago first; 0 is all.
    config
        The configuration file.
    as_json
        Print one JSON list instead of the lines.
    """
    from flows.commands.recheck import recheck as command

    return command(dead, limit, config, as_json)


@app.command
def retry(*, config: Path = DEFAULT_CONFIG) -> int:
    """Let the next run try again what was tried too often and set aside.

    Exit status: 0 done, 2 failed, 75 another run holds the lock.

    Parameters
    ----------
    config
        The configuration file.
    """
    from flows.commands.retry import retry as command

    return command(config)


@app.command
def query(
    question: str | None = None,
    *,
    config: Path = DEFAULT_CONFIG,
    database: Path | None = None,
    as_json: Json = False,
    csv: Flag = False,
    limit: int | None = None,
) -> int:
    """Ask the published copy, read-only. Without a question, list the named ones.

    Exit status: 0 answered, 2 refused or failed.

    Parameters
    ----------
    question
        SQL, or the name of a question in sql/examples.
    config
        The configuration file that says where the published copy lies.
    database
        Ask this database file instead.
    as_json
        Print the rows as a JSON list of objects.
    csv
        Print the rows as CSV.
    limit
        Print at most so many rows; 0 is all. A table shows 200 unless told, JSON and CSV all.
    """
    from flows.commands.query import query as command

    return command(question, config, database, "json" if as_json else "csv" if csv else "table", limit)


@app.command
def doctor(*, config: Path = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """Say what is installed, whether the model is the right one, and how the last run ended.

    Exit status: 0 healthy, 1 something is wrong.

    Parameters
    ----------
    config
        The configuration file; without one, what needs it is left out.
    as_json
        Print one JSON object instead of the table.
    """
    from flows.commands.doctor import doctor as command

    return command(config, as_json)


@app.command
def verify(*, config: Path = DEFAULT_CONFIG, database: Path | None = None, as_json: Json = False) -> int:
    """Run every check of sql/checks on a database; none may return a row.

    Exit status: 0 all hold, 1 a check returned rows, 2 the database could not be read.

    Parameters
    ----------
    config
        The configuration file that says where the published copy lies.
    database
        Check this database file instead.
    as_json
        Print one JSON object instead of the table.
    """
    from flows.commands.verify import verify as command

    return command(config, database, as_json)


def main(tokens: list[str] | None = None) -> int:
    """Run the command that ``tokens`` (the process's arguments) name; return the exit status.

    An error of :mod:`tasks.errors` becomes its message on standard error; ``WORKSCITED_DEBUG=1`` shows
    the traceback too. Any other error shows its traceback always.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file name or a quotation must not end a run on a terminal that has no letter for it.
            stream.reconfigure(errors="replace")
    try:
        status = int(app(sys.argv[1:] if tokens is None else tokens) or 0)
        sys.stdout.flush()
    except KeyboardInterrupt as error:
        return _interrupted(error)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); Python would complain again while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    except Exception as error:
        return _failed(error)
    return status


def _failed(error: Exception) -> int:
    expected = isinstance(error, WorkscitedError)
    if debugging() or not expected:
        traceback.print_exception(error)
    prefix = "workscited: " if expected else f"workscited: failed, {type(error).__name__}: "
    for line in (str(error) or type(error).__name__).splitlines():
        say(prefix + line)
    _clear_frames(error)
    return EXIT_LOCKED if isinstance(error, LockHeldError) else EXIT_FAILED


def _interrupted(error: KeyboardInterrupt) -> int:
    if debugging():
        traceback.print_exception(error)
    say(INTERRUPTED)
    _clear_frames(error)
    return error.status if isinstance(error, Interrupted) else EXIT_INTERRUPTED


def _clear_frames(error: BaseException) -> None:
    """Free what the frames of ``error`` hold, a database among it.

    Prefect keeps the error to the end of the process: that would be too late, and DuckDB complain.
    """
    kept: BaseException | None = error
    while kept is not None:
        traceback.clear_frames(kept.__traceback__)
        kept = kept.__cause__ or kept.__context__


if __name__ == "__main__":
    sys.exit(main())
