"""Faithful articles: whoever cites honestly hears nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.faithful import find_articles, main, sources_of
from flows.commands.check import check_article

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).with_name("faithful")
ARTICLES = find_articles(FOLDER)
# The one topic whose articles are checked by their lists alone.
WITHOUT_PAGES = "ceasefire"
# Markers by author and year are no numbers: the list is read, its citations are not.
WITHOUT_NUMBERS = "author-date"


def by_name(paths: Sequence[Path]) -> list[str]:
    return [f"{path.parent.name}: {path.stem}" for path in paths]


@pytest.mark.parametrize("article", ARTICLES, ids=by_name(ARTICLES))
def test_nothing_is_found_in_a_faithful_article(article: Path) -> None:
    """Every claim stands in the page it cites, in the writer's words or the page's: no finding."""
    checked = check_article(article, sources_of(article))
    assert [(finding.kind, finding.reason) for finding in checked.findings] == []
    # Silence over an article whose citations or pages were not read would prove nothing.
    held = any(one.document for one in checked.resolutions.values())
    numbered = article.stem != WITHOUT_NUMBERS
    assert held == (article.parent.name != WITHOUT_PAGES)
    assert bool(checked.article.citations) == numbered
    assert any(verdict.probability is not None for verdict in checked.verdicts) == (held and numbered)


def test_every_topic_has_articles_and_no_page_is_taken_for_one() -> None:
    assert {path.parent for path in ARTICLES} == {path for path in FOLDER.iterdir() if path.is_dir()}


def test_the_shares_of_the_verdicts_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m benchmarks.faithful DIR` counts articles, findings by kind and verdicts by name."""
    main([str(FOLDER / "ferry")])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "articles: 1, with a finding: 0"
    assert [line for line in lines if line.startswith("verdict ")]
    assert lines[-1] == "claims without a held source: 0"
