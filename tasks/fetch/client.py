"""Ask the web for one address, follow its redirects, and say what came of it.

In: a :class:`~tasks.fetch.records.Wanted`. Out: an :class:`~tasks.fetch.records.Answer`, always: what a
network or a server does ends as a reason code, within the time that the limits give.

No cookies and no passwords are sent, nothing of one request is kept for the next, certificates are always
verified. Each request has a connection of its own: a server that sends more than it should answers no
other request with it, and each address is checked anew.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tasks.fetch.bodies import ACCEPTED
from tasks.fetch.dial import Guard, GuardedBackend, Refused, deadline
from tasks.fetch.errand import Errand, StopError
from tasks.fetch.headers import URL_CHARACTERS, by_name, validator
from tasks.fetch.reasons import OK, REDIRECTS, reason_of_error
from tasks.fetch.records import Answer, Limits, Wanted
from tasks.fetch.tls import tls_context

if TYPE_CHECKING:
    import httpcore2
    import httpx2

    from tasks.fetch.proxies import Proxies

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.9,*/*;q=0.5"

# Answers "" to go on with an address, or the reason code to stop with.
Check = Callable[[str], str]


class Client:
    """Asks for addresses; a context manager, used by many threads at once.

    ``agent`` is the User-Agent. ``guard`` says what may be dialled. ``ca_file`` names the authorities that
    are trusted instead of the usual ones; the environment's SSL_CERT_FILE and the like count for nothing.
    ``trust_env_proxies``: see :mod:`tasks.fetch.proxies`. ``backend`` replaces what dials, for tests.

    Raises:
        ValueError: ``agent`` cannot be sent, or a proxy of the environment cannot be spoken to.
        OSError: ``ca_file`` cannot be read or holds no certificate (ssl.SSLError is an OSError).
    """

    def __init__(
        self,
        *,
        agent: str,
        limits: Limits = Limits(),  # noqa: B008  (frozen)
        guard: Guard = Guard(),  # noqa: B008  (frozen)
        ca_file: Path | None = None,
        trust_env_proxies: bool = False,
        backend: httpcore2.NetworkBackend | None = None,
    ) -> None:
        import httpcore2

        if not validator(agent):
            raise ValueError("the user agent is empty, too long or not plain ASCII")
        self._agent = agent
        self._limits = limits
        self._guard = guard
        tls = tls_context(ca_file)
        self._direct = httpcore2.ConnectionPool(
            ssl_context=tls,
            max_connections=None,
            max_keepalive_connections=0,
            network_backend=GuardedBackend(guard) if backend is None else backend,
        )
        self._proxies = _proxies(guard, tls) if trust_env_proxies else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._direct.close()
        if self._proxies:
            self._proxies.close()

    def get(self, wanted: Wanted, *, check: Check | None = None, any_type: bool = False) -> Answer:
        """Return what asking for ``wanted`` ends with; nothing that a network or a server does raises.

        ``check`` is asked with each address before it is asked for, the first one and each redirect's
        target, and answers "" or the reason to stop with. The time that it takes is not counted; what it
        raises is not caught. ``any_type``: a body is read as plain text, whatever its media type.
        """
        errand = Errand(wanted, self._limits, any_type)
        target = wanted.url
        while True:
            try:
                url = self._admitted(target, errand)
                stop = check(str(url)) if check else ""
                if stop:
                    raise StopError(stop, errand.towards(str(url)))
                self._ask(url, errand)
                if errand.status not in REDIRECTS:
                    return errand.answer()
                target = errand.next_target()
            except StopError as error:
                return errand.answer(error.reason, str(error))

    def _admitted(self, target: str, errand: Errand) -> httpx2.URL:
        """Return ``target`` as it is sent, when it may be asked for; its fragment is dropped."""
        import httpx2

        bad = "bad_redirect" if errand.asked else "bad_url"
        try:
            # It reads the host as the next line does; what is dialled is checked once more.
            self._guard.check_url(target)
            url = httpx2.URL(target).copy_with(fragment=None)
        except Refused as error:
            reason = bad if error.reason == "bad_url" else error.reason
            raise StopError(reason, errand.towards(target, str(error))) from error
        except (httpx2.InvalidURL, ValueError) as error:
            raise StopError(bad, errand.towards(target, str(error))) from error
        # Counted as it is sent: letters of other scripts grow when they are escaped.
        if len(str(url)) > URL_CHARACTERS:
            raise StopError(bad, f"longer than {URL_CHARACTERS:,} characters")
        if str(url) in errand.asked:
            raise StopError("redirect_loop", errand.towards(str(url)))
        return url

    def _ask(self, url: httpx2.URL, errand: Errand) -> None:
        """Make one request and note what came in ``errand``. Raises StopError alone."""
        began = time.monotonic()
        errand.start(str(url))
        try:
            with deadline(began + errand.seconds_left):
                self._exchange(url, errand)
        except StopError:
            raise
        except Exception as error:
            # Whatever a server can make the protocol's parser raise is a reason, never a crash.
            raise StopError(*reason_of_error(error)) from error
        finally:
            errand.seconds_left -= time.monotonic() - began

    def _exchange(self, url: httpx2.URL, errand: Errand) -> None:
        import httpcore2

        limits = self._limits
        connect = min(limits.connect_seconds, max(0.0, errand.seconds_left))
        pool = self._proxies.pool(url, connect) if self._proxies else None
        read = limits.read_seconds
        times = {"connect": limits.connect_seconds, "read": read, "write": read, "pool": read}
        asked = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        headers = _request_headers(url, self._agent, errand.validators(url))
        with (pool or self._direct).stream(
            "GET", asked, headers=headers, extensions={"timeout": times}
        ) as response:
            errand.read_head(response.status, by_name(response.headers), url.scheme == "https")
            if errand.status == OK:
                errand.read_body(response.iter_stream())


def _proxies(guard: Guard, tls: ssl.SSLContext) -> Proxies:
    from tasks.fetch.proxies import Proxies

    return Proxies(guard, tls)


def _request_headers(
    url: httpx2.URL, agent: str, conditions: Mapping[str, str]
) -> list[tuple[bytes | str, bytes | str]]:
    return [
        # httpcore2 would write an IPv6 address without its brackets.
        ("Host", url.netloc),
        ("User-Agent", agent),
        ("Accept", ACCEPT),
        ("Accept-Encoding", ACCEPTED),
        ("Connection", "close"),
        *conditions.items(),
    ]
