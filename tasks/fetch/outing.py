"""Keep count of what one run may still ask for, over all of its crawls.

A run crawls more than once: lists of pages, the pages, what they cite, archived copies. All of it is asked
for within one budget, and a host's pause is kept from the last request of one crawl to the first of the next.
"""

from __future__ import annotations

import time
from collections import OrderedDict

from tasks.fetch.hosts import Manners
from tasks.fetch.robots import CRAWL_DELAY_CAP


def longest_pause(manners: Manners) -> float:
    """Return the longest pause between two requests to a host, in seconds."""
    return max(manners.delay_seconds, CRAWL_DELAY_CAP)


class Outing:
    """What one run may still do. Its crawls share it, one at a time: two at once would share no host's turn.

    ``manners`` are those of the crawls. ``pages_left`` is how many more pages may be asked for, and
    ``seconds_left`` for how many seconds from now; None is what ``manners`` allow a run.
    """

    def __init__(
        self, manners: Manners, pages_left: int | None = None, seconds_left: float | None = None
    ) -> None:
        self.pages_left = manners.budget_pages if pages_left is None else pages_left
        seconds = manners.budget_seconds if seconds_left is None else seconds_left
        # By time.monotonic(), like those of ``ended``.
        self.until = time.monotonic() + seconds
        # When the last request to each host ended, the oldest first: those that a pause may still hang on.
        self.ended: OrderedDict[str, float] = OrderedDict()
        self._longest_pause = longest_pause(manners)

    @property
    def seconds_left(self) -> float:
        """Seconds for which may still be asked, 0 when the time is over."""
        return max(0.0, self.until - time.monotonic())

    def last_end(self, host: str) -> float:
        """Return when the last request to ``host`` ended, long ago where none did."""
        return self.ended.get(host, float("-inf"))

    def note_end(self, host: str) -> None:
        """Note that a request to ``host`` ends now, and forget those so old that no pause hangs on them."""
        now = time.monotonic()
        self.ended[host] = now
        self.ended.move_to_end(host)
        while next(iter(self.ended.values())) < now - self._longest_pause:
            self.ended.popitem(last=False)
