"""Link every claim of an article to passages of the sources that its list names."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from tasks.link.candidates import sentence_vectors
from tasks.link.features import compare, read_claim, read_source
from tasks.link.index import measure_rarity
from tasks.model import Link, Passage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from tasks.link.candidates import Source
    from tasks.link.features import ClaimFacts, Match, SourceFacts
    from tasks.link.index import Rarity
    from tasks.link.vectors import Vectors
    from tasks.model import Article, Claim, Reference

Role = Literal["cited", "sister"]
# The best set, and two sentences beside it for the reader.
PASSAGES = 3


def claim_vector_text(claim: Claim) -> str:
    """Return the text by which a claim is encoded."""
    return claim.text


def reference_vector_text(reference: Reference) -> str:
    """Return the text by which an entry is encoded: its title, or all of it where it has none."""
    return reference.fields.title or reference.text


def link_article(article: Article, held: Mapping[str, Source], vectors: Vectors) -> list[Link]:
    """Return the links of ``article``, claim by claim in the order of the text.

    ``held`` maps the ids of the references that resolved to their sources. Each claim is held against
    each of them; ``role`` tells which it cites.
    """
    titles = _title_vectors(article, held, vectors)
    cited = {citation.id: citation.references for citation in article.citations}
    links: list[Link] = []
    for claim, matches in match_article(article, held, vectors):
        own = {reference for citation in claim.citations for reference in cited[citation]}
        vector = vectors.one(claim_vector_text(claim))
        for reference, (source, match) in matches.items():
            role: Role = "cited" if reference in own else "sister"
            cosine = float(titles[reference] @ vector) if reference in titles else 0.0
            for rank, passage, features in _passages(match, source, cosine):
                links.append(Link(claim.id, reference, role, rank, passage, features))
    return links


def match_article(
    article: Article, held: Mapping[str, Source], vectors: Vectors
) -> Iterator[tuple[Claim, dict[str, tuple[SourceFacts, Match]]]]:
    """Yield each claim of ``article`` with what was measured against each source, by reference.

    ``held`` is as in :func:`link_article`; references that share a source share its match.
    """
    sources = {source.document.id: source for source in held.values()}
    rarity = measure_rarity(source.index for source in sources.values())
    facts = _read_claims(article, vectors, rarity)
    words = [fact.words for fact in facts.values()]
    rows = sentence_vectors(words, sources.values(), vectors, rarity)
    read = {
        document: read_source(source.index, rows[document], source.document.text)
        for document, source in sources.items()
    }
    for claim in article.claims:
        fact = facts[claim.id]
        matches = {document: (source, compare(fact, source, rarity)) for document, source in read.items()}
        yield claim, {reference: matches[source.document.id] for reference, source in held.items()}


def _read_claims(article: Article, vectors: Vectors, rarity: Rarity) -> dict[str, ClaimFacts]:
    """Gather the facts of all claims, by claim id."""
    vectors.require(claim_vector_text(claim) for claim in article.claims)
    return {
        claim.id: read_claim(
            claim.text,
            [quote.text for quote in claim.quotes],
            vectors.one(claim_vector_text(claim)),
            rarity,
        )
        for claim in article.claims
    }


def _title_vectors(
    article: Article, held: Mapping[str, Source], vectors: Vectors
) -> dict[str, NDArray[np.float32]]:
    """Return the vectors (dimension,) of the entries that are held, by reference id."""
    texts = {reference.id: reference_vector_text(reference) for reference in article.references}
    wanted = {reference: text for reference, text in texts.items() if reference in held and text}
    vectors.require(wanted.values())
    return {reference: vectors.one(text) for reference, text in wanted.items()}


def _passages(
    match: Match, source: SourceFacts, title_cosine: float
) -> Iterator[tuple[int, Passage, dict[str, float]]]:
    """Yield rank, passage and features of the best set and the next sentences; none of an empty source."""
    shown = match.ranking[: PASSAGES + len(match.chosen)]
    singles = [(sentence,) for sentence in shown if sentence not in match.chosen]
    sets = [match.chosen, *singles] if match.chosen else []
    for rank, sentences in enumerate(sets[:PASSAGES], start=1):
        features = {**match.features, "title_cosine": title_cosine} if rank == 1 else {}
        yield rank, _passage(tuple(sorted(sentences)), match, source), features


def _passage(sentences: tuple[int, ...], match: Match, source: SourceFacts) -> Passage:
    spans = [source.index.spans[sentence] for sentence in sentences]
    return Passage(
        document=source.index.document,
        sentences=sentences,
        start=spans[0][0],
        end=spans[-1][1],
        text=_join(sentences, source.index.texts),
        cosine=max(float(match.scores.cosine[sentence]) for sentence in sentences),
        coverage=match.features["coverage_set"]
        if set(sentences) == set(match.chosen)
        else float(match.scores.coverage[sentences[0]]),
        score=max(float(match.scores.score[sentence]) for sentence in sentences),
    )


def _join(sentences: tuple[int, ...], texts: tuple[str, ...]) -> str:
    """Join the sentences, a mark of omission where they are not neighbours."""
    text = texts[sentences[0]]
    for before, sentence in pairwise(sentences):
        text += (" " if sentence == before + 1 else " … ") + texts[sentence]
    return text
