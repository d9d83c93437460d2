"""Cite: find an article's references, citations, claims and quotes.

In: a document with sentences. Out: an :class:`~tasks.model.Article`, all spans into the document's text.
What could not be handled is told by its warnings:

no_reference_list       neither a list nor a link that serves as a reference
no_markers              neither a marker nor a link that cites
list_without_markers    a list that no marker points at
markers_without_list    markers that no list explains
duplicate_label         two entries of one list with the same label
entries_run_together    labels that markers name stand inside another entry: the list was misread
entry_too_long          an entry that is too long to be one; it is kept as text, without fields
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tasks.cite.checkable import uncited_sentences
from tasks.cite.claims import Stand, claim_spans, context_of
from tasks.cite.cues import guess_language
from tasks.cite.entries import MAX_ENTRY_CHARACTERS
from tasks.cite.hyperlinks import cites, find_hyperlinks, host
from tasks.cite.identity import Keys
from tasks.cite.lists import Layout, find_lists
from tasks.cite.markers import find_markers
from tasks.cite.prose import read_prose
from tasks.cite.quotes import find_quotes
from tasks.cite.references import parse_reference
from tasks.cite.run_together import labels_inside
from tasks.cite.short_notes import complete_short_notes
from tasks.cite.urls import canonical_url
from tasks.keys import content_key
from tasks.model import Article, Citation, Claim, Fields, Quote, Reference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.cite.entries import Entry
    from tasks.cite.markers import Marker
    from tasks.cite.prose import Prose
    from tasks.model import Document


@dataclass(frozen=True, slots=True)
class _List:
    """One list's references by label; ``start`` is where it begins."""

    start: int
    by_label: dict[str, Reference]


def cite(document: Document) -> Article:
    """Return what ``document`` cites, for what, and what it states without citing."""
    layout = find_lists(document)
    numbered = _numbered(layout)
    spans = [(region.start, region.end) for region in layout.body]
    labels = {entry.label for entries in numbered for entry in entries} - {""}
    markers = find_markers(document.text, document.marks, labels, spans)
    links = find_hyperlinks(document, layout.body, markers)
    keys = Keys(document.uri)
    lists = [_references(document, entries, keys) for entries in (numbered if markers else layout.lists)]
    entries = [reference for references in lists for reference in references]
    linked = _linked_references(links, entries, keys)
    # An address typed out is no word of the prose, so it is left out of its text as a number is.
    wordless = sorted([*markers, *(link for link in links if link.style == "address")], key=_start)
    language = guess_language(document.metadata.language, document.text)
    prose = read_prose(document, layout.body, language, wordless)
    tables = [_List(references[0].start, _by_label(references)) for references in lists if references]
    citations, claims = _stand_behind(prose, links, tables, linked, keys)
    hyperlinks = dict.fromkeys(r for r in linked.values() if r.kind == "hyperlink")
    return Article(
        document,
        (*entries, *hyperlinks),
        tuple(sorted(citations, key=lambda citation: (citation.start, citation.end))),
        tuple(sorted(claims, key=lambda claim: (claim.start, claim.end))),
        tuple(_warnings(numbered, markers, links, citations)),
    )


def _start(marker: Marker) -> int:
    return marker.start


def _numbered(layout: Layout) -> list[tuple[Entry, ...]]:
    """Return the lists; entries without printed numbers get their places where no list has numbers."""
    if any(entry.label for entries in layout.lists for entry in entries):
        return list(layout.lists)
    return [
        tuple(replace(entry, label=str(place)) for place, entry in enumerate(entries, start=1))
        for entries in layout.lists
    ]


def _references(document: Document, entries: Sequence[Entry], keys: Keys) -> list[Reference]:
    own = host(document.metadata.url)
    read = [_fields(entry, own) for entry in entries]
    completed = complete_short_notes([entry.text for entry in entries], read)
    return [
        Reference(
            keys.key("reference", entry.text),
            entry.label,
            "entry",
            entry.text,
            entry.start,
            entry.end,
            fields,
        )
        for entry, fields in zip(entries, completed, strict=True)
    ]


def _fields(entry: Entry, own: str) -> Fields:
    """Return the entry's fields; the address behind its linked words counts where none is printed."""
    if len(entry.text) > MAX_ENTRY_CHARACTERS:
        return Fields()
    fields = parse_reference(entry.text)
    if fields.url:
        return fields
    targets = (target for target in entry.targets if cites(target, own))
    return replace(fields, url=next(targets, ""))


