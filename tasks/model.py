"""The words of workscited as data: frozen records whose spans point into a document's text.

A span is ``(start, end)``, half open, in characters of :attr:`Document.text`, so that
``document.text[start:end]`` is the thing itself. This module imports nothing of the project.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["heading", "paragraph", "list_item", "quote"]
MarkKind = Literal["superscript", "link"]
ReferenceKind = Literal["entry", "hyperlink"]
VerdictName = Literal["supported", "partially_supported", "not_supported", "source_unavailable"]
FindingKind = Literal[
    "swapped_citation",
    "off_by_one",
    "miscited",
    "dangling_marker",
    "unused_reference",
    "altered_quote",
    "number_mismatch",
    "uncited_claim",
    "link_mismatch",
    "dead_source",
    "unsupported_claim",
]
QuoteStatus = Literal["exact", "trimmed", "altered", "absent"]


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as they were read, before any parsing. ``uri`` names where they lie."""

    uri: str
    media_type: str  # "text/html", "text/markdown" or "text/plain"
    content: bytes
    charset: str = ""  # what a server said of the encoding; "" for a file


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item or block quote, in reading order.

    ``level`` is 1–6 for a heading and the nesting depth (1 = outermost) for a list item, else 0.
    ``label`` is the number of an item of an ordered list as a reader sees it ("1"), else "".
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A superscript or a hyperlink inside the text; ``target`` is the link's address as written."""

    kind: MarkKind
    start: int
    end: int
    target: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself. Dates are ISO, as precise as known: 2016, 2016-01, 2016-01-23."""

    title: str = ""
    authors: tuple[str, ...] = ()
    outlet: str = ""
    published: str = ""
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Extract:
    """A page's main text as its reader gave it; spans are into ``text`` (the extracted text)."""

    text: str
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...]
    metadata: Metadata
    # Reason codes of what was noticed while reading, such as "text_truncated"; empty when all is well.
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of block number ``block`` (an index into :attr:`Document.blocks`)."""

    start: int
    end: int
    block: int


@dataclass(frozen=True, slots=True)
class Document:
    """One normalized text; every span of its blocks, marks and sentences is into ``text``.

    ``offsets`` maps back to the extracted text: pairs (position in ``text``, position in the
    extracted text), ascending in both, between which the two run in step.
    """

    id: str
    uri: str
    text: str
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...]
    metadata: Metadata
    sentences: tuple[Sentence, ...] = ()
    offsets: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one works-cited entry. An empty value means that the entry does not say."""

    authors: tuple[str, ...] = ()
    title: str = ""
    outlet: str = ""
    published: str = ""
    accessed: str = ""
    url: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of the list, or an inline hyperlink that serves as one.

    ``label`` is as printed without brackets ("3"); "" for a hyperlink. ``start``/``end`` span the
    entry, or the hyperlink's anchor text.
    """

    id: str
    label: str
    kind: ReferenceKind
    text: str
    start: int
    end: int
    fields: Fields


@dataclass(frozen=True, slots=True)
class Citation:
    """One marker in the text. ``labels`` are those it names, ranges and lists expanded."""

    id: str
    marker: str
    start: int
    end: int
    labels: tuple[str, ...]
    references: tuple[str, ...]  # ids of the references, in the order of the labels that have one
    claim: str  # id of the claim that it stands behind
    target: str = ""  # a hyperlink's address where the marker is or carries a link


@dataclass(frozen=True, slots=True)
class Quote:
    """Words in quotation marks inside a claim (the marks left out), with who said them and the cue."""

    id: str
    claim: str
    start: int
    end: int
    text: str
    speaker: str = ""
    cue: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a citation stands for, or a checkable sentence without marker (``citations`` empty).

    ``text`` is the span without its markers. ``context`` is the sentence or paragraph part before
    it that resolves its pronouns, "" where there is none.
    """

    id: str
    text: str
    start: int
    end: int
    citations: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    context: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """An article with all that was found in it."""

    document: Document
    references: tuple[Reference, ...]
    citations: tuple[Citation, ...]
    claims: tuple[Claim, ...]
    # Reason codes of what could not be handled, such as "no_reference_list".
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """Which held document a reference means; ``document`` is "" where none, and ``reason`` says why.

    ``score`` is 0–1. ``method`` is "url", "title", "archive" (a copy in a web archive), "" where unresolved.
    """

    reference: str
    document: str
    method: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences of a source that bear on a claim; the parts of the score stand beside it.

    ``sentences`` are indexes into the source's sentences, ascending; ``start``/``end`` span the
    first to the last of them; ``text`` joins just those sentences.
    """

    document: str
    sentences: tuple[int, ...]
    start: int
    end: int
    text: str
    cosine: float
    coverage: float
    score: float


@dataclass(frozen=True, slots=True)
class Link:
    """Claim → passage. ``role`` is "cited" for the claim's own references, else "sister".

    Rank 1 is the set of sentences that bears on the claim best and carries the ``features`` measured
    between claim and source (see ``tasks/link/features.py``); the ranks after it are single sentences.
    """

    claim: str
    reference: str
    role: Literal["cited", "sister"]
    rank: int
    passage: Passage
    features: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one claim against one cited reference.

    ``probability`` is the calibrated probability that the source supports the claim; None where
    the source is not held.
    """

    claim: str
    reference: str
    verdict: VerdictName
    probability: float | None
    features: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should look at. ``labels`` as printed, ``suggested`` in the same order.

    ``claims`` are the ids of the claims concerned, in the order of the text (none for an entry that
    is never cited). ``precision`` is the share of findings of this kind that were right on measured
    data.
    """

    id: str
    kind: FindingKind
    claims: tuple[str, ...]
    references: tuple[str, ...]
    labels: tuple[str, ...]
    suggested: tuple[str, ...]
    reason: str
    score: float
    precision: float
    measured: int = 0


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that went wrong in processing; ``reason`` is a code, ``detail`` a sentence."""

    stage: str
    item: str
    reason: str
    detail: str = ""
