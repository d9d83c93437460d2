"""Check the quotations and quantities of a claim against the pages that it cites."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tasks.judge.absence import tells_absence
from tasks.judge.contradictions import find_number_mismatch
from tasks.judge.reasons import name_reference, quoted
from tasks.link.numbers import find_quantities
from tasks.link.quotes import check_quote_words, split_words, word_places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tasks.link.numbers import Quantity
    from tasks.link.quotes import QuoteCheck, Word
    from tasks.model import Article, Claim, Document, FindingKind, Link, Quote, Reference

# Both wordings of an altered quotation are shown whole but for the longest, in characters.
LONGEST_QUOTED = 300
# The pages of a few articles are in use at a time.
REMEMBERED_PAGES = 64


@dataclass(frozen=True, slots=True)
class FactFinding:
    """A quotation or quantity that the cited pages do not bear out."""

    kind: FindingKind
    claim: str
    references: tuple[str, ...]
    reason: str
    score: float
    part: str


@lru_cache(maxsize=REMEMBERED_PAGES)
def _page_words(text: str) -> tuple[list[Word], Mapping[str, Sequence[int]]]:
    words = split_words(text)
    return words, word_places(words)


@lru_cache(maxsize=REMEMBERED_PAGES)
def _page_quantities(text: str) -> tuple[Quantity, ...]:
    return tuple(find_quantities(text))


def check_facts(
    article: Article, links: Sequence[Link], held: Mapping[str, Document], right: Mapping[str, str]
) -> Iterator[FactFinding]:
    """Yield what the pages contradict. ``right`` maps a misnumbered claim to the entry that fits it.

    A claim with several citations is borne out when one of its pages does; where a cited page is not
    held, nothing is said of what is absent.
    """
    references = {reference.id: reference for reference in article.references}
    cited = {citation.id: citation.references for citation in article.citations}
    for claim in article.claims:
        own = list(dict.fromkeys(r for citation in claim.citations for r in cited[citation]))
        if claim.id in right:
            own = [right[claim.id]]
        pages = {reference: held[reference] for reference in own if reference in held}
        if not pages:
            continue
        named = {reference: references[reference] for reference in own}
        told = []
        for quote in claim.quotes:
            found = list(_check_quote(article.document, claim, quote, named, pages))
            told += [quote] if found else []
            yield from found
        yield from _check_numbers(claim, told, named, pages, links)


def _check_quote(
    document: Document,
    claim: Claim,
    quote: Quote,
    named: Mapping[str, Reference],
    pages: Mapping[str, Document],
) -> Iterator[FactFinding]:
    checks = {
        reference: check_quote_words(quote.text, *_page_words(page.text)) for reference, page in pages.items()
    }
    if any(check.status in {"exact", "trimmed"} for check in checks.values()):
        return
    altered = [reference for reference, check in checks.items() if check.status == "altered"]
    if altered:
        reference = altered[0]
        reason = _altered_reason(quote, checks[reference], named[reference], pages[reference])
        yield FactFinding("altered_quote", claim.id, (reference,), reason, 1.0, quote.id)
    elif len(pages) == len(named) and tells_absence(quote, document, pages.values()):
        places = " or ".join(name_reference(reference) for reference in named.values())
        reason = f"The quotation {quoted(quote.text)} does not stand in the page of {places}."
        yield FactFinding("unsupported_claim", claim.id, tuple(named), reason, 1.0, quote.id)


def _altered_reason(quote: Quote, check: QuoteCheck, reference: Reference, page: Document) -> str:
    source = quoted(page.text[check.start : check.end], LONGEST_QUOTED)
    added = ", ".join(f"“{word}”" for word in check.added)
    removed = ", ".join(f"“{word}”" for word in check.removed)
    change = (
        f"{added} stands for {removed}"
        if added and removed
        else f"{added} was put in"
        if added
        else f"{removed} was left out"
    )
    return (
        f"{change}: the quotation reads {quoted(quote.text, LONGEST_QUOTED)}, "
        f"the page of {name_reference(reference)} says {source}."
    )


def _within(claim: Claim, quotes: Sequence[Quote], quantities: Sequence[Quantity]) -> list[Quantity]:
    """Return the ``quantities`` of ``claim`` that stand inside one of its ``quotes``."""
    spans = [(at, at + len(quote.text)) for quote in quotes if (at := claim.text.find(quote.text)) >= 0]
    return [n for n in quantities if any(start <= n.start and n.end <= end for start, end in spans)]


def _check_numbers(
    claim: Claim,
    told: Sequence[Quote],
    named: Mapping[str, Reference],
    pages: Mapping[str, Document],
    links: Sequence[Link],
) -> Iterator[FactFinding]:
    quantities = find_quantities(claim.text)
    # What was told of a quotation is not told again of its number.
    passed_over = _within(claim, told, quantities)
    if not quantities or len(pages) < len(named):
        return
    mismatches = []
    for reference, page in pages.items():
        numbers = dict.fromkeys(
            number
            for link in links
            if (link.claim, link.reference) == (claim.id, reference)
            for number in link.passage.sentences
        )
        best = [page.text[page.sentences[n].start : page.sentences[n].end] for n in numbers]
        mismatch = find_number_mismatch(
            claim.text, quantities, _page_quantities(page.text), best, passed_over
        )
        if mismatch is None:
            # One page that does not contradict the claim is enough to say nothing.
            return
        mismatches.append((reference, mismatch))
    reference, mismatch = mismatches[0]
    reason = (
        f"The claim says {mismatch.claimed.text}, the page of {name_reference(named[reference])} says "
        f"{mismatch.told.text}: {quoted(mismatch.sentence, LONGEST_QUOTED)}."
    )
    yield FactFinding("number_mismatch", claim.id, (reference,), reason, 1.0, mismatch.claimed.text)
