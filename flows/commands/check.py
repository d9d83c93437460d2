"""workscited check: one article against the pages of a folder, without database, server or flow."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flows.terminal import say
from tasks.acquire.folders import list_files, listing_of, read_file
from tasks.errors import InputError
from tasks.model import Issue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tasks.acquire.folders import Listing
    from tasks.link.vectors import Vectors
    from tasks.model import Article, Document, Finding, Link, Resolution, Verdict

EXIT_NOTHING = 0
EXIT_FINDINGS = 1


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked article: what it cites, what its references resolved to, links, verdicts and findings."""

    article: Article
    resolutions: Mapping[str, Resolution]
    links: Sequence[Link]
    verdicts: Sequence[Verdict]
    findings: Sequence[Finding]


def check(article: Path, sources: Path | None, as_json: bool) -> int:
    """Check ``article`` and print the report; raise InputError where it or ``sources`` cannot be read."""
    from flows.commands.check_report import as_object, show

    checked = check_article(article, sources)
    if as_json:
        print(json.dumps(as_object(checked), ensure_ascii=False, indent=2))
    else:
        show(checked)
    return EXIT_FINDINGS if checked.findings else EXIT_NOTHING


def check_article(article: Path, sources: Path | None) -> Checked:
    """Read ``article`` and the pages of ``sources``, and judge it with the functions of the pipeline."""
    cited = _cite(_read(listing_of(article, article.parent)))
    documents = _read_sources(sources, cited.document.id) if sources is not None else []
    return _judge(cited, documents)


def _read(listing: Listing) -> Document:
    from tasks.extract.read import extract
    from tasks.normalize import normalize
    from tasks.segment import segment

    raw = read_file(listing)
    document = normalize(raw, extract(raw))
    return replace(document, sentences=segment(document))


def _cite(document: Document) -> Article:
    from tasks.cite.article import cite

    return cite(document)


def _read_sources(folder: Path, article: str) -> list[Document]:
    """Read every page of ``folder`` but the article itself; a page that cannot be read is told, not fatal."""
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder")
    documents = []
    for listing in list_files(folder, folder):
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


def _judge(article: Article, documents: Sequence[Document]) -> Checked:
    from tasks.judge.article import judge_article
    from tasks.link.article import link_article
    from tasks.link.candidates import prepare_source
    from tasks.resolve import holding_of, resolve_all

    by_id = {document.id: document for document in documents}
    holdings = [holding_of(document.id, document.metadata) for document in by_id.values()]
    resolutions = dict(resolve_all(article.references, holdings))
    held = {key: by_id[one.document] for key, one in resolutions.items() if one.document}
    vectors = _vectors()
    prepared = {key: prepare_source(by_id[key]) for key in {one.id for one in held.values()}}
    links = link_article(article, {key: prepared[one.id] for key, one in held.items()}, vectors)
    verdicts, findings = judge_article(article, links, held, vectors)
    return Checked(article, resolutions, links, verdicts, findings)


def _vectors() -> Vectors:
    from tasks.embed.encoder import load_encoder
    from tasks.embed.export import default_cache
    from tasks.link.vectors import Vectors

    if not default_cache().exists():
        say("preparing the model: once, about half a minute")
    return Vectors(load_encoder())
