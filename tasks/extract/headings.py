"""The words that open a list of references, and the labels that its entries carry."""

from __future__ import annotations

import re

# How newspapers, student journals and think tanks head their lists, by language.
# "Further reading" alone is left out: nothing in the text points at it. Compared with folded case, in
# which "ß" is "ss".
LIST_HEADINGS = frozenset(
    words
    for line in (
        "works cited|work cited|works consulted|references|reference list|references cited",
        "list of references|sources|source list|sources cited|bibliography|selected bibliography",
        "notes|endnotes|end notes|footnotes|citations|literature cited",
        "notes and references|references and notes|notes and sources|sources and notes",
        "sources and further reading|references and further reading",
        "quelle|quellen|quellenverzeichnis|quellenangaben|literatur|literaturverzeichnis|einzelnachweise",
        "fussnoten|endnoten|anmerkungen|nachweise",
        "références|bibliographie|notes et références|notes de bas de page|ouvrages cités",
        "fuente|fuentes|referencias|referencias bibliográficas|bibliografía|notas|notas al pie|obras citadas",
        "fonti|note|riferimenti|bibliografia|referências|fontes|bronnen|voetnoten|källor|kilder|przypisy",
    )
    for words in line.split("|")
)

# "4. References:" and "## Works Cited" head a list as well as "Works Cited" does.
HEADING_DRESS = re.compile(r"^[\s#*_]*(?:\d{1,2}[.)]\s{1,9})?|[\s:.*_#=-]*$")

# Longer lines are prose that begins with such a word.
MAX_HEADING_CHARACTERS = 60

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

# "1. ", "1) ", "(1) ", "[1] ", "[^1]: ", "¹ "; three digits, since a year opens many a line.
LABEL = re.compile(
    r"\s{0,9}(?:\[\^?(?P<square>\d{1,3})\]:?\s{0,9}|\((?P<round>\d{1,3})\)\s{0,9}"
    r"|(?P<bare>\d{1,3})(?:\.\s{1,9}|\.(?=[^\W\d]|[\"“‘«„])|\)\s{0,9})|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})\s{0,9})"
)


def is_list_heading(text: str) -> bool:
    """Return whether ``text`` is one of the headings that open a list of references."""
    if len(text) > MAX_HEADING_CHARACTERS:
        return False
    words = " ".join(HEADING_DRESS.sub("", text).split())
    return words.casefold().replace("&", "and") in LIST_HEADINGS


def printed_label(line: str) -> tuple[str, int]:
    """Return the label that a line opens with and where its entry begins; ("", 0) without one."""
    found = LABEL.match(line)
    if not found or found.end() == len(line):
        return "", 0
    digits = next(group for group in found.groups() if group)
    return str(int(digits.translate(SUPERSCRIPTS))), found.end()
