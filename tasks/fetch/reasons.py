"""Say in a reason code what a status or an error means.

Every status and every error has a code; what is not known here is ``unexpected_status`` or
``bad_response``. The codes are those of :mod:`tasks.fetch.records`.
"""

from __future__ import annotations

import ssl
from http import HTTPStatus

from tasks.fetch.headers import printable

OK = 200
NOT_MODIFIED = 304
# The only statuses that are no failure: a body, or word that the held copy is still right.
GOOD = frozenset({OK, NOT_MODIFIED})

# The only statuses whose Location is followed.
REDIRECTS = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.SEE_OTHER,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)

# Numbers that the standard does not know and some large sites use: LinkedIn refuses with 999, Twitter slowed
# down with 420, hosters' panels tell of too many requests or bytes with 509 and 529.
DENIED = 999
SLOWED_DOWN = (420, 509, 529)

BY_STATUS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "unauthorized",
    # Gates that sell pages to robots answer so; a reader gets the page.
    HTTPStatus.PAYMENT_REQUIRED: "payment_required",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.REQUEST_TIMEOUT: "timed_out",
    HTTPStatus.GONE: "gone",
    # The server would not answer so early in a connection: its trouble, and it passes.
    HTTPStatus.TOO_EARLY: "server_error",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many_requests",
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: "legal_reasons",
    DENIED: "forbidden",
    **dict.fromkeys(SLOWED_DOWN, "too_many_requests"),
}
CLIENT_ERRORS = range(400, 500)
SERVER_ERRORS = range(500, 600)

# How the protocol's parser words what it has no exceptions of their own for; a test holds it to that.
CUT_SHORT = ("without sending complete message body", "peer unexpectedly closed connection")
NO_RESPONSE = "without sending a response"


def reason_of_status(status: int) -> str:
    """Return the reason code of an answer's status, "" for 200 and 304."""
    if status in GOOD:
        return ""
    if status in BY_STATUS:
        return BY_STATUS[status]
    if status in CLIENT_ERRORS:
        return "client_error"
    return "server_error" if status in SERVER_ERRORS else "unexpected_status"


def reason_of_error(error: Exception) -> tuple[str, str]:
    """Return the reason code of an error on the way to an answer, and one printable sentence."""
    return _reason(error), printable(_sentence(error))


def _reason(error: Exception) -> str:  # noqa: PLR0911 (one line an error reads best)
    import httpcore2

    from tasks.fetch.bodies import BadBodyError
    from tasks.fetch.dial import DnsFailed, NoSuchHost, Refused

    match error:
        case Refused() | BadBodyError():
            return error.reason
        case NoSuchHost():
            return "no_such_host"
        case DnsFailed():
            return "dns_failed"
        case httpcore2.TimeoutException():
            return "timed_out"
        case httpcore2.NetworkError() | ssl.SSLError() | OSError():
            return _network(error)
        case httpcore2.RemoteProtocolError():
            return _protocol(str(error))
        case httpcore2.ProxyError():
            return "connection_failed"
        case httpcore2.UnsupportedProtocol():
            return "refused_scheme"
    return "bad_response"


def _network(error: Exception) -> str:
    import httpcore2

    cause = _cause(error)
    # The other side went away in the middle of TLS: a broken line, and no word on its certificate.
    if isinstance(cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return "connection_lost"
    if isinstance(cause, ssl.SSLError):
        return "tls_failed"
    return (
        "connection_lost"
        if isinstance(error, (httpcore2.ReadError, httpcore2.WriteError))
        else "connection_failed"
    )


def _protocol(message: str) -> str:
    if any(words in message for words in CUT_SHORT):
        return "too_short"
    return "connection_lost" if NO_RESPONSE in message else "bad_response"


def _cause(error: Exception) -> BaseException:
    """Return what the library wrapped: it keeps that as the wrapper's only argument."""
    inner = error.args[0] if error.args else None
    return inner if isinstance(inner, BaseException) else error


def _sentence(error: Exception) -> str:
    cause = _cause(error)
    # What is wrong with a certificate, else what the system says of the error.
    words = (getattr(cause, name, None) for name in ("verify_message", "strerror"))
    return next(filter(None, words), str(cause).strip()) or type(error).__name__
