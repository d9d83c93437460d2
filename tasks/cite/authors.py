"""The authors of a works-cited entry, given names first."""

from __future__ import annotations

import re

from tasks.cite.outlets import find_outlet
from tasks.cite.vocabulary import either, ends_in_abbreviation, first_word, words

# A person's name is at most so many words; a longer "name" is a piece of a title.
MAX_NAME_WORDS = 6

# The longest names of bodies ("Office of the United Nations High Commissioner for …") stay below.
MAX_BODY_WORDS = 14

# A list of authors is not longer: beyond it stands prose.
MAX_LIST_CHARACTERS = 1500

_AND = re.compile(rf"\s*,?\s+(?:{either('and')})\s+|\s*&\s*")
_OTHERS = re.compile(rf"[,\s]*(?<!\w)(?:{either('others')})(?!\w)\.?.*$", re.IGNORECASE)
# A role stands in brackets or after a comma: "MCV Editors" is a name.
_ROLE = re.compile(rf"(?:,\s*|\s*\()(?:{either('role')})\b\.?\)?[.,\s]*$", re.IGNORECASE)
_ROLES = re.compile(rf"\s*\((?:{either('role')})\b\.?\)\.?", re.IGNORECASE)
# With its capital: "von der Leyen" is a family name.
_BY = re.compile(r"^(?:[Bb]y|BY|Von|Par|Por)\s+")
# "Lindqvist TJ": a family name and capitals without stops, as in medicine.
_BARE_INITIALS = re.compile(r"(?P<family>[^\W\da-z_][\w'’-]+(?: [\w'’-]+){0,2}) (?P<initials>[A-Z]{1,3})")
# "MOREAU Anne": a family name in capitals, as French and Italian lists set it first.
_CAPITALS_FIRST = re.compile(
    r"(?P<family>[^\W\da-z_][^\W\da-z_'’-]+(?:[ '’-][^\W\da-z_]+)*) (?P<given>[^\W\d_]+(?:-[^\W\d_]+)?)"
)
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.[\s-]{0,2}){1,5}|[A-Z]{1,3}")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d)\.?", re.IGNORECASE)
_NO_NAME = re.compile(r"[\d?!:“”\"«»„<>{}\[\]_=#@$%/\\]")


def is_body(name: str) -> bool:
    """Whether ``name`` is that of an organization or a newsroom and no person's."""
    return bool(find_outlet(name)) or any(
        word.strip(".,()").lower() in words("body") for word in name.split()
    )


def is_initials(text: str) -> bool:
    """Whether ``text`` is nothing but initials: "A.", "C. C.", "J.-P.", "JJ"."""
    return bool(_INITIALS.fullmatch(text.strip())) and ("." in text or not find_outlet(text))


def has_given_name(text: str) -> bool:
    """Whether the first word of ``text`` is a common given name or an initial with its stop."""
    first = first_word(text)
    return first.split("-")[0].lower() in words("given") or bool(re.fullmatch(r"(?:[^\W\d_]\.)+", first))


def is_name(text: str) -> bool:
    """Whether ``text`` can be the name of one person or body."""
    parts = text.split()
    if not parts or _NO_NAME.search(text) or len(parts) > MAX_BODY_WORDS:
        return False
    capital = [part for part in parts if not part[0].islower()]
    lower = [part for part in parts if part[0].islower()]
    # One word in lower case is a handle; otherwise only particles are.
    particles = all(part.lower() in words("small") for part in lower)
    if not particles and not (len(parts) == 1 and re.fullmatch(r"[\w.-]+", text)):
        return False
    return len(capital) <= MAX_NAME_WORDS or is_body(text)


def _turned(family: str, given: str, suffix: str = "") -> str:
    return " ".join(part for part in (given, family, suffix) if part)


def _is_family(text: str) -> bool:
    """Whether ``text`` can be a family name alone: one word, with particles or a double name."""
    main = [part for part in text.split() if part.lower() not in words("small")]
    return len(main) == 1 and not is_initials(text)


def _is_inverted(parts: list[str], closed: bool) -> bool:
    """Whether the first two parts are one author, family name first."""
    first, second = parts[0], parts[1]
    # Scripts without case, Chinese and Korean among them, part names by commas and turn none round.
    if first.lower() == first.upper():
        return False
    if find_outlet(first) or (find_outlet(second) and len(second.split()) > 1):
        return False
    if _is_family(first):
        return True
    # "García Márquez, Gabriel." against "Ana López, Ben Roe,": a list that a stop closes turns round.
    turned = has_given_name(second) and not has_given_name(first)
    return closed and (turned or len(second.split()) == 1)


