"""Split a byline into the names of its authors."""

from __future__ import annotations

import re
from collections.abc import Iterable

LEAD = re.compile(
    r"^\W*(?:(?:written|reported|posted|words|story|text) )?"
    r"(?:(?:by|von|par|por|di|av|af|door)(?:[:\s]\s*|$)|(?:author|authors|autor|autorin|autoren|text|words|story):\s*)",
    re.IGNORECASE,
)
# A line of its own that names the author, such as "By Ann Lee".
BYLINE = re.compile(r"(?:by|von|par|por|di)[:\s]\s?(?=\S)", re.IGNORECASE)
SEPARATOR = re.compile(
    r"\s*[;|/•·\n]\s*|\s*,?\s+(?:and|und|et|y|og|och|with)\s+|\s*&\s*|\s*,\s*", re.IGNORECASE
)

# What stands beside a name without being one; matched as whole words.
NOT_A_NAME = re.compile(
    r"\b(?:staff|writer|reporter|correspondent|editor|editorial|columnist|contributor|contributing|bureau|chief"
    r"|special to|for the|published|updated|posted|desk|team|newsroom|admin|administrator|webmaster|guest"
    r"|photographer|producer|redaktion|redacción|rédaction|senior|analyst|professor|university|office"
    r"|min read|globe|copyright|unknown|none|null|anonymous|view all|follow|email|share)\b"
    r"|[@<>{}=\[\]]|https?:|www\.|\d{2}",
    re.IGNORECASE,
)
# "Elena Roth (ero)": the sign that she writes under.
SIGN = re.compile(r"\s*\([^()]{1,12}\)$")
SUFFIX = re.compile(r"^(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d|esq)\.?$", re.IGNORECASE)

# "María del Carmen Fernández de la Vega Sanz" has eight words; what is longer is a sentence.
MAX_NAME_WORDS = 8
MAX_NAME_CHARACTERS = 70

# News agencies as they sign, in small letters where other names never are.
AGENCIES = frozenset(
    {"afp", "ansa", "ap", "apa", "dpa", "efe", "epd", "kna", "ntb", "reuters", "ritzau", "sda", "sid", "tt"}
)

# A byline names few; a longer list is the whole staff.
MAX_AUTHORS = 20


def strip_lead(byline: str) -> str:
    """Return the byline as one line without the word that opens it: "By", "Von", "Author:"."""
    return LEAD.sub("", " ".join(byline.split()))


def split_names(*bylines: str) -> tuple[str, ...]:
    """Return the names in the bylines, given name first, each once; roles and addresses left out."""
    names: dict[str, str] = {}
    for byline in bylines:
        for name in _names(strip_lead(byline[:2000].replace("\n", " ; "))):
            names.setdefault(name.casefold().replace(".", ""), name)
    return tuple(names.values())[:MAX_AUTHORS]


def _names(byline: str) -> Iterable[str]:
    parts = [SIGN.sub("", LEAD.sub("", part.strip(" ,:—–-"))) for part in SEPARATOR.split(byline)]
    parts = [part for part in parts if part]
    if (
        len(parts) == 2
        and "," in byline
        and all(len(part.split()) == 1 for part in parts)
        and not SUFFIX.match(parts[1])
    ):
        # "Lee, Ann"
        parts = [f"{parts[1]} {parts[0]}"]
    found: list[str] = []
    for part in parts:
        if SUFFIX.match(part) and found:
            found[-1] = f"{found[-1]} {part if part.endswith('.') or len(part) > 2 else part + '.'}"
        elif _is_name(part):
            found.append(_cased(part))
    return found


def _is_name(text: str) -> bool:
    return (
        len(text) <= MAX_NAME_CHARACTERS
        and len(text.split()) <= MAX_NAME_WORDS
        and any(c.isalpha() for c in text)
        and not NOT_A_NAME.search(text)
        and (text[0].isupper() or not text[0].isascii() or text.casefold() != text or text in AGENCIES)
    )


def _cased(name: str) -> str:
    """Return a name set in capitals as it is written in prose: "ANN O'LEE" is "Ann O'Lee"."""
    if not name.isupper() or " " not in name:
        return name
    return re.sub(r"[^\W\d_]{2,}", lambda word: word[0] if word[0] in _INITIALS else word[0].title(), name)


# Capitals that stay: they are initials or an agency's abbreviation.
_INITIALS = frozenset({"AP", "AFP", "BBC", "CNN", "DPA", "NPR", "II", "III", "IV", "JR"})
