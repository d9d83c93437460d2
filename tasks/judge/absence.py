"""Say whether a quotation that a page does not hold should be expected to stand there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tasks.cite.cues import guess_language
from tasks.link.quotes import split_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.model import Document, Quote

# Shorter quotations are too easily missed by a page's extraction to be called absent.
SHORTEST_ABSENT_WORDS = 5
# A shorter page is a stub: what it lacks proves nothing.
SHORTEST_PAGE_CHARACTERS = 600
# What newspapers write where they cut the text off for readers without a subscription.
TEASER = re.compile(
    r"\b(?:subscribe|sign\sin|sign\sup|log\sin|register|join)(?:\s(?:now|today|or\ssubscribe|or\slog\sin))?"
    r"\s(?:to|and)\s(?:continue|read|keep\sreading|unlock|view|finish)\b"
    r"|\bto\s(?:continue|keep)\sreading\b|\bcontinue\sreading\s(?:with|for)\b|\balready\sa\s(?:subscriber|member)\b"
    r"|\b(?:for|to)\s(?:our\s)?subscribers\sonly\b|\bunlock\s(?:this|the\sfull)\s(?:article|story)\b"
    r"|\bthe\srest\sof\sthis\s(?:article|story)\b|\bremaining\sarticles?\sthis\smonth\b"
    r"|\bweiterlesen\smit\b|\b(?:jetzt\sabonnieren|bereits\sabonnent)|\bpara\sseguir\sleyendo\b"
    r"|\bréservé\saux\sabonnés\b|\bpour\slire\sla\ssuite\b",
    re.IGNORECASE,
)
# A teaser breaks off, with or without a link to the rest behind it.
BROKEN_OFF = re.compile(
    r"(?:…|\.\.\.)\W{0,5}(?:(?:read|continue|show)\s(?:more|on|reading)\W{0,5})?$", re.IGNORECASE
)
# The end of a page, in characters: where it breaks off.
TAIL = 60


def tells_absence(quote: Quote, article: Document, pages: Iterable[Document]) -> bool:
    """Whether it means something that ``quote`` of ``article`` stands in none of ``pages``.

    It does where the words are spoken ones, and each page is whole and in the language of the article.
    """
    return is_spoken(quote) and all(_is_whole(page) and _same_language(article, page) for page in pages)


def is_spoken(quote: Quote) -> bool:
    """Whether somebody is said to have spoken the words of ``quote``, and they are many enough.

    Others are scare quotes, slogans and titles, which a page may well leave out.
    """
    return bool(quote.speaker or quote.cue) and len(split_words(quote.text)) >= SHORTEST_ABSENT_WORDS


def _is_whole(page: Document) -> bool:
    """Whether the page is neither a stub nor the beginning that is shown to everybody."""
    if len(page.text) < SHORTEST_PAGE_CHARACTERS:
        return False
    return not TEASER.search(page.text) and not BROKEN_OFF.search(page.text[-TAIL:].rstrip())


def _same_language(one: Document, other: Document) -> bool:
    """Whether both are in one language by their frequent words, and by what they say where both do.

    Pages are not taken at their word alone: many carry the language of the template they were made with.
    """
    said = {_primary(page.metadata.language) for page in (one, other)} - {""}
    heard = {guess_language("", page.text) for page in (one, other)}
    return len(said) <= 1 and len(heard) == 1


def _primary(language: str) -> str:
    """Return the language without its country: "en" of "en-GB"."""
    return language.replace("_", "-").partition("-")[0].lower()