def _pairs(parts: list[str]) -> list[str]:
    """Names of (family, initials or given) pairs; a part without its pair stands alone."""
    names: list[str] = []
    position = 0
    while position < len(parts):
        following = parts[position + 1 : position + 3]
        if following and (
            is_initials(following[0]) or (not is_initials(parts[position]) and len(parts) % 2 == 0)
        ):
            suffix = following[1] if len(following) > 1 and _SUFFIX.fullmatch(following[1]) else ""
            names.append(_turned(parts[position], following[0], suffix))
            position += 3 if suffix else 2
        else:
            names.append(parts[position])
            position += 1
    return names


def _ordered(parts: list[str], closed: bool) -> list[str]:
    """The names of comma-parted ``parts`` with the given names first."""
    if medical := _medical(parts):
        return medical
    if len(parts) > 1 and any(is_initials(part) for part in parts[1::2]):
        return _apa(parts)
    if len(parts) > 1 and _is_inverted(parts, closed):
        rest = parts[2:]
        suffix = rest.pop(0) if rest and _SUFFIX.fullmatch(rest[0]) else ""
        first = _turned(parts[0], parts[1], suffix)
        every = bool(rest) and len(rest) % 2 == 0 and all(_is_family(part) for part in rest[::2])
        if every and all(len(part.split()) == 1 for part in rest[1::2]):
            return [first, *_pairs(rest)]
        return [first, *rest]
    return parts


def _medical(parts: list[str]) -> list[str]:
    """The names of "Okafor N, Lindqvist TJ", initials first; [] where ``parts`` are no such list."""
    matches = [_BARE_INITIALS.fullmatch(part) for part in parts]
    # "BBC UK, CNN US": outlets and countries.
    persons = [match for match in matches if match and not match["family"].isupper()]
    names = [f"{match['initials']} {match['family']}" for match in persons if not is_body(match["family"])]
    # "Rappler IQ", "Channel NY": two capitals behind a single name may be anything.
    alone = len(parts) == 1 and len(parts[0].rsplit(maxsplit=1)[-1]) > 1
    sound = len(names) == len(parts) and not alone and not any(map(is_body, parts))
    return names if sound else []


def _apa(parts: list[str]) -> list[str]:
    """The names of "Family, I. I., Family, I." with bodies in between ("Seiferth, J., & t-online")."""
    names: list[str] = []
    turned = True
    for part in parts:
        if is_initials(part) and not turned:
            names[-1], turned = _turned(names[-1], part), True
        elif names and _SUFFIX.fullmatch(part):
            names[-1] = f"{names[-1]} {part}"
        else:
            names.append(part)
            turned = False
    return names


def parse_authors(text: str, *, closed: bool = True) -> tuple[str, ...]:
    """Return the authors that ``text`` lists, given names first; () where it lists none soundly.

    ``closed`` says that a full stop or a date ends the list, as in styles that turn the first name
    round ("Russeth, Andrew."); a note's list ends with a comma ("Andrew Russeth,"). "Et al." and
    roles such as "(Ed.)" are left out. A body's name is one author, whatever "and" it holds.
    """
    if len(text) > MAX_LIST_CHARACTERS:
        return ()
    tidy = _BY.sub("", _OTHERS.sub("", _ROLE.sub("", text.strip(" ,;:")))).strip(" ,;:&")
    tidy = _without_stop(tidy)
    if not tidy:
        return ()
    if is_body(tidy) and "," not in tidy and is_name(tidy) and not _outlets_joined(tidy):
        return (tidy,)
    tidy = re.sub(r"\s/\s", ";", _ROLES.sub("", tidy))
    if ";" in tidy:
        names = [name for part in tidy.split(";") for name in _ordered(_split(part), True)]
    else:
        names = _ordered(_split(tidy), closed)
    sound = all(is_name(name) for name in names)
    return tuple(_given_first(name) for name in names) if sound else ()


def _given_first(name: str) -> str:
    """Turn "MOREAU Anne" round; bodies ("BBC Monitoring") stay."""
    match = _CAPITALS_FIRST.fullmatch(name)
    if not match or match["given"].isupper() or is_body(name) or not has_given_name(match["given"]):
        return name
    return _turned(match["family"], match["given"])


def _without_stop(text: str) -> str:
    """``text`` without the stop that closes the list; that of an initial or of "Jr." stays."""
    last = text.rsplit(maxsplit=1)[-1] if text else ""
    kept = is_initials(last) or _SUFFIX.fullmatch(last) or ends_in_abbreviation(text[:-1])
    return text[:-1] if text.endswith(".") and not kept else text


def _outlets_joined(text: str) -> bool:
    """Whether "and" joins two known outlets ("Le Figaro et AFP") and is no part of one name."""
    parts = _AND.split(text)
    return len(parts) > 1 and not find_outlet(text) and all(find_outlet(part) for part in parts)


def _split(text: str) -> list[str]:
    return [part for raw in _AND.sub(", ", text).split(",") if (part := " ".join(raw.split()))]
