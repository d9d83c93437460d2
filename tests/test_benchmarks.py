"""The generated corpus is the same for the same seed, and what is planted in it is what its truth says."""

from __future__ import annotations

import html
import json
import os
import re
import string
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.corpus import COPY_EVERY, PAGE_WEIGHT, make_article, make_source, source_page, write_corpus
from benchmarks.pipeline import cold, planted_and_found, prepared, script, unchanged
from benchmarks.watch import family, resident
from benchmarks.words import patterns
from tasks.stages import STAGES

ARTICLES, SOURCES, SEED = 24, 40, 7


def slots(pattern: str) -> set[str]:
    """The slots of a pattern, in lower case."""
    return {name.lower() for _, name, _, _ in string.Formatter().parse(pattern) if name}


def words(text: str) -> set[str]:
    """Names and figures: what tells one report from another."""
    return set(re.findall(r"\d[\d,.]*\d|\d|\b[A-Z][a-zć]{3,}\b", text))


def figures(text: str) -> set[str]:
    """The figures of a text."""
    return set(re.findall(r"\d[\d,.]*\d|\d", text))


def body(page: str) -> str:
    """The text of a source's story, without its frame."""
    return html.unescape(re.search(r'(?s)<div class="story-body">(.*?)</div>', page).group(1))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small corpus on the disk."""
    folder = tmp_path_factory.mktemp("generated")
    write_corpus(folder, ARTICLES, SOURCES, SEED)
    return folder


@pytest.fixture(scope="module")
def truth(corpus: Path) -> list[dict[str, object]]:
    """What the corpus says of its faults."""
    return [json.loads(line) for line in (corpus / "truth.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def pages(corpus: Path) -> dict[str, str]:
    """The sources' texts by their addresses."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((corpus / "sources").iterdir())]
    return {re.search(r'rel="canonical" href="([^"]+)"', text).group(1): body(text) for text in texts}


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder by their path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def cited_page(name: str, label: str, pages: dict[str, str]) -> str:
    """The text of the page that an article's entry ``label`` means."""
    essay, _ = make_article(int(re.search(r"\d+", name).group()), SOURCES, SEED)
    return pages[essay.references[int(label) - 1].url]


def test_the_same_seed_gives_the_same_bytes(corpus: Path, tmp_path: Path) -> None:
    """A corpus is a matter of its sizes and its seed, not of the process that makes it."""
    command = [sys.executable, "-m", "benchmarks.corpus", str(tmp_path / "again")]
    options = [f"--articles={ARTICLES}", f"--sources={SOURCES}", f"--seed={SEED}"]
    # Hashes of strings differ between processes: nothing may hang on the order of a set.
    subprocess.run(
        [*command, *options],
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "5"},
        cwd=Path(__file__).parent.parent,
    )
    assert contents(corpus) == contents(tmp_path / "again")


def test_another_seed_gives_another_corpus(corpus: Path, tmp_path: Path) -> None:
    """No page of one seed is a page of the next."""
    write_corpus(tmp_path, 2, 6, SEED + 1)
    others = {path.read_bytes() for path in (tmp_path / "sources").iterdir()}
    assert not others & {path.read_bytes() for path in (corpus / "sources").iterdir()}


def test_a_corpus_holds_as_many_documents_as_were_asked_for(corpus: Path) -> None:
    """Articles come as pages, Markdown and plain text; sources as pages."""
    kinds = Counter(path.suffix for path in (corpus / "articles").iterdir())
    assert (ARTICLES, SOURCES) == (kinds.total(), len(list((corpus / "sources").iterdir())))
    assert set(kinds) == {".html", ".md", ".txt"}


def test_faults_of_both_kinds_are_planted(truth: list[dict[str, object]]) -> None:
    """One article in eight has its labels swapped, one in eight a wrong number."""
    assert Counter({"swapped_citation": 3, "number_mismatch": 3}) == Counter(row["kind"] for row in truth)


def test_a_planted_claim_is_printed_with_the_labels_that_the_truth_names(
    corpus: Path, truth: list[dict[str, object]]
) -> None:
    """The first label of the fault follows its claim in the article's file."""
    for row in truth:
        text = html.unescape((corpus / str(row["article"])).read_text(encoding="utf-8"))
        after = text.split(str(row["claim"])[:-1], 1)[1][:30]
        assert row["labels"][0] == re.search(r"\d+", after).group()