def _linked_references(links: list[Marker], entries: list[Reference], keys: Keys) -> dict[str, Reference]:
    """Return the reference of each link's address: the list's entry of that page, or one made of the link."""
    by_page: dict[str, Reference] = {}
    for entry in entries:
        if entry.fields.url:
            by_page.setdefault(canonical_url(entry.fields.url), entry)
    by_page.pop("", None)
    found: dict[str, Reference] = {}
    for link in links:
        page = canonical_url(link.target) or link.target
        if page not in by_page:
            fields = Fields(url=link.target)
            key = keys.key("reference", link.target)
            by_page[page] = Reference(key, "", "hyperlink", link.text, link.start, link.end, fields)
        found[link.target] = by_page[page]
    return found


def _by_label(references: Sequence[Reference]) -> dict[str, Reference]:
    by_label: dict[str, Reference] = {}
    for reference in references:
        by_label.setdefault(reference.label, reference)
    by_label.pop("", None)
    return by_label


def _named(marker: Marker, lists: Sequence[_List]) -> tuple[str, ...]:
    """Return the ids of the entries that ``marker`` names, each in the next list that has its label."""
    found = []
    for label in marker.labels:
        having = [item for item in lists if label in item.by_label]
        chosen = next((item for item in having if item.start > marker.end), having[-1] if having else None)
        if chosen:
            found.append(chosen.by_label[label].id)
    return tuple(found)


def _stand_behind(
    prose: Prose, links: list[Marker], lists: list[_List], linked: dict[str, Reference], keys: Keys
) -> tuple[list[Citation], list[Claim]]:
    citations: list[Citation] = []
    claims: list[Claim] = []
    stands = claim_spans(prose, [link for link in links if link.style == "hyperlink"])
    uncited = [
        Stand(sentence.start, sentence.end, index, ())
        for index in uncited_sentences(prose, stands)
        for sentence in [prose.sentences[index]]
    ]
    for stand in sorted([*stands, *uncited], key=lambda stand: (stand.start, stand.end)):
        text = prose.plain(stand.start, stand.end)
        key = keys.key("claim", text)
        found = [
            Citation(
                content_key("citation", key, str(place)),
                marker.text,
                marker.start,
                marker.end,
                marker.labels,
                _named(marker, lists) if marker.labels else (linked[marker.target].id,),
                key,
                marker.target,
            )
            for place, marker in enumerate(stand.markers)
        ]
        citations += found
        quotes = _quotes(prose, stand, key, keys)
        ids = tuple(citation.id for citation in found)
        claims.append(Claim(key, text, stand.start, stand.end, ids, quotes, context_of(prose, stand)))
    return citations, claims


def _quotes(prose: Prose, stand: Stand, claim: str, keys: Keys) -> tuple[Quote, ...]:
    if not prose.quotations_in(stand.start, stand.end):
        return ()
    last = prose.sentence_at(max(stand.start, stand.end - 1))
    attributions = [item for index in range(stand.sentence, last + 1) for item in prose.attributions(index)]
    found = find_quotes(prose.text, prose.quotations, attributions, (stand.start, stand.end), prose.language)
    quotes = []
    for item in found:
        text = prose.plain(item.start, item.end)
        key = keys.key("quote", text, owner=claim)
        quotes.append(Quote(key, claim, item.start, item.end, text, item.speaker, item.cue))
    return tuple(quotes)


def _warnings(
    lists: Sequence[Sequence[Entry]], markers: list[Marker], links: list[Marker], citations: list[Citation]
) -> list[str]:
    entries = [entry for group in lists for entry in group]
    repeated = any(
        count > 1 and label for group in lists for label, count in Counter(e.label for e in group).items()
    )
    missing = {label for marker in markers for label in marker.labels} - {entry.label for entry in entries}
    told = {
        "no_reference_list": not entries and not links and not markers,
        "no_markers": not entries and not citations,
        "list_without_markers": bool(entries) and not markers,
        "markers_without_list": bool(markers) and not entries,
        "duplicate_label": repeated,
        "entries_run_together": bool(missing & labels_inside(entries)),
        "entry_too_long": any(len(entry.text) > MAX_ENTRY_CHARACTERS for entry in entries),
    }
    return [reason for reason, holds in told.items() if holds]
