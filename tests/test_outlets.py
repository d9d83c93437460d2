"""News outlets by name, domain and attribution."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.cite.outlets import attributions, find_outlet, load_outlets, outlet_key


def test_the_table_holds_hundreds_of_outlets_each_named_once() -> None:
    """Every row has a name of its own, a kind that is known, and domains without scheme."""
    outlets = load_outlets()
    names = [outlet.name for outlet in outlets]
    assert len(names) == len(set(names)) >= 300
    assert {outlet.kind for outlet in outlets} == {
        "newspaper",
        "agency",
        "broadcaster",
        "magazine",
        "website",
    }
    assert [d for o in outlets for d in o.domains if "/" in d or d != d.lower() or d.startswith("www.")] == []
    assert len({domain for o in outlets for domain in o.domains}) == sum(len(o.domains) for o in outlets)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("Associated Press", "AP", id="abbreviation"),
        pytest.param("Associated Press", "the associated press", id="case-and-article"),
        pytest.param("Agence France-Presse", "AFP", id="afp"),
        pytest.param("Deutsche Welle", "DW", id="dw"),
        pytest.param("The Washington Post", "WaPo", id="nickname"),
        pytest.param("The New York Times", "New York Times", id="without-the"),
        pytest.param("The Guardian", "The Guardian", id="name-before-alias"),
        pytest.param("The Times", "The Times", id="the-one-of-london"),
        pytest.param("Süddeutsche Zeitung", "Suddeutsche Zeitung", id="without-accents"),
        pytest.param("The Buffalo News", "The Buffalo News (Buffalo, NY)", id="with-place"),
        pytest.param("CNN", "https://edition.cnn.com/2020/01/x", id="url"),
        pytest.param("BBC", "www.bbc.co.uk", id="host"),
        pytest.param("Time", "Time", id="ordinary-word"),
        pytest.param(None, "Post", id="ambiguous-short"),
        pytest.param(None, "the Post", id="ambiguous-short-with-the"),
        pytest.param(None, "Times", id="ambiguous-times"),
        pytest.param(None, "guardian", id="ambiguous-guardian"),
        pytest.param(None, "The Harbor Ledger", id="unknown"),
        pytest.param(None, "", id="empty"),
        pytest.param(None, "a." * 20_000, id="long"),
    ],
)
def test_a_name_means_one_outlet_or_none(expected: str | None, text: str) -> None:
    """Names, aliases, abbreviations and domains are found; what is ambiguous is not."""
    outlet = find_outlet(text)
    assert (outlet.name if outlet else None) == expected


def test_each_outlet_is_found_by_its_name_and_domains() -> None:
    """No row takes another's name or domain away."""
    outlets = load_outlets()
    assert [outlet.name for outlet in outlets if find_outlet(outlet.name) != outlet] == []
    domains = [(domain, outlet) for outlet in outlets for domain in outlet.domains]
    assert [domain for domain, outlet in domains if find_outlet(f"https://www.{domain}/x") != outlet] == []


@pytest.mark.parametrize(
    ("same", "one", "other"),
    [
        pytest.param(True, "AP", "The Associated Press", id="known"),
        pytest.param(True, "The Harbor Ledger", "Harbor Ledger", id="unknown-article"),
        pytest.param(False, "The Harbor Ledger", "The Harbor Post", id="unknown-different"),
    ],
)
def test_names_of_one_outlet_have_one_key(same: bool, one: str, other: str) -> None:
    """The key of two names is equal exactly when they mean one outlet."""
    assert (outlet_key(one) == outlet_key(other)) == same


@pytest.mark.parametrize(
    ("expected", "text", "extra"),
    [
        pytest.param(["Deutsche Welle"], "spokesman Ahmadi told DW during an interview", [], id="told"),
        pytest.param(
            ["The Washington Post"],
            "according to the Post, delegates come",
            ["The Washington Post"],
            id="short-of-list",
        ),
        pytest.param([], "according to the Post, delegates come", [], id="short-without-list"),
        pytest.param(
            [], "according to the Post", ["New York Post", "The Washington Post"], id="short-of-two"
        ),
        pytest.param(["Associated Press"], "AP reported on Friday", [], id="reported"),
        pytest.param(["The Washington Post"], "The Washington Post writes that", [], id="writes"),
        pytest.param(["Reuters"], "in an interview with Reuters", [], id="interview"),
        pytest.param(["BBC"], "a BBC report said so", [], id="noun"),
        pytest.param(["Harper's Magazine"], "as Harper’s wrote", [], id="apostrophe"),
        pytest.param(["BBC"], "the BBC’s correspondent saw it", [], id="possessive"),
        pytest.param(
            ["Deutsche Welle", "Reuters", "BBC"],
            "told the German broadcaster DW, Reuters and the BBC",
            [],
            id="series",
        ),
        pytest.param(
            ["The Harbor Ledger"], "he told the Harbor Ledger", ["The Harbor Ledger"], id="list-name"
        ),
        pytest.param(
            ["The Harbor Ledger"], "the Ledger reported", ["The Harbor Ledger"], id="list-last-word"
        ),
        pytest.param(["The Harbor Ledger"], "HL reported", ["The Harbor Ledger"], id="list-initials"),
        pytest.param(
            [], "the Ledger reported", ["The Harbor Ledger", "Eastbay Ledger"], id="list-last-word-of-two"
        ),
        pytest.param([], "he told Ledger", ["The Harbor Ledger"], id="last-word-needs-the"),
        pytest.param(["Associated Press"], "AP reported", ["Alder Post"], id="known-before-initials"),
        pytest.param([], "the US said it would not", ["United Standard"], id="taken-initials"),
        pytest.param([], "Science says that time flies", [], id="ordinary-words"),
        pytest.param([], "ap reported, he told dw", [], id="abbreviations-need-capitals"),
        pytest.param([], "He worked for the BBC in London", [], id="no-attribution"),
        pytest.param([], "The Dwight report said", [], id="whole-words"),
        pytest.param(["Der Spiegel"], "berichtete der Spiegel am Freitag", [], id="german"),
        pytest.param(["Le Monde"], "selon Le Monde, le traité", [], id="french"),
        pytest.param(["El País"], "dijo a El País el ministro", [], id="spanish"),
    ],
)
def test_running_text_attributes_to_outlets(expected: list[str], text: str, extra: list[str]) -> None:
    """An outlet counts where the text names it as the one who reports, and where one outlet is meant."""
    assert [found.outlet.name for found in attributions(text, extra)] == expected


