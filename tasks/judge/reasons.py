"""Say in a sentence why a finding was raised, from what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.link.words import WORD, content_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tasks.judge.evidence import Evidence
    from tasks.judge.numbering import Misnumbering
    from tasks.model import Claim, Link, Reference

# Enough of a claim or a title to know it again.
EXCERPT_CHARACTERS = 90
# Quotation marks inside quotation marks.
INNER_QUOTES = str.maketrans('“”"', "‘’'")
# More shared words than this are not read.
MOST_WORDS = 5


def excerpt(text: str, most: int = EXCERPT_CHARACTERS) -> str:
    """Return ``text`` on one line, cut at a word to about ``most`` characters."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return line[:most].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def quoted(text: str, most: int = EXCERPT_CHARACTERS) -> str:
    """Return an excerpt of ``text`` in double quotation marks, those inside it single."""
    return f"“{excerpt(text, most).translate(INNER_QUOTES)}”"


def name_reference(reference: Reference) -> str:
    """Return an entry as a reader would name it: its label, title and outlet."""
    title = reference.fields.title or reference.text
    outlet = f", {reference.fields.outlet}" if reference.fields.outlet else ""
    label = f"entry {reference.label}" if reference.label else "the link"
    return f"{label} ({quoted(title)}{outlet})"


def shared_words(claim: str, other: str, rarer_than: Sequence[str] = ()) -> list[str]:
    """Return the words of ``claim``, as written, whose folded form ``other`` has and ``rarer_than`` lack."""
    there = set(content_words(other))
    for text in rarer_than:
        there -= set(content_words(text))
    found: dict[str, str] = {}
    for match in WORD.finditer(claim):
        for word in content_words(match.group()):
            if word in there:
                found.setdefault(word, match.group())
    return list(found.values())[:MOST_WORDS]


def explain_misnumbering(
    finding: Misnumbering,
    claims: Mapping[str, Claim],
    references: Mapping[str, Reference],
    links: Mapping[tuple[str, str], Link],
    evidence: Evidence,
) -> str:
    """Return why the claims of ``finding`` fit the suggested entries better than those they cite."""
    parts = [
        _why(claims[claim], references[cited], references[wanted], links, evidence)
        for claim, cited, wanted in zip(finding.claims, finding.cited, finding.suggested, strict=True)
    ]
    opening = {
        "swapped_citation": "The two markers are exchanged.",
        "off_by_one": "A run of markers points to the neighbouring entry.",
        "miscited": "The marker points to another entry than the one that fits.",
    }[finding.kind]
    # One claim a line: a run of markers makes a long reason.
    return "\n– ".join([opening, *parts])


def _why(
    claim: Claim,
    cited: Reference,
    wanted: Reference,
    links: Mapping[tuple[str, str], Link],
    evidence: Evidence,
) -> str:
    said = f"{quoted(claim.text)} cites {cited.label} but fits {name_reference(wanted)}"
    grounds = []
    named = evidence.attributed.get(claim.id, {}).get(wanted.id)
    if named:
        grounds.append(f"it names {named}")
    words = shared_words(claim.text, wanted.fields.title, [cited.fields.title])
    if words:
        grounds.append("it shares " + ", ".join(f"“{word}”" for word in words) + " with the title")
    link = links.get((claim.id, wanted.id))
    other = links.get((claim.id, cited.id))
    if link:
        ground = f"the page says {quoted(link.passage.text, 2 * EXCERPT_CHARACTERS)}"
        covered = f"covers {link.passage.coverage:.0%} of the claim's words"
        against = f" against {other.passage.coverage:.0%} in the cited page" if other else ""
        grounds.append(f"{ground} and {covered}{against}")
    if not grounds:
        grounds.append("the article's claims taken together fit the list better so")
    return f"{said}: " + ", ".join(grounds) + "."
