"""Make a corpus of articles and of the news pages that they cite, the same for the same seed.

``python -m benchmarks.corpus FOLDER [--articles N] [--sources N] [--seed N]``

``FOLDER/articles`` holds essays (.html, .md, .txt) with markers and a works-cited list,
``FOLDER/sources`` news pages (.html), ``FOLDER/truth.jsonl`` what was planted: a JSON object a line
{kind, article, labels, suggested, claim}. Every claim is a paraphrase of a sentence of its source,
unless a fault is planted in it. All text is made of the patterns in ``corpus.toml``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from benchmarks.essays import Cited, Essay, Reference, render
from benchmarks.pages import CARDS, COMMENTS, Story, news_page
from benchmarks.words import FIGURES, Slots, draw, patterns, phrase, wrong

SEED = 20250101

# Pages of a news site: so many characters of markup around so few words. Chosen, not measured, and
# below what large sites serve, so that the figures do not live on the weight of the pages.
PAGE_WEIGHT = (40_000, 120_000)
SOURCE_WORDS = (250, 600)
# Student journals and think tanks run leaner pages.
ESSAY_WEIGHT = (20_000, 60_000)

SOURCES_A_STORY = 6
OUTLETS = 60
# One page in twenty repeats another outlet's story under a headline of its own.
COPY_EVERY = 20

PARAGRAPHS = (8, 14)
CITATIONS = (4, 8)
# One citation in so many names two sources at once, as long as the article has two claims to spare.
JOINT_SHARE = 0.15
# One article in eight has two labels swapped, and one in eight a wrong number.
FAULT_EVERY = 8
SWAP_AT, NUMBER_AT = 1, 5

# Of a source's sentences so many are somebody's words in quotation marks.
QUOTE_SHARE = 0.2

FIRST_DAY = dt.date(2015, 1, 1)
DAYS = 3_500


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence of a source, and what is needed to say it in other words: a pattern and its values."""

    text: str
    claim: str
    slots: Slots

    def paraphrase(self) -> str:
        """Return the claim that this fact supports."""
        return phrase(self.claim, self.slots.for_claim())

    def falsified(self, chance: random.Random) -> str:
        """Return the claim with one figure wrong, "" where it has none."""
        figures = [slot for slot in FIGURES if f"{{{slot}}}" in self.claim]
        if not figures:
            return ""
        slots = self.slots.for_claim()
        slot = chance.choice(figures)
        slots[slot] = wrong(slot, slots[slot], chance)
        return phrase(self.claim, slots)