def test_an_attribution_spans_the_name() -> None:
    """The span covers the name as it stands in the text."""
    text = "He told the Harbor Ledger, and “The Washington Post” reported it."
    spans = [text[found.start : found.end] for found in attributions(text, ["The Harbor Ledger"])]
    assert spans == ["Harbor Ledger", "Washington Post"]


@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=4))
def test_any_text_and_list_are_answered(text: str, extra: list[str]) -> None:
    """Spans lie inside the text in order; odd names in the list harm nothing."""
    end = 0
    for found in attributions(text, extra):
        assert end <= found.start < found.end <= len(text)
        end = found.end


def test_a_long_text_is_read_in_linear_time() -> None:
    """Eight times the text takes nowhere near sixty-four times the work."""
    text = "According to Reuters, the Post said New York Times. " * 1000
    attributions(text[:5000], ["The Washington Post"])
    times = []
    for factor in (1, 8):
        start = time.process_time()
        attributions(text * factor, ["The Washington Post"])
        times.append(time.process_time() - start)
    # Between 8 (linear) and 64 (quadratic), with room for a busy machine.
    assert times[1] < 32 * times[0]


ABBREVIATIONS = {
    "AP": "Associated Press", "AFP": "Agence France-Presse", "DW": "Deutsche Welle", "WaPo": "The Washington Post",
    "NYT": "The New York Times", "BBC": "BBC", "WSJ": "The Wall Street Journal", "FT": "Financial Times",
    "FAZ": "Frankfurter Allgemeine Zeitung", "SZ": "Süddeutsche Zeitung", "NZZ": "Neue Zürcher Zeitung",
    "dpa": "Deutsche Presse-Agentur", "EFE": "Agencia EFE", "ANSA": "ANSA", "TASS": "TASS",
    "SCMP": "South China Morning Post", "CBC": "CBC", "NPR": "NPR", "PBS": "PBS NewsHour",
    "RFE/RL": "Radio Free Europe/Radio Liberty", "VOA": "Voice of America", "UPI": "United Press International",
    "NHK": "NHK", "PTI": "Press Trust of India", "IANS": "Indo-Asian News Service", "WAFA": "WAFA",
}  # fmt: skip


@pytest.mark.parametrize(("short", "name"), ABBREVIATIONS.items(), ids=[*ABBREVIATIONS])
def test_an_abbreviation_is_a_name_and_an_attribution(short: str, name: str) -> None:
    """It names its outlet alone, in running text, and by its own domain."""
    outlet = find_outlet(short)
    assert outlet is not None
    assert name == outlet.name
    assert [name] == [one.outlet.name for one in attributions(f"Marsh told {short} that she left.")]
    assert [name] == [one.outlet.name for one in attributions(f"She left in May, according to {short}.")]
    assert outlet.domains
    assert {outlet} == {find_outlet(f"https://www.{domain}/a/b") for domain in outlet.domains}


@pytest.mark.parametrize("short", ["ABC", "Post", "the Times", "Sun", "KBS", "AA", "SBS", "Sky"])
def test_an_abbreviation_of_several_outlets_names_none_in_running_text(short: str) -> None:
    """What means two outlets, or an ordinary word, is no attribution by itself."""
    assert [one.outlet.name for one in attributions(f"Marsh told {short} that she left.")] == []


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("Deutsche Presse-Agentur", "Sie gehe, sagte sie der dpa.", id="german"),
        pytest.param("Süddeutsche Zeitung", "Das berichtet die Süddeutsche Zeitung.", id="german-reports"),
        pytest.param("Deutsche Welle", "Sie gehe, sagte sie der Deutschen Welle.", id="german-declined"),
        pytest.param("Agence France-Presse", "Elle part, a-t-elle déclaré à l’AFP.", id="french"),
        pytest.param("Agencia EFE", "Se va, dijo a la agencia EFE.", id="spanish"),
    ],
)
def test_attributions_are_known_in_other_languages(expected: str, text: str) -> None:
    """The cues and the cases of German, French and Spanish lead to the outlet."""
    assert [expected] == [one.outlet.name for one in attributions(text)]
