"""Make rows of pages out of what feeds, sitemaps and lists tell of them.

Several of them may tell of one page, and differently: a row changes only where something new is said, or by
the one through which the page became known. Otherwise two that disagree would change it in every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tasks.cite.urls import canonical_url
from tasks.stages.fetching import named_pages

if TYPE_CHECKING:
    from tasks.discover.items import Item
    from tasks.stages.work import Context
    from tasks.store.pages import Page, Role

# What a date that is less than a time lacks: "2024-06-04" stands for the beginning of that day.
WHOLE_DATE = "0001-01-01"
# States out of which a page is asked for again when it has changed: what was gone may be there now.
ASKED_ANEW = frozenset({"held", "failed"})


@dataclass(frozen=True, slots=True)
class Told:
    """A page that is told of, in a role. ``origin`` and ``via``: kind and address of what tells of it.

    ``take``: it is fetched, not only known.
    """

    role: Role
    origin: str
    via: str
    tag: str
    take: bool
    item: Item

    @property
    def page(self) -> str:
        """The canonical address."""
        return canonical_url(self.item.url) or self.item.url


def told_rows(context: Context, told: Iterable[Told]) -> list[Page]:
    """Return the rows of the pages that are told of, as far as they are new or something new is said."""
    told = list(told)
    if not told:
        return []
    dues = named_pages(context, list({one.page for one in told}))
    known = {(row.role, row.page): row for due in dues for row in due.rows}
    same = _by_item(context, [one for one in told if (one.role, one.page) not in known])
    known |= {(row.role, row.page): row for row in same.values()}
    rows: dict[tuple[Role, str], Page] = {}
    now = datetime.now(UTC)
    for one in told:
        moved = same.get((one.role, one.via, one.item.item_id))
        key = (one.role, moved.page if moved else one.page)
        before = rows.get(key) or known.get(key)
        rows[key] = _added(before, one, now) if before else _new(one, now)
    return [row for key, row in rows.items() if row != known.get(key)]


def _by_item(context: Context, told: Sequence[Told]) -> dict[tuple[Role, str, str], Page]:
    """Return, by role, feed and id of the item, the held pages that are told of under another address now.

    A feed that gives one id to several items, at once or one after another, says nothing by it.
    """
    from tasks.store.pages import Page

    by_key: dict[tuple[Role, str, str], list[Item]] = {}
    for one in told:
        if one.item.item_id:
            by_key.setdefault((one.role, one.via, one.item.item_id), []).append(one.item)
    if not by_key:
        return {}
    rows = context.store.rows("pages_by_item", items=sorted({item for _, _, item in by_key}))
    found: dict[tuple[Role, str, str], list[Page]] = {}
    for row in rows:
        found.setdefault((row["role"], row["via"], row["item_id"]), []).append(Page(**row))
    return {
        key: pages[0]
        for key, pages in found.items()
        if len(by_key.get(key, ())) == len(pages) == 1 and _is_same_story(pages[0], by_key[key][0])
    }


def _is_same_story(known: Page, item: Item) -> bool:
    """Return whether an item with a held page's id is that page: by its date, or without one by its title.

    A headline may change with the address; the date of publication does not.
    """
    if known.published and item.published:
        return known.published == item.published
    return known.title == item.title


def _new(told: Told, now: datetime) -> Page:
    from tasks.store.pages import Page

    item = told.item
    return Page(
        role=told.role,
        page=told.page,
        url=item.url,
        origin=told.origin,
        via=told.via,
        tag=told.tag,
        item_id=item.item_id,
        title=item.title,
        published=item.published,
        modified=by_now(item.modified, now),
        state="waiting" if told.take else "known",
        added_at=now,
    )


def _added(known: Page, told: Told, now: datetime) -> Page:
    """Return what is known of a page with what is told now; it waits again where it has changed."""
    item, own = told.item, told.via == known.via
    modified = by_now(item.modified, now)
    # A time ahead that was once kept as it was told says nothing: no change could come after it.
    changed = is_later(modified, "" if moment(known.modified) > now else known.modified)
    waits = (known.state == "known" and told.take) or (changed and known.state in ASKED_ANEW)
    if waits:
        # What went wrong before says nothing of what is there now.
        known = replace(known, state="waiting", attempts=0, not_before=None)
    return replace(
        known,
        item_id=_said(known.item_id, item.item_id, own),
        title=_said(known.title, item.title, own),
        published=_said(known.published, item.published, own),
        modified=modified if changed else known.modified,
    )


def _said(known: str, told: str, own: bool) -> str:
    return told if told and (own or not known) else known


def is_later(told: str, known: str) -> bool:
    """Whether the ISO date or time ``told`` is later than ``known``; "" is earlier than any."""
    return bool(told) and (not known or moment(told) > moment(known))


def by_now(told: str, now: datetime) -> str:
    """Return the ISO date or time ``told``, the day of ``now`` where it lies ahead: it cannot be meant.

    The day and not the time: what says "2099" in every run would have changed in every run.
    """
    return f"{now:%Y-%m-%d}" if moment(told) > now else told


def moment(written: str) -> datetime:
    """Return an ISO date or time as an aware time: the beginning of a day, month or year.

    What cannot be read lies before all times.
    """
    try:
        found = datetime.fromisoformat(written + WHOLE_DATE[len(written) :])
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
