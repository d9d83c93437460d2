"""A small web beside the small world: a page in two versions, one that is dead, and a feed that told of them."""

from __future__ import annotations

from datetime import timedelta

from small_world import NOON, batch

from tasks.fetch.records import Answer, HostState
from tasks.keys import bytes_key
from tasks.model import Raw
from tasks.store.batch import Outcome
from tasks.store.pages import Attempt, Page, live_tables
from tasks.store.rows import Acquired
from tasks.store.store import Store

PAGE = "ledger.example/boxes"
URL = f"https://{PAGE}"
DEAD_URL = "https://gone.example/story"


def version(words: str, hours: int) -> Attempt:
    """An attempt that brought a version of the page, so many hours after noon."""
    content, when = f"<p>{words}</p>".encode(), NOON + timedelta(hours=hours)
    raw = Raw(URL, "text/html", content, "utf-8")
    answer = Answer(URL, URL, 200, "", media_type="text/html", charset="utf-8", content=content, etag='"1"')
    acquired = Acquired("source", bytes_key(raw.media_type, raw.content, raw.charset), raw, hours, when)
    return Attempt(
        PAGE,
        "page",
        answer,
        "kept",
        when,
        acquired=(acquired,),
        document_id=acquired.document_id,
        size=len(content),
    )


def fill_web(store: Store, run_id: str = "run-1") -> None:
    """Bring the small web into the store."""
    dead = Attempt(
        "gone.example/story",
        "page",
        Answer(DEAD_URL, DEAD_URL, 404, "not_found"),
        "failed",
        NOON,
        "not_found",
    )
    pages = [
        Page("source", PAGE, URL, "cited", state="held", added_at=NOON),
        Page("source", dead.page, DEAD_URL, "cited", state="failed", reason="not_found", added_at=NOON),
        Page(
            "article",
            "ledger.example/new",
            f"{URL}/new",
            "feed",
            via=f"{URL}/rss",
            title="New",
            added_at=NOON,
        ),
    ]
    for hours, words in enumerate(("Boxes fell.", "Boxes rose.")):
        one = version(words, hours)
        outcome = Outcome(URL, "asked", one.document_id)
        tables = live_tables([one], pages[:1], [HostState("ledger.example")], run_id)
        store.commit(batch("fetch", [outcome], tables, run_id=run_id))
    lost = Outcome(DEAD_URL, "asked", "", kept=False, reason="not_found")
    store.commit(batch("fetch", [lost], live_tables([dead], pages[1:], [], run_id), run_id=run_id))
