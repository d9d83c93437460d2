"""The script that one would write in half an hour: what the pipeline's speed is held against.

``python -m benchmarks.straightforward CORPUS DATABASE``

It extracts every page with trafilatura, embeds every paragraph with sentence-transformers, compares
all paragraphs of the articles with all of the sources, and writes paragraphs, vectors and each article
paragraph's best links into DuckDB. One process, as torch comes (it has threads of its own). It parses
no list and no marker, resolves and judges nothing, and can only start from nothing.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import trafilatura
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from benchmarks.watch import part
from tasks.embed.package import package_folder

# Links kept of each paragraph of an article.
BEST = 3

TABLES = """
CREATE TABLE paragraphs (role VARCHAR, document VARCHAR, number INTEGER, text VARCHAR, vector FLOAT[384]);
CREATE TABLE links (article VARCHAR, number INTEGER, source VARCHAR, source_number INTEGER, cosine FLOAT);
"""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Paragraph ``number`` of a document."""

    document: str
    number: int
    text: str


def read_paragraphs(folder: Path) -> list[Paragraph]:
    """Return the paragraphs of all documents of ``folder``."""
    paragraphs = []
    for path in sorted(folder.iterdir()):
        content = path.read_text(encoding="utf-8")
        text = trafilatura.extract(content) if path.suffix == ".html" else content
        lines = [line.strip() for line in (text or "").splitlines() if line.strip()]
        paragraphs += [Paragraph(path.name, number, line) for number, line in enumerate(lines)]
    return paragraphs


def best_links(articles: NDArray[np.float32], sources: NDArray[np.float32]) -> list[list[tuple[int, float]]]:
    """Return for each row of ``articles`` the nearest rows of ``sources`` with their cosines."""
    cosines = articles @ sources.T
    links = []
    for row in cosines:
        nearest = np.argpartition(row, -BEST)[-BEST:] if len(row) > BEST else np.arange(len(row))
        links.append([(int(place), float(row[place])) for place in nearest])
    return links


def run(corpus: Path, database: Path) -> None:
    """Do it all."""
    with part("load"):
        model = SentenceTransformer(str(package_folder()), device="cpu")
    with part("extract") as said:
        articles = read_paragraphs(corpus / "articles")
        sources = read_paragraphs(corpus / "sources")
        said["items"] = len(articles) + len(sources)
    with part("encode"):
        article_vectors = model.encode([one.text for one in articles], normalize_embeddings=True)
        source_vectors = model.encode([one.text for one in sources], normalize_embeddings=True)
    with part("compare"):
        links = best_links(article_vectors, source_vectors)
    with part("store"), duckdb.connect(str(database)) as con:
        con.execute(TABLES)
        con.begin()
        for role, paragraphs, vectors in (
            ("article", articles, article_vectors),
            ("source", sources, source_vectors),
        ):
            con.executemany(
                "INSERT INTO paragraphs VALUES (?, ?, ?, ?, ?)",
                [
                    (role, one.document, one.number, one.text, vector.tolist())
                    for one, vector in zip(paragraphs, vectors, strict=True)
                ],
            )
        con.executemany(
            "INSERT INTO links VALUES (?, ?, ?, ?, ?)",
            [
                (one.document, one.number, sources[place].document, sources[place].number, cosine)
                for one, found in zip(articles, links, strict=True)
                for place, cosine in found
            ],
        )
        con.commit()


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("corpus", type=Path, help="a folder with articles/ and sources/")
    parser.add_argument("database", type=Path, help="the file to make")
    options = parser.parse_args()
    run(options.corpus, options.database)


if __name__ == "__main__":
    main()