def test_a_swapped_claim_fits_the_page_that_is_suggested(
    truth: list[dict[str, object]], pages: dict[str, str]
) -> None:
    """Its names and figures stand on the page of the suggested label, and not all on the one printed."""
    for row in (row for row in truth if row["kind"] == "swapped_citation"):
        printed, suggested = (
            cited_page(row["article"], row[key][0], pages) for key in ("labels", "suggested")
        )
        # The first word has a capital letter wherever it comes from.
        names = words(row["claim"].split(" ", 1)[1])
        assert set(row["labels"]) == set(row["suggested"])
        assert row["labels"] != row["suggested"]
        assert len(names & words(suggested)) > len(names & words(printed))


def test_a_wrong_number_stands_nowhere_on_the_cited_page(
    truth: list[dict[str, object]], pages: dict[str, str]
) -> None:
    """One figure of the claim, and only one, is not on the page."""
    for row in (row for row in truth if row["kind"] == "number_mismatch"):
        page = cited_page(row["article"], row["labels"][0], pages)
        assert 1 == len(figures(row["claim"]) - figures(page))


def test_claims_without_a_planted_fault_have_their_figures_from_the_page_that_they_cite(
    truth: list[dict[str, object]], pages: dict[str, str]
) -> None:
    """Whatever is found beside the planted faults is a false alarm."""
    faulty = {Path(str(row["article"])).stem for row in truth}
    checked = 0
    for number in range(ARTICLES):
        essay, _ = make_article(number, SOURCES, SEED)
        if essay.name in faulty:
            continue
        for claim in essay.claims:
            cited = " ".join(cited_page(essay.name, label, pages) for label in claim.labels)
            assert figures(claim.text) <= figures(cited), claim
            checked += bool(figures(claim.text))
    assert checked > ARTICLES


def test_one_source_in_twenty_repeats_another_under_its_own_headline() -> None:
    """The sentences are the same; headline and page are not."""
    copy = make_source(COPY_EVERY - 1, SEED)
    original = make_source(copy.copy_of, SEED)
    assert [fact.text for fact in original.facts] == [fact.text for fact in copy.facts]
    assert original.story.title != copy.story.title
    assert source_page(original, SEED) != source_page(copy, SEED)


def test_pages_weigh_what_pages_of_news_sites_may_weigh(corpus: Path) -> None:
    """Around each text lie some ten thousand characters of markup, and no more than a few rules too many."""
    sizes = [path.stat().st_size for path in (corpus / "sources").iterdir()]
    assert PAGE_WEIGHT[0] <= min(sizes)
    assert max(sizes) <= PAGE_WEIGHT[1] + 2_000


def test_few_sentences_are_ever_the_same(pages: dict[str, str]) -> None:
    """What is embedded once however often it occurs must not flatter the figures."""
    originals = [make_source(number, SEED) for number in range(SOURCES)]
    sentences = [fact.text for source in originals if source.copy_of < 0 for fact in source.facts]
    assert len(set(sentences)) > 0.99 * len(sentences)


@pytest.mark.parametrize("pattern", patterns()["facts"], ids=lambda one: one["source"][:24])
def test_a_claim_says_nothing_that_its_source_does_not(pattern: dict[str, object]) -> None:
    """Each slot of a claim's pattern is in the pattern of its source."""
    assert all(slots(claim) <= slots(pattern["source"]) for claim in pattern["claims"])


def test_memory_is_that_of_a_process_and_all_below_it() -> None:
    """A child's child counts too; a process that has ended counts as nothing."""
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        child.stdout.readline()
        here = family(child.pid)
        assert (2, child.pid) == (len(here), here[0])
        assert all(resident(pid) > 1_000_000 for pid in here)
        child.communicate(b"\n")
    assert 0 == resident(child.pid)


@pytest.mark.slow
def test_all_that_is_timed_runs(tmp_path: Path) -> None:
    """Each stage is one part; a second run has nothing to do; the planted faults are counted."""
    small = prepared(tmp_path, 10, 18, SEED)
    first, again, plain = cold(small), unchanged(small), script(small)
    assert [*STAGES] == [part.name for part in first.parts] == [part.name for part in again.parts]
    assert 28 == first.parts[0].said["kept"]
    assert [0] * len(STAGES) == [part.said["kept"] for part in again.parts]
    assert ["load", "extract", "encode", "compare", "store"] == [part.name for part in plain.parts]
    assert all(part.peak > 1_000_000 and part.seconds > 0 for part in first.parts)
    assert {"planted": 2, "found": 2, "others": 0} == planted_and_found(small)["swapped_citation"]
