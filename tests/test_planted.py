"""The examples: what is planted is found, what is faithful is left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tasks.store.load import load_articles
from tasks.store.read import query
from tasks.store.store import Store
from tests.conftest import Demo

ARTICLES = sorted(path.name for path in (Path(__file__).parent.parent / "examples" / "articles").iterdir())


@pytest.fixture(scope="module")
def planted(examples: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((examples / "planted.json").read_text(encoding="utf-8"))
    return rows


@pytest.fixture(scope="module")
def expected(examples: Path) -> dict[str, dict[str, Any]]:
    rows = json.loads((examples / "expected.json").read_text(encoding="utf-8"))
    return {row["article"]: row for row in rows}


@pytest.fixture(scope="module")
def store(demo: Demo) -> Any:
    with Store.open_read_only(demo.database) as opened:
        yield opened


def found_in(store: Store) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...], str]]:
    """Return the open findings as (article, kind, labels, suggested, the first claim's text)."""
    claims = {
        claim.id: claim.text
        for row in store.rows("stage_ledger", stage="cite")
        if row["kept"]
        for claim in load_articles(store, [row["item"]])[0].claims
    }
    return [
        (
            row["uri"],
            row["kind"],
            tuple(row["labels"]),
            tuple(row["suggested"]),
            claims[row["claim_ids"][0]] if row["claim_ids"] else "",
        )
        for row in store.rows("findings")
        if row["status"] == "open"
    ]


def test_every_planted_fault_is_found_and_nothing_else_is_flagged(
    store: Store, planted: list[dict[str, Any]]
) -> None:
    found = sorted(found_in(store))
    wanted = sorted(
        (row for row in planted if row["as"] == "finding"), key=lambda r: (r["article"], r["kind"])
    )
    assert [(r["article"], r["kind"], tuple(r["labels"]), tuple(r["suggested"])) for r in wanted] == [
        one[:4] for one in found
    ]
    for row, one in zip(wanted, found, strict=True):
        assert row["claim"] in one[4].replace("’", "'"), row


def test_the_missing_source_is_told_as_an_issue_and_no_other_issue_is(
    demo: Demo, planted: list[dict[str, Any]]
) -> None:
    wanted = [row for row in planted if row["as"] == "issue"]
    _, rows = query(demo.published, "open_issues")
    issues = list(rows)
    assert [(row["kind"], row["article"]) for row in wanted] == [issue[1:3] for issue in issues]
    for row, issue in zip(wanted, issues, strict=True):
        assert f"entry {row['labels'][0]}" in issue[3]


@pytest.mark.parametrize("name", ARTICLES)
def test_references_and_markers_are_read_as_they_stand(
    name: str, store: Store, expected: dict[str, dict[str, Any]]
) -> None:
    """Every field of every entry, and every marker with its labels, in the order of the text."""
    want = expected[f"articles/{name}"]
    items = [row["item"] for row in store.rows("stage_ledger", stage="cite") if row["kept"]]
    (article,) = (a for a in load_articles(store, items) if a.document.uri == f"articles/{name}")
    assert [
        (r["label"], r["title"], r["outlet"], r["published"], r["accessed"]) for r in want["references"]
    ] == [
        (r.label, r.fields.title, r.fields.outlet, r.fields.published, r.fields.accessed)
        for r in article.references
        if r.label
    ] or not any(r["label"] for r in want["references"])
    assert [tuple(r["authors"]) for r in want["references"] if r["label"]] == [
        r.fields.authors for r in article.references if r.label
    ]
    assert [tuple(m["labels"]) for m in want["markers"]] == [c.labels for c in article.citations]
    assert len(want["references"]) == len(article.references)


@pytest.mark.parametrize("name", ARTICLES)
def test_each_reference_resolves_to_its_own_page_or_to_none(
    name: str, store: Store, expected: dict[str, dict[str, Any]]
) -> None:
    items = [row["item"] for row in store.rows("stage_ledger", stage="cite") if row["kept"]]
    (article,) = (a for a in load_articles(store, items) if a.document.uri == f"articles/{name}")
    uris = {row["document_id"]: row["uri"] for row in store.rows("locations")}
    rows = store.rows("resolutions", ids=[article.document.id])
    pages = {row["reference_id"]: uris.get(row["source_id"], "") for row in rows}
    assert [r["document"] for r in expected[f"articles/{name}"]["references"]] == [
        pages[r.id] for r in article.references
    ]


def test_a_claim_cited_to_the_syndicated_copy_counts_as_supported(store: Store) -> None:
    """One story under two headlines: both entries are right, each for its claim."""
    items = [row["item"] for row in store.rows("stage_ledger", stage="cite") if row["kept"]]
    (article,) = (a for a in load_articles(store, items) if a.document.uri.endswith("the-warm-room.html"))
    verdicts = store.con.execute(
        "SELECT DISTINCT verdict FROM verdicts WHERE document_id = ?", [article.document.id]
    ).fetchall()
    assert {"2", "3"} <= {r.label for r in article.references}
    assert verdicts == [("supported",)]
