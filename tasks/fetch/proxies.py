"""Ask through the proxies that the environment names, where the user chose that.

The proxy's own address is the user's choice and is not checked. What is asked for through it is: its URL,
and the addresses that its name has here. A name that cannot be looked up here is left to the proxy, as in
networks where only the proxy can look names up; there the guard ends at the name.
"""

from __future__ import annotations

import ssl
import urllib.request
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from urllib.request import getproxies_environment

import httpcore2
import httpx2

from tasks.fetch.addresses import is_address
from tasks.fetch.dial import (
    DnsFailed,
    Guard,
    GuardedBackend,
    GuardedStream,
    NoSuchHost,
    dial,
    look_up,
    time_limit,
)
from tasks.fetch.hosts import DEFAULT_PORTS

# Schemes of proxies that httpcore2 speaks to by itself.
PROXY_SCHEMES = ("http", "https")


class Proxies:
    """The proxies of HTTP_PROXY, HTTPS_PROXY and ALL_PROXY as they are now, but for the hosts of NO_PROXY.

    Raises:
        ValueError: one of them is no http or https URL. Going around a proxy would be no answer.
    """

    def __init__(self, guard: Guard, tls: ssl.SSLContext) -> None:
        self._named = getproxies_environment()
        self._check = GuardedBackend(guard, connect=_stop_before_dialling)
        self._pools = {
            scheme: _pool(proxy, tls)
            for scheme in ("http", "https")
            if (proxy := self._named.get(scheme) or self._named.get("all"))
        }

    def pool(self, url: httpx2.URL, timeout: float) -> httpcore2.ConnectionPool | None:
        """Return what asks the proxy for ``url``, None where ``url`` is to be asked for directly.

        Raises Refused when ``url`` must not be asked for, httpcore2.ConnectTimeout.
        """
        host, port = url.raw_host.decode("ascii"), url.port or DEFAULT_PORTS[url.scheme]
        pool = self._pools.get(url.scheme)
        if pool is None or _goes_around(f"{host}:{port}", self._named):
            return None
        with suppress(_MayBeDialledError, NoSuchHost, DnsFailed):
            self._check.connect_tcp(host, port, timeout)
        return pool

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            pool.close()


def _goes_around(authority: str, named: dict[str, str]) -> bool:
    # As curl and Python's own client read NO_PROXY; the function is missing in the type stubs alone.
    return bool(urllib.request.proxy_bypass_environment(authority, named))  # type: ignore[attr-defined]


class _MayBeDialledError(Exception):
    pass


def _stop_before_dialling(*_: object) -> httpcore2.NetworkStream:
    raise _MayBeDialledError


class _ProxyBackend(httpcore2.NetworkBackend):
    """Dials the proxy, wherever it is, and keeps the deadline."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Return a stream to the proxy. ``timeout`` (seconds) is for looking up and dialling together.

        Raises httpcore2.ConnectError, httpcore2.ConnectTimeout.
        """
        if local_address is not None or socket_options:
            raise ValueError("how a proxy is dialled cannot be chosen")
        until = time_limit(timeout)
        try:
            addresses = (host,) if is_address(host) else look_up(host, until)
        except (NoSuchHost, DnsFailed) as error:
            # It says nothing of the page's own host.
            raise httpcore2.ConnectError(f"the proxy cannot be reached: {error}") from error
        return GuardedStream(dial(addresses, port, until))


def _pool(proxy: str, tls: ssl.SSLContext) -> httpcore2.ConnectionPool:
    url = httpx2.URL(proxy if "://" in proxy else f"http://{proxy}")
    if url.scheme not in PROXY_SCHEMES:
        raise ValueError(f"a proxy of the environment is {url.scheme}://, only http and https are spoken")
    bare = url.copy_with(userinfo=b"")
    auth = (url.username, url.password) if url.userinfo else None
    context = tls if url.scheme == "https" else None
    return httpcore2.ConnectionPool(
        proxy=httpcore2.Proxy(str(bare), auth=auth, ssl_context=context),
        ssl_context=tls,
        max_connections=None,
        max_keepalive_connections=0,
        network_backend=_ProxyBackend(),
    )
