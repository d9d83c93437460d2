"""judge: the verdicts on linked claims, and the findings of each article."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tasks.cite.urls import canonical_url
from tasks.fetch.records import DEAD, TRANSIENT
from tasks.judge.article import judge_article
from tasks.judge.cross_encoder import load_cross_encoder
from tasks.judge.models import load_models
from tasks.keys import content_key
from tasks.link.vectors import Vectors
from tasks.stages.linking import article_keys, encoder_in_space, held_documents
from tasks.stages.work import Context, Result
from tasks.store.load import load_articles, load_links, load_vectors
from tasks.store.rows import judgement_tables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tasks.judge.cross_encoder import CrossEncoder
    from tasks.model import Article
    from tasks.settings import Settings

# The version of the stage's code: raise it when the stage would give another answer.
JUDGE = "4"
# How a reader is told why a page is dead.
DEATHS = {"not_found": "status 404", "gone": "status 410", "no_such_host": "its host is no more"}
# Articles judged at a time: their sources and links are in memory together.
ARTICLES_A_BATCH = 64


def judge(context: Context) -> None:
    """Judge the claims of the linked articles, and raise findings."""
    entailment = entailment_of(context.settings)
    version = _version(entailment)
    pending = context.pending("pending_judge", version=version)
    context.start("judge", len(pending))
    encoder = encoder_in_space(context)
    dead = dead_pages(context)
    for batch in context.batches(pending, ARTICLES_A_BATCH):
        began = time.perf_counter()
        ids = [one.item for one in batch]
        articles = load_articles(context.store, ids)
        links = dict(load_links(context.store, ids))
        held = held_documents(context, ids)
        vectors = Vectors(encoder, load_vectors(context.store, sorted(article_keys(articles))))
        judged = [
            (
                (article.document.id, article.document.uri),
                *judge_article(
                    article,
                    links[article.document.id],
                    held[article.document.id],
                    vectors,
                    entailment=entailment,
                    dead=dead_references(article, dead),
                ),
            )
            for article in articles
        ]
        results = [
            Result(item, content_key(repr(verdicts), repr(findings)))
            for (item, _), verdicts, findings in judged
        ]
        context.commit("judge", version, began, batch, results, judgement_tables(judged, context.run_id))


def dead_pages(context: Context) -> dict[str, str]:
    """Return, by canonical address, how it is known of cited pages that they are gone."""
    rows = context.store.rows("dead_pages", dead=sorted(DEAD), passing=sorted(TRANSIENT))
    return {row["page"]: _obituary(**row) for row in rows}


def _obituary(
    page: str, reason: str, since: datetime, archived_at: datetime | None, held_from: datetime | None
) -> str:
    if held_from:
        copy = f"{page} is held as it was on {held_from:%Y-%m-%d}"
    elif archived_at:
        copy = f"an archive's copy of {archived_at:%Y-%m-%d} is held"
    else:
        copy = "no copy of it is held"
    return f"its page is gone ({DEATHS[reason]}, asked on {since:%Y-%m-%d}); {copy}."


def dead_references(article: Article, dead: Mapping[str, str]) -> dict[str, str]:
    """Return, by the ids of references whose page is gone, how that is known; ``dead`` is by address."""
    return {
        reference.id: dead[page]
        for reference in article.references
        if (page := canonical_url(reference.fields.url)) in dead
    }


def entailment_of(settings: Settings) -> CrossEncoder | None:
    """Return the cross-encoder that the settings name, loaded once a process; None where they name none.

    Raises EncoderError where it cannot be used.
    """
    name = settings.judge.entailment
    return load_cross_encoder(name) if name else None


def _version(entailment: CrossEncoder | None) -> str:
    """Return the stage's version: of its code, of the fitted models, and of the model that was named."""
    parts = [JUDGE, load_models().version, *([entailment.version] if entailment else [])]
    return "-".join(parts)
