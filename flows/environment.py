"""What Prefect is told through the environment, before it is imported, unless the user said otherwise."""

from __future__ import annotations

import os
from collections.abc import MutableMapping

# Seen on two cores: an ephemeral server starts in 14-26 s, and Prefect gives up after 20 s by itself.
STARTUP_SECONDS = "120"

# Prefect asks for both before it is silent towards its makers.
QUIET = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}

# The SQLite server writes one event at a time by default and then answers "database is locked".
BATCHED = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE": "100",
}

ROBUST = {"PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": STARTUP_SECONDS, **QUIET, **BATCHED}

# Set but empty, these do not mean "none" to Prefect: it looks for a profile without a name, and sends
# its events to a server without an address.
NOT_EMPTY = ("PREFECT_PROFILE", "PREFECT_API_URL", "PREFECT_HOME")

# The terminal shows bars, a table and one line an error; Prefect's log still goes to its server.
SILENT_TERMINAL = {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL"}


def debugging() -> bool:
    """Return whether the user asked for tracebacks and Prefect's own log with ``WORKSCITED_DEBUG=1``."""
    return os.environ.get("WORKSCITED_DEBUG", "") not in ("", "0")


def prepare_prefect(environment: MutableMapping[str, str] | None = None) -> None:
    """Fill in ``environment`` (the process's own) what the user has not set; call before importing Prefect.

    ``PREFECT_HOME``, ``PREFECT_PROFILE`` and ``PREFECT_API_URL`` are never set: a run belongs to the
    Prefect that the user has, be it a server or the files in ``~/.prefect``.
    """
    environment = os.environ if environment is None else environment
    for name in NOT_EMPTY:
        if environment.get(name) == "":
            del environment[name]
    for name, value in (ROBUST if debugging() else ROBUST | SILENT_TERMINAL).items():
        environment.setdefault(name, value)