@dataclass(frozen=True, slots=True)
class Source:
    """A page that is cited. ``copy_of`` is the number of the page whose text it repeats, else -1."""

    number: int
    story: Story
    facts: tuple[Fact, ...]
    copy_of: int = -1

    @property
    def name(self) -> str:
        """The file's name."""
        return f"source-{self.number:05}.html"


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault: ``labels`` as printed, ``suggested`` the right ones in the same order."""

    kind: str
    article: str
    labels: tuple[str, ...]
    suggested: tuple[str, ...]
    claim: str


@cache
def outlets(seed: int) -> tuple[str, ...]:
    """Return the names of the outlets."""
    chance = random.Random(f"{seed} outlets")
    kinds = patterns()["names"]["outlet"]
    return tuple(f"The {draw('place', chance)} {chance.choice(kinds)}" for _ in range(OUTLETS))


@cache
def make_source(number: int, seed: int) -> Source:
    """Return source ``number``: its story, its headline, and the facts that it reports."""
    chance = random.Random(f"{seed} source {number}")
    copied = number % COPY_EVERY == COPY_EVERY - 1
    slots = _story_slots(number // SOURCES_A_STORY, chance, seed)
    titles = patterns()["page"]["copied_headlines" if copied else "source_headlines"]
    title = phrase(chance.choice(titles), slots)
    day = (FIRST_DAY + dt.timedelta(days=chance.randrange(DAYS))).isoformat()
    slug = "-".join(re.findall("[a-z0-9]+", title.lower()))
    url = f"https://www.{_domain(slots['outlet'])}/{day.replace('-', '/')}/{slug}"
    section = chance.choice(patterns()["lists"]["section"])
    story = Story(title, draw("person", chance), slots["outlet"], day, url, section)
    if copied:
        original = number - 1
        return Source(number, story, make_source(original, seed).facts, original)
    return Source(number, story, tuple(_facts(slots, chance)))


def _story_slots(story: int, chance: random.Random, seed: int) -> Slots:
    """Return what all pages of one story share, and the outlet of this one."""
    shared = random.Random(f"{seed} story {story}")
    agency = shared.choice(patterns()["lists"]["agency"])
    company = f"{draw('place', shared)} {shared.choice(patterns()['lists']['company'])}"
    given = {"town": draw("place", shared), "agency": agency, "company": company}
    return Slots(chance, given | {"outlet": chance.choice(outlets(seed))})


def _domain(outlet: str) -> str:
    return outlet.lower().removeprefix("the ").replace(" ", "") + ".example"


def _facts(story: Slots, chance: random.Random) -> Iterator[Fact]:
    words = chance.randint(*SOURCE_WORDS)
    shared = {name: story[name] for name in ("town", "agency", "company", "outlet")}
    while words > 0:
        slots = Slots(chance, shared)
        fact = _quote(slots, chance) if chance.random() < QUOTE_SHARE else _statement(slots, chance)
        words -= len(fact.text.split())
        yield fact


def _statement(slots: Slots, chance: random.Random) -> Fact:
    pattern = chance.choice(patterns()["facts"])
    return Fact(phrase(pattern["source"], slots), chance.choice(pattern["claims"]), slots)


def _quote(slots: Slots, chance: random.Random) -> Fact:
    quotes = patterns()["quotes"]
    slots["quote"] = phrase(chance.choice(quotes["spoken"]), slots)
    number = chance.randrange(len(quotes["source"]))
    # The claim names the same circumstances as the sentence: outlet with outlet, role with role.
    return Fact(phrase(quotes["source"][number], slots), quotes["claims"][number], slots)


def source_page(source: Source, seed: int) -> str:
    """Return the page of ``source``."""
    chance = random.Random(f"{seed} page {source.number}")
    sentences = [fact.text for fact in source.facts]
    body = []
    while sentences:
        count = chance.randint(2, 4)
        body.append(f"<p>{' '.join(sentences[:count])}</p>")
        sentences = sentences[count:]
    slots = Slots(chance, {"town": "the town", "agency": "council", "company": "the company"})
    teasers = _phrases("source_headlines", chance.randint(*CARDS), slots)
    comments = _phrases("comments", chance.randint(*COMMENTS), slots)
    weight = chance.randint(*PAGE_WEIGHT)
    return news_page(source.story, "\n".join(body), teasers, comments, weight, chance)


def _phrases(name: str, count: int, given: Slots) -> list[str]:
    chosen = given.chance.choices(patterns()["page"][name], k=count)
    return [phrase(pattern, Slots(given.chance, dict(given))) for pattern in chosen]


def make_article(number: int, sources: int, seed: int) -> tuple[Essay, list[Planted]]:
    """Return article ``number`` over ``sources`` pages, and the faults that were planted in it."""
    chance = random.Random(f"{seed} article {number}")
    cited = _cited_sources(number, sources, chance, seed)
    facts = [chance.choice(source.facts) for source in cited]
    claims = [Cited(fact.paraphrase(), (str(n),)) for n, fact in enumerate(facts, 1)]
    chance.shuffle(claims)
    essay_name = f"article-{number:05}"
    planted: list[Planted] = []
    if number % FAULT_EVERY == SWAP_AT:
        planted = [_swap(claims, chance, essay_name)]
    elif number % FAULT_EVERY == NUMBER_AT:
        planted = list(_wrong_number(claims, facts, chance, essay_name))
    elif chance.random() < JOINT_SHARE:
        first, second = claims.pop(), claims.pop()
        # One sentence: of two, the marker at the end of the second would leave the first without one.
        joined = f"{first.text.removesuffix('.')}; {second.text}"
        claims.append(Cited(joined, (*first.labels, *second.labels)))
    essay = Essay(
        essay_name,
        _essay_story(chance, seed, essay_name),
        tuple(claims),
        tuple(_reference(source) for source in cited),
        chance.randint(max(PARAGRAPHS[0], len(claims)), PARAGRAPHS[1]),
        chance.randint(*ESSAY_WEIGHT),
    )
    return essay, planted


def _cited_sources(number: int, sources: int, chance: random.Random, seed: int) -> list[Source]:
    """Choose pages of one story and the next; never a page and its copy, for either would do."""
    stories = max(sources // SOURCES_A_STORY, 1)
    start = number % stories * SOURCES_A_STORY
    near = [make_source((start + step) % sources, seed) for step in range(min(2 * SOURCES_A_STORY, sources))]
    chosen: dict[int, Source] = {}
    for source in chance.sample(near, len(near)):
        chosen.setdefault(source.number if source.copy_of < 0 else source.copy_of, source)
    return list(chosen.values())[: chance.randint(*CITATIONS)]


def _swap(claims: list[Cited], chance: random.Random, article: str) -> Planted:
    """Exchange the labels of two claims in place."""
    one, other = sorted(chance.sample(range(len(claims)), 2))
    first, second = claims[one], claims[other]
    claims[one], claims[other] = Cited(first.text, second.labels), Cited(second.text, first.labels)
    printed = second.labels + first.labels
    return Planted("swapped_citation", article, printed, first.labels + second.labels, first.text)


def _wrong_number(
    claims: list[Cited], facts: Sequence[Fact], chance: random.Random, article: str
) -> Iterator[Planted]:
    """Falsify a figure of the first claim that has one, in place."""
    for place, claim in enumerate(claims):
        text = facts[int(claim.labels[0]) - 1].falsified(chance)
        if text:
            claims[place] = Cited(text, claim.labels)
            yield Planted("number_mismatch", article, claim.labels, (), text)
            return


def _essay_story(chance: random.Random, seed: int, name: str) -> Story:
    title = phrase(chance.choice(patterns()["opinion"]["headlines"]), Slots(chance, {}))
    outlet = chance.choice(outlets(seed)[:5])
    day = (FIRST_DAY + dt.timedelta(days=DAYS + chance.randrange(300))).isoformat()
    return Story(title, draw("person", chance), outlet, day, f"https://{_domain(outlet)}/{name}", "Opinion")


def _reference(source: Source) -> Reference:
    story = source.story
    return Reference(story.author, story.title, story.outlet, story.published, story.url)


def write_corpus(folder: Path, articles: int, sources: int, seed: int = SEED) -> int:
    """Write the corpus into ``folder`` (made anew) and return how many bytes its documents are."""
    size = 0
    for name in ("articles", "sources"):
        (folder / name).mkdir(parents=True, exist_ok=False)
    for number in range(sources):
        source = make_source(number, seed)
        size += (folder / "sources" / source.name).write_text(source_page(source, seed), encoding="utf-8")
    truth: list[Planted] = []
    for number in range(articles):
        essay, planted = make_article(number, sources, seed)
        name, text = render(essay, random.Random(f"{seed} essay {number}"))
        size += (folder / "articles" / name).write_text(text, encoding="utf-8")
        truth += [Planted(**{**asdict(one), "article": f"articles/{name}"}) for one in planted]
    lines = "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in truth)
    (folder / "truth.jsonl").write_text(lines, encoding="utf-8")
    return size


def main() -> None:
    """Read the command line and write a corpus."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--sources", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    size = write_corpus(options.folder, options.articles, options.sources, options.seed)
    print(f"{options.articles + options.sources} documents, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
