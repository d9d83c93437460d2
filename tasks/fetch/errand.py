"""One address on its way: what was asked for, what the last answer was, and where it leads.

In: status, headers and body of each answer. Out: the next address to ask for, at the end an
:class:`~tasks.fetch.records.Answer`; :class:`StopError` where the errand ends before a good end. Nothing
here talks to a network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from tasks.fetch.bodies import Body
from tasks.fetch.headers import (
    SNIFFED_BYTES,
    TEXT_TYPES,
    UNTOLD_TYPES,
    charset,
    content_length,
    is_text,
    media_type,
    printable,
    retry_after,
    shown_url,
    validator,
)
from tasks.fetch.homes import ends_at_home
from tasks.fetch.reasons import NOT_MODIFIED, REDIRECTS, reason_of_status
from tasks.fetch.records import Answer, Limits, Wanted

if TYPE_CHECKING:
    import httpx2

# What a body is taken for where its media type does not count.
PLAIN_TEXT = "text/plain"

# A scheme without a host, which joining would take for a path on the same host.
HALF_ADDRESS = re.compile(r"https?:(?!//[^/?#])", re.IGNORECASE)


class StopError(Exception):
    """The errand ends here, for this reason."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(printable(detail))
        self.reason = reason


class Errand:
    """One address on its way: what was asked for so far, and what the last answer was.

    ``any_type``: a body is read as plain text, whatever its media type.
    """

    def __init__(self, wanted: Wanted, limits: Limits, any_type: bool = False) -> None:
        self.seconds_left = limits.total_seconds
        # In their order: the address that was wanted, then the targets of redirects.
        self.asked: list[str] = []
        self.status: int | None = None
        self._wanted = wanted
        self._limits = limits
        self._any_type = any_type
        self._headers: Mapping[str, str] = {}
        self._conditional = False
        self._verified: bool | None = None
        self._body: Body | None = None
        self._content = b""

    def start(self, url: str) -> None:
        """Note that ``url`` is asked for: what the address before it answered is passed."""
        self.asked.append(url)
        self.status, self._headers, self._verified = None, {}, None

    def towards(self, target: str, detail: str = "") -> str:
        """Return ``detail`` with the redirect's target, where it was a redirect that led there."""
        if not self.asked:
            return detail
        return f"redirected to {target}: {detail}" if detail else f"redirected to {target}"

    def validators(self, url: httpx2.URL) -> dict[str, str]:
        """Return the headers that ask only for what is new: only for the address that gave validators."""
        self._conditional = False
        if str(url) != (self._wanted.validators_from or self.asked[0]):
            return {}
        held = {
            "If-None-Match": validator(self._wanted.etag),
            "If-Modified-Since": validator(self._wanted.last_modified),
        }
        held = {name: value for name, value in held.items() if value}
        self._conditional = bool(held)
        return held

    def read_head(self, status: int, headers: Mapping[str, str], encrypted: bool) -> None:
        """Note status and headers. Raises StopError for every end but a good one and a redirect."""
        self.status, self._headers = status, headers
        # Without a verified certificate no answer comes this far.
        self._verified = True if encrypted else None
        if status in REDIRECTS:
            return
        if reason := reason_of_status(status):
            raise StopError(reason)
        if status == NOT_MODIFIED:
            if not self._conditional:
                raise StopError("unexpected_status", "nothing was held that could be unchanged")
            return
        if ends_at_home(self.asked):
            raise StopError("redirected_home", f"ends at {self.asked[-1]}")

    def read_body(self, raw_body: Iterable[bytes]) -> None:
        """Read the body of a 200, as far as its type and its size let it be read."""
        kind = PLAIN_TEXT if self._any_type else media_type(self._headers)
        if kind not in TEXT_TYPES and kind not in UNTOLD_TYPES:
            raise StopError("not_text", kind)
        self._body = body = Body(self._headers.get("content-encoding", ""), self._limits)
        body.announce(content_length(self._headers) or 0)
        looked = False
        for raw in raw_body:
            body.feed(raw)
            if not looked and len(body.content) >= SNIFFED_BYTES:
                _refuse_other_files(body.content, kind)
                looked = True
        content = body.end()
        if not content.strip():
            raise StopError("empty_body")
        _refuse_other_files(content, kind)
        self._content = content

    def next_target(self) -> str:
        """Return the address to which the last answer redirects. Raises StopError when it leads nowhere."""
        if len(self.asked) > self._limits.redirects:
            raise StopError("too_many_redirects", f"more than {self._limits.redirects}")
        location = self._headers.get("location", "")
        # Readers of URLs differ on what a backslash is.
        if not location or "\\" in location or not location.isprintable() or HALF_ADDRESS.match(location):
            raise StopError("bad_redirect", f"its target is {location!r}")
        try:
            return urljoin(self.asked[-1], location)
        except ValueError as error:
            raise StopError("bad_redirect", f"its target is {location!r}") from error

    def answer(self, reason: str = "", detail: str = "") -> Answer:
        """Return what the errand ended with."""
        headers, url = self._headers, shown_url(self._wanted.url)
        return Answer(
            url,
            self.asked[-1] if self.asked else url,
            self.status,
            reason,
            detail or downgrade(self.asked),
            redirects=tuple(self.asked[1:-1]),
            media_type=media_type(headers),
            charset=charset(headers),
            content=self._content,
            raw_bytes=self._body.raw_bytes if self._body else 0,
            etag=validator(headers.get("etag", "")),
            last_modified=validator(headers.get("last-modified", "")),
            retry_after=retry_after(headers, datetime.now(UTC)),
            tls_verified=self._verified,
            seconds=self._limits.total_seconds - self.seconds_left,
        )


def downgrade(asked: Sequence[str]) -> str:
    """Return a word on a redirect that left https. ``asked``: the addresses in their order."""
    schemes = [url.partition(":")[0] for url in asked]
    return "redirected from https to http" if ("https", "http") in pairwise(schemes) else ""


def _refuse_other_files(start: bytes | bytearray, kind: str) -> None:
    if not is_text(bytes(start[:SNIFFED_BYTES]), kind):
        raise StopError("not_text", "the first bytes are those of another kind of file")
