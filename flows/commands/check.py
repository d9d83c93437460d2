"""workscited check: one article against the pages of a folder, without database, server or flow."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flows.terminal import say
from tasks.acquire.folders import list_files, listing_of, read_file
from tasks.errors import InputError
from tasks.model import Issue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tasks.acquire.folders import Listing
    from tasks.judge.cross_encoder import CrossEncoder
    from tasks.judge.models import Models
    from tasks.link.index import SourceIndex
    from tasks.link.vectors import Vectors
    from tasks.model import Article, Document, Finding, Link, Resolution, Verdict

EXIT_NOTHING = 0
EXIT_FINDINGS = 1
# Fewer pages are read within a second or two, before a bar would tell anything.
MANY_PAGES = 50


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked article: what it cites, what its references resolved to, links, verdicts and findings.

    ``unsupported`` has, by claim and reference, the spans of the claim's words that the page does not seem
    to support: of claims that it does not support whole.
    """

    article: Article
    resolutions: Mapping[str, Resolution]
    links: Sequence[Link]
    verdicts: Sequence[Verdict]
    findings: Sequence[Finding]
    unsupported: Mapping[tuple[str, str], Sequence[tuple[int, int]]]


def check(article: Path, sources: Path | None, as_json: bool, entailment: str = "") -> int:
    """Check ``article`` and print the report; raise InputError where it or ``sources`` cannot be read.

    ``entailment`` is a cross-encoder that gives the verdicts; EncoderError where it cannot be used.
    """
    from flows.commands.check_report import as_object, show

    checked = check_article(article, sources, entailment=entailment)
    if as_json:
        print(json.dumps(as_object(checked), ensure_ascii=False, indent=2))
    else:
        show(checked)
    return EXIT_FINDINGS if checked.findings else EXIT_NOTHING


def check_article(
    article: Path, sources: Path | None, models: Models | None = None, entailment: str = ""
) -> Checked:
    """Read ``article`` and the pages of ``sources``, and judge it with the functions of the pipeline.

    ``models`` are those of the project unless others are given; ``entailment`` names a cross-encoder that
    gives the verdicts in their place.
    """
    named = _entailment(entailment)
    cited = _cite(_segmented(_read(listing_of(article, article.parent))))
    documents = _read_sources(sources, cited.document.id) if sources is not None else []
    return _judge(cited, documents, models, named)


def _read(listing: Listing) -> Document:
    """Return the document of a file, not yet split into sentences."""
    from tasks.extract.read import extract
    from tasks.normalize import normalize

    raw = read_file(listing)
    return normalize(raw, extract(raw))


def _segmented(document: Document) -> Document:
    from tasks.segment import segment

    return replace(document, sentences=segment(document))


def _cite(document: Document) -> Article:
    from tasks.cite.article import cite

    return cite(document)


def _read_sources(folder: Path, article: str) -> list[Document]:
    """Read every page of ``folder`` but the article itself; a page that cannot be read is told, not fatal."""
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder")
    listings = list(list_files(folder, folder))
    documents = []
    for listing in _watched(listings):
        if isinstance(listing, Issue):
            if listing.reason != "not_a_document":
                say(f"{listing.item}: {listing.reason} ({listing.detail})")
            continue
        try:
            document = _read(listing)
        except InputError as error:
            say(f"passed over: {error}")
            continue
        if document.id != article:
            documents.append(document)
    return documents


def _watched(listings: Sequence[Listing | Issue]) -> Iterator[Listing | Issue]:
    """Yield ``listings``, under a bar on standard error where they are many and a person watches."""
    if len(listings) < MANY_PAGES or not sys.stderr.isatty():
        yield from listings
        return
    from flows.progress import Bars

    with Bars() as bars:
        bars.start("pages", len(listings))
        for listing in listings:
            yield listing
            bars.advance(1)
        bars.finish()


def _judge(
    article: Article,
    documents: Sequence[Document],
    models: Models | None,
    entailment: CrossEncoder | None,
) -> Checked:
    from tasks.judge.article import judge_article
    from tasks.link.article import link_article
    from tasks.link.candidates import prepare_source
    from tasks.resolve import holding_of, resolve_all

    holdings = [holding_of(document.id, document.metadata) for document in documents]
    resolutions = dict(resolve_all(article.references, holdings))
    meant = {one.document for one in resolutions.values()}
    # Only the pages that the list means are split into sentences, however many lie in the folder.
    pages = {document.id: _segmented(document) for document in documents if document.id in meant}
    held = {key: pages[one.document] for key, one in resolutions.items() if one.document}
    prepared = {key: prepare_source(page) for key, page in pages.items()}
    vectors = _vectors()
    links = link_article(article, {key: prepared[page.id] for key, page in held.items()}, vectors)
    verdicts, findings = judge_article(article, links, held, vectors, models, entailment)
    indexes = {key: prepared[page.id].index for key, page in held.items()}
    unsupported = _unsupported(article, links, verdicts, indexes)
    return Checked(article, resolutions, links, verdicts, findings, unsupported)


def _unsupported(
    article: Article,
    links: Sequence[Link],
    verdicts: Sequence[Verdict],
    indexes: Mapping[str, SourceIndex],
) -> dict[tuple[str, str], list[tuple[int, int]]]:
    from tasks.judge.unsupported import find_unsupported
    from tasks.judge.wording import read_page

    texts = {claim.id: claim.text for claim in article.claims}
    chosen = {(one.claim, one.reference): one.passage.sentences for one in links if one.rank == 1}
    doubted = [one for one in verdicts if one.verdict in ("partially_supported", "not_supported")]
    pages = {reference: read_page(indexes[reference]) for reference in {one.reference for one in doubted}}
    return {
        (one.claim, one.reference): find_unsupported(
            texts[one.claim], pages[one.reference], chosen[one.claim, one.reference]
        )
        for one in doubted
    }


def _entailment(name: str) -> CrossEncoder | None:
    """Load the model of that name before anything is read: a wrong name is told at once."""
    if not name:
        return None
    from tasks.judge.cross_encoder import load_cross_encoder

    return load_cross_encoder(name)


def _vectors() -> Vectors:
    from tasks.embed.encoder import load_encoder
    from tasks.link.vectors import Vectors

    return Vectors(load_encoder())
