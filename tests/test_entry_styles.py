"""Works-cited entries of many styles and four languages, all invented, give their fields."""

from __future__ import annotations

import pytest

from tasks.cite.references import parse_reference
from tasks.model import Fields


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(
            Fields(
                authors=("Nneka Okafor", "Tomas Lindqvist"),
                title="Ferry strike strands thousands",
                outlet="The Port Gazette",
                published="2021-05-04",
                url="https://www.portgazette.example/2021/05/ferry-strike",
            ),
            "Okafor, Nneka, and Tomas Lindqvist. “Ferry strike strands thousands.” The Port Gazette, 4 May 2021, www.portgazette.example/2021/05/ferry-strike.",
            id="mla-two",
        ),
        pytest.param(
            Fields(
                authors=("Nneka Okafor",),
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                published="2021-05-04",
                accessed="2021-06-09",
            ),
            "Okafor, Nneka, et al. “Ferry strike strands thousands.” *Port Gazette*, 4 May 2021. Accessed 9 June 2021.",
            id="mla-etal",
        ),
        pytest.param(
            Fields(
                authors=("Nneka Okafor",),
                title="‘We Will Not Sail’: Crews Walk Out",
                outlet="The Port Gazette",
                published="2021-05-04",
            ),
            "Okafor, Nneka. “‘We Will Not Sail’: Crews Walk Out.” The Port Gazette, 4 May 2021, p. A3.",
            id="mla-inner",
        ),
        pytest.param(
            Fields(title="Ferry strike strands thousands", outlet="The Port Gazette", published="2021-05-04"),
            "“Ferry strike strands thousands.” The Port Gazette [Harborview, ME], late ed., 4 May 2021, pp. B1+.",
            id="mla-section",
        ),
        pytest.param(
            Fields(
                authors=("Tomas Lindqvist",),
                title="Strikes at Sea: A Reader",
                outlet="Harborview University Press",
                published="2019",
            ),
            "Lindqvist, Tomas, editor. Strikes at Sea: A Reader. Harborview University Press, 2019.",
            id="mla-editor",
        ),
        pytest.param(
            Fields(
                authors=("Nneka Okafor",),
                title="Crews and Contracts",
                outlet="A Reader",
                published="2019",
                publisher="Harborview University Press",
            ),
            "Okafor, Nneka. “Crews and Contracts.” Strikes at Sea: A Reader, edited by Tomas Lindqvist, Harborview University Press, 2019, pp. 14–33.",
            id="mla-book-chapter",
        ),
        pytest.param(
            Fields(
                authors=("Nneka Okafor",),
                title="Ferry strike strands thousands",
                outlet="The Port Gazette",
                published="2021-05-04",
                url="https://infoweb.newsbank.example/doc/1",
            ),
            "Okafor, Nneka. “Ferry strike strands thousands.” The Port Gazette, 4 May 2021. NewsBank, infoweb.newsbank.example/doc/1.",
            id="mla-database",
        ),
        pytest.param(
            Fields(
                authors=("N. Okafor", "T. J. Lindqvist", "P. van den Berg"),
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                published="2021-05-04",
                url="https://www.portgazette.example/2021/05/ferry-strike",
            ),
            "Okafor, N., Lindqvist, T. J., & van den Berg, P. (2021, May 4). Ferry strike strands thousands. Port Gazette. https://www.portgazette.example/2021/05/ferry-strike",
            id="apa-many",
        ),
        pytest.param(
            Fields(
                authors=("Harborview Port Authority",),
                title="Annual report of the port",
                published="2020",
                url="https://www.hpa.example/report.pdf",
            ),
            "Harborview Port Authority. (2020). Annual report of the port. https://www.hpa.example/report.pdf",
            id="apa-corp",
        ),
        pytest.param(
            Fields(
                authors=("N. Okafor",),
                title="Crew wages and strikes",
                outlet="Journal of Maritime Labor",
                published="2019",
                url="https://doi.org/10.1234/jml.2019.12.3",
            ),
            "Okafor, N. (2019). Crew wages and strikes. Journal of Maritime Labor, 12(3), 145–167. https://doi.org/10.1234/jml.2019.12.3",
            id="apa-journal",
        ),
        pytest.param(
            Fields(
                authors=("T. Lindqvist",),
                title="Strikes at sea",
                outlet="Harborview University Press",
                published="2018",
            ),
            "Lindqvist, T. (2018). Strikes at sea (2nd ed.). Harborview University Press.",
            id="apa-book",
        ),
        pytest.param(
            Fields(
                authors=("N. Okafor",),
                title="Crews and contracts",
                outlet="Strikes at sea",
                published="2019",
                publisher="Harborview University Press",
            ),
            "Okafor, N. (2019). Crews and contracts. In T. Lindqvist & P. Roe (Eds.), Strikes at sea (pp. 14–33). Harborview University Press.",
            id="apa-chapter",
        ),
        pytest.param(
            Fields(
                authors=("N. Okafor",),
                title="Who pays for the ferry?",
                outlet="Maritime Monthly",
                published="2021-05",
            ),
            "Okafor, N. (2021, May). Who pays for the ferry? Maritime Monthly, 14, 22–25.",
            id="apa-month",
        ),
        pytest.param(
            Fields(
                authors=("N. Okafor",),
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                published="2021-05-04",
                accessed="2021-06-09",
                url="https://www.portgazette.example/ferry",
            ),
            "Okafor, N. (2021, May 4). Ferry strike strands thousands. Port Gazette. Retrieved June 9, 2021, from www.portgazette.example/ferry",
            id="apa-retrieved",
        ),
        pytest.param(
            Fields(
                authors=("N. Okafor",),
                title="Ferry strike explained",
                outlet="Port Gazette",
                published="2021-05-04",
                url="https://portgazette.example/v/1",
            ),
            "Okafor, N. (2021, May 4). Ferry strike explained [Video]. Port Gazette. https://portgazette.example/v/1",
            id="apa-bracket",
        ),
        pytest.param(
            Fields(
                authors=("Nneka Okafor", "Tomas Lindqvist"),
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                published="2021-05-04",
                url="https://www.portgazette.example/2021/05/ferry-strike",
            ),
            "Nneka Okafor and Tomas Lindqvist, “Ferry strike strands thousands,” Port Gazette, May 4, 2021, https://www.portgazette.example/2021/05/ferry-strike.",
            id="chi-note",
        ),
        pytest.param(
            Fields(
                authors=("Nneka Okafor",),
                title="Crew Wages and Strikes",
                outlet="Journal of Maritime Labor",
                published="2019",
                url="https://doi.org/10.1234/jml.2019",
            ),
            "Nneka Okafor, “Crew Wages and Strikes,” Journal of Maritime Labor 12, no. 3 (2019): 145–67, https://doi.org/10.1234/jml.2019.",
            id="chi-journal",
        ),
        pytest.param(
            Fields(
                authors=("Tomas Lindqvist",),
                title="Strikes at Sea",
                outlet="Harborview University Press",
                published="2018",
            ),
            "Tomas Lindqvist, Strikes at Sea (Harborview: Harborview University Press, 2018), 44.",
            id="chi-book",
        ),
        pytest.param(
            Fields(
                authors=("Tomas Lindqvist",),
                title="Strikes at Sea",
                outlet="Harborview University Press",
                published="2018",
            ),
            "Lindqvist, Tomas. Strikes at Sea. Harborview: Harborview University Press, 2018.",
            id="chi-bib-book",
        ),
        pytest.param(
            Fields(
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                accessed="2021-06-09",
                url="https://www.portgazette.example/2021/05/ferry-strike",
            ),
            "“Ferry strike strands thousands,” Port Gazette, accessed June 9, 2021, https://www.portgazette.example/2021/05/ferry-strike.",
            id="chi-accessed",
        ),
        pytest.param(
            Fields(
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                published="2021-05-04",
                url="https://www.portgazette.example/2021/05/ferry-strike",
            ),
            "“Ferry strike strands thousands.” Port Gazette. Last modified May 4, 2021. https://www.portgazette.example/2021/05/ferry-strike.",
            id="chi-modified",
        ),
        pytest.param(
            Fields(
                authors=("N. Okafor", "T. Lindqvist"),
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                published="2021-05-04",
                accessed="2021-06-09",
                url="https://www.portgazette.example/2021/05/ferry-strike",
            ),
            "Okafor, N. and Lindqvist, T. (2021) ‘Ferry strike strands thousands’, Port Gazette, 4 May, p. 3. Available at: https://www.portgazette.example/2021/05/ferry-strike (Accessed: 9 June 2021).",
            id="harv",
        ),
        pytest.param(
            Fields(
                authors=("N. Okafor",),
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                published="2021-05-04",
                accessed="2021-06-09",
                url="https://www.portgazette.example/2021/05/ferry-strike",
            ),
            "Okafor, N. 2021. Ferry strike strands thousands. Port Gazette. [Online]. 4 May. [Accessed 9 June 2021]. Available from: https://www.portgazette.example/2021/05/ferry-strike",
            id="harv-italic",
        ),
        pytest.param(
            Fields(
                title="Ferry strike strands thousands",
                outlet="BBC News",
                published="2021",
                accessed="2021-06-09",
                url="https://www.bbc.co.uk/news/uk-1",
            ),
            "BBC News (2021) Ferry strike strands thousands. Available at: https://www.bbc.co.uk/news/uk-1 (Accessed: 9 June 2021).",
            id="harv-corp",
        ),
        pytest.param(
            Fields(
                authors=("N. Okafor", "T. J. Lindqvist"),
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                published="2021-05-04",
                accessed="2021-06-09",
                url="https://www.portgazette.example/2021/05/ferry-strike",
            ),
            "[4] N. Okafor and T. J. Lindqvist, “Ferry strike strands thousands,” Port Gazette, p. A3, May 4, 2021. Accessed: Jun. 9, 2021. [Online]. Available: https://www.portgazette.example/2021/05/ferry-strike",
            id="ieee-news",
        ),
        pytest.param(
            Fields(
                authors=("N. Okafor", "T. Lindqvist", "P. Roe"),
                title="Crew wages and strikes",
                outlet="J. Marit. Labor",
                published="2019-03",
                url="https://doi.org/10.1234/jml.2019.12",
            ),
            "N. Okafor, T. Lindqvist, and P. Roe, “Crew wages and strikes,” J. Marit. Labor, vol. 12, no. 3, pp. 145–167, Mar. 2019, doi: 10.1234/jml.2019.12.",
            id="ieee-journal",
        ),
        pytest.param(
            Fields(
                authors=("N. Okafor",),
                title="Crew wages and strikes",
                outlet="J. Marit. Labor",
                published="2019",
            ),
            "N. Okafor et al., “Crew wages and strikes,” J. Marit. Labor, vol. 12, p. 145, 2019.",
            id="ieee-etal",
        ),
        pytest.param(
            Fields(
                authors=("N Okafor", "TJ Lindqvist"),
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                published="2021-05-04",
                accessed="2021-06-09",
                url="https://www.portgazette.example/2021/05/ferry-strike",
            ),
            "Okafor N, Lindqvist TJ. Ferry strike strands thousands. Port Gazette. 2021 May 4 [cited 2021 Jun 9]. Available from: https://www.portgazette.example/2021/05/ferry-strike",
            id="vanc",
        ),
        pytest.param(
            Fields(
                authors=("N Okafor", "TJ Lindqvist", "P Roe"),
                title="Crew wages and strikes",
                outlet="J Marit Labor",
                published="2019",
                url="https://doi.org/10.1234/jml.2019",
            ),
            "Okafor N, Lindqvist TJ, Roe P, et al. Crew wages and strikes. J Marit Labor. 2019;12(3):145-67. doi:10.1234/jml.2019.",
            id="vanc-journal",
        ),
        pytest.param(
            Fields(
                authors=("Nneka OKAFOR", "Tomas LINDQVIST"),
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                published="2021-05-04",
                accessed="2021-06-09",
                url="https://www.portgazette.example/2021/05/ferry-strike",
            ),
            "OKAFOR, Nneka; LINDQVIST, Tomas. Ferry strike strands thousands. Port Gazette [online]. 2021-05-04 [cit. 2021-06-09]. Dostupné z: https://www.portgazette.example/2021/05/ferry-strike",
            id="iso",
        ),
        pytest.param(
            Fields(
                authors=("Nneka OKAFOR",),
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                published="2021-05-04",
                accessed="2021-06-09",
                url="https://www.portgazette.example/2021/05/ferry-strike",
            ),
            "OKAFOR, Nneka. Ferry strike strands thousands. Port Gazette [online]. 4 May 2021 [viewed 9 June 2021]. Available from: https://www.portgazette.example/2021/05/ferry-strike",
            id="iso-en",
        ),
        pytest.param(
            Fields(
                authors=("Nneka Okafor",),
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                published="2021-05-04",
                accessed="2021-06-09",
            ),
            'Okafor, Nneka (4 May 2021). "Ferry strike strands thousands". Port Gazette. Retrieved 9 June 2021.',
            id="wiki",
        ),
        pytest.param(
            Fields(
                authors=("Nneka Okafor", "Tomas Lindqvist"),
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                published="2021-05-04",
                accessed="2021-06-09",
            ),
            'Okafor, Nneka; Lindqvist, Tomas (4 May 2021). "Ferry strike strands thousands". Port Gazette. Archived from the original on 5 May 2021. Retrieved 9 June 2021.',
            id="wiki-archived",
        ),
        pytest.param(
            Fields(
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                published="2021-05-04",
                accessed="2021-06-09",
                publisher="Associated Press",
            ),
            '"Ferry strike strands thousands". Port Gazette. Associated Press. 4 May 2021. Retrieved 9 June 2021.',
            id="wiki-agency",
        ),
        pytest.param(
            Fields(
                title="Ferry strike strands thousands",
                outlet="The Guardian",
                published="2021-05-04",
                accessed="2021-06-09",
            ),
            '"Ferry strike strands thousands". The Guardian. London. 4 May 2021. ISSN 0261-3077. Retrieved 9 June 2021.',
            id="wiki-noauthor",
        ),
        pytest.param(
            Fields(
                authors=("Anna Weber",),
                title="Fähren stehen still",
                outlet="Hafenbote",
                published="2021-05-04",
            ),
            "Weber, Anna: Fähren stehen still. In: Hafenbote, 4. Mai 2021, S. 3.",
            id="de",
        ),
        pytest.param(
            Fields(
                authors=("Anna Weber",),
                title="Fähren stehen still",
                outlet="Süddeutsche Zeitung",
                published="2021-05-04",
                accessed="2021-06-09",
                url="https://www.sueddeutsche.de/faehren",
            ),
            "Anna Weber: „Fähren stehen still“. In: Süddeutsche Zeitung, 04.05.2021, abgerufen am 9. Juni 2021: https://www.sueddeutsche.de/faehren",
            id="de-online",
        ),
        pytest.param(
            Fields(
                authors=("Anna Weber",),
                title="Fähren stehen still",
                outlet="Die Zeit",
                published="2021-05-04",
                accessed="2021-06-09",
                url="https://www.zeit.de/faehren",
            ),
            "Weber, Anna (2021): Fähren stehen still. In: Die Zeit vom 4.5.2021. URL: https://www.zeit.de/faehren (zuletzt abgerufen am 09.06.2021).",
            id="de-url",
        ),
        pytest.param(
            Fields(authors=("A. Weber", "B. Klein"), title="Fähren stehen still", outlet="Der Spiegel"),
            "Weber, A. / Klein, B.: Fähren stehen still, in: Der Spiegel, Nr. 18/2021, S. 44–47.",
            id="de-nr",
        ),
        pytest.param(
            Fields(
                authors=("dpa",),
                title="Fähren stehen still",
                outlet="FAZ.net",
                published="2021-05-04",
                url="https://www.faz.net/faehren.html",
            ),
            "dpa: Fähren stehen still. FAZ.net, 4. Mai 2021, https://www.faz.net/faehren.html",
            id="de-agentur",
        ),
        pytest.param(
            Fields(
                authors=("Anne Moreau",),
                title="Les ferries à l’arrêt",
                outlet="Le Monde",
                published="2021-05-04",
                accessed="2021-06-09",
                url="https://www.lemonde.fr/ferries",
            ),
            "Anne Moreau, « Les ferries à l’arrêt », Le Monde, 4 mai 2021, consulté le 9 juin 2021, https://www.lemonde.fr/ferries",
            id="fr",
        ),
        pytest.param(
            Fields(
                authors=("Anne MOREAU",),
                title="Les ferries à l’arrêt",
                outlet="Le Figaro",
                published="2021-05-04",
            ),
            "MOREAU Anne, « Les ferries à l’arrêt », Le Figaro, 4 mai 2021, p. 5.",
            id="fr-caps",
        ),
        pytest.param(
            Fields(
                authors=("A. Moreau",),
                title="Les ferries à l’arrêt",
                outlet="Libération",
                published="2021-05-04",
                accessed="2021-06-09",
                url="https://www.liberation.fr/ferries",
            ),
            "Moreau, A. (2021, 4 mai). Les ferries à l’arrêt. Libération. [En ligne] https://www.liberation.fr/ferries (page consultée le 9 juin 2021)",
            id="fr-enligne",
        ),
        pytest.param(
            Fields(title="Grève : “nous tiendrons”", outlet="Ouest-France", published="2021-05-04"),
            "« Grève : “nous tiendrons” », Ouest-France avec AFP, 4 mai 2021.",
            id="fr-avec",
        ),
        pytest.param(
            Fields(
                authors=("Carmen Ruiz",),
                title="Los ferris, parados",
                outlet="El País",
                published="2021-05-04",
                accessed="2021-06-09",
            ),
            "Ruiz, Carmen. «Los ferris, parados». El País, 4 de mayo de 2021. Consultado el 9 de junio de 2021.",
            id="es",
        ),
        pytest.param(
            Fields(
                authors=("C. Ruiz",),
                title="Los ferris, parados",
                outlet="El País",
                published="2021-05-04",
                url="https://elpais.com/ferris",
            ),
            "Ruiz, C. (4 de mayo de 2021). Los ferris, parados. El País. https://elpais.com/ferris",
            id="es-apa",
        ),
        pytest.param(
            Fields(
                authors=("C. Ruiz", "M. López"),
                title="Los ferris, parados",
                outlet="El Mundo",
                published="2021",
                accessed="2021-06-09",
                url="https://www.elmundo.es/ferris",
            ),
            "Ruiz, C. y López, M. (2021). Los ferris, parados. El Mundo. Recuperado el 9 de junio de 2021 de https://www.elmundo.es/ferris",
            id="es-recuperado",
        ),
        pytest.param(
            Fields(
                authors=("Carmen Ruiz",),
                title="Los ferris, parados",
                outlet="La Vanguardia",
                published="2021",
                accessed="2021-06-09",
                url="https://www.lavanguardia.com/ferris",
            ),
            "Carmen Ruiz, “Los ferris, parados”, La Vanguardia, 4/5/2021. Disponible en: https://www.lavanguardia.com/ferris [Consulta: 9 junio 2021]",
            id="es-disponible",
        ),
        pytest.param(
            Fields(
                authors=("Nneka Okafor",),
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                published="2021-05-04",
                url="https://www.portgazette.example/2021/05/ferry-strike",
            ),
            "Okafor, Nneka. “Ferry strike strands thousands.” Port Gazette, 4 May 2021, https://www.portgazette.example/2021/\n05/ferry-strike.",
            id="url-broken",
        ),
        pytest.param(
            Fields(
                authors=("Nneka Okafor",),
                title="Ferry strike strands thousands",
                outlet="Port Gazette",
                published="2021-05-04",
                url="https://portgazette.example/2021/05/ferry",
            ),
            "Okafor, Nneka. “Ferry strike strands thousands.” Port Gazette, 4 May 2021, portgazette.example/2021/05/ferry.",
            id="url-noscheme",
        ),
    ],
)
def test_an_entry_of_any_style_gives_its_fields(expected: Fields, text: str) -> None:
    """Authors, title, outlet, date, date of access, address and publisher are told apart."""
    assert parse_reference(text) == expected


@pytest.mark.parametrize(
    ("field", "expected", "text"),
    [
        pytest.param("outlet", "In These Times", "Roe, Ben. “Ferries stop.” In These Times, 4 May 2021.", id="in-is-its-name"),
        pytest.param("outlet", "Port Gazette", "Roe, Ben. “Ferries stop.” in Port Gazette, 4 May 2021.", id="in-leads-to-it"),
        pytest.param("outlet", "New York", "Roe, Ben. “Ferries stop.” New York, 4 May 2021.", id="magazine-named-as-a-city"),
        pytest.param("outlet", "", "Roe, Ben. “Ferries stop.” Chicago, 2021.", id="a-city-is-no-outlet"),
        pytest.param("outlet", "", "Roe, Ben. “Ferries stop.” PhD thesis, 2021.", id="a-thesis-is-no-outlet"),
        pytest.param("outlet", "BBC Radio 4", "Roe, Ben. “Ferries stop.” BBC Radio 4, 4 May 2021.", id="number-of-a-station"),
        pytest.param("outlet", "J. Coast. Hist.", "B. Roe, “Ferries,” J. Coast. Hist., vol. 3, pp. 4–9, 2021.", id="shortened-journal"),
        pytest.param("outlet", "Coastal History", "Roe, Ben. “Ferries.” Coastal History 38 (2) (2021): 39–41.", id="volume-and-issue"),
        pytest.param("title", "Roe: We will not sail", "Roe: We will not sail. The Guardian, 4 May 2021.", id="colon-of-the-title"),
        pytest.param("title", "Trans Rights Now, They Say", "Roe, B. (2021, May 4). Trans Rights Now, They Say. Vox.", id="trans-is-no-translator"),
        pytest.param("title", "Old ferries, in Ruins", "Roe, B. (2021, May 4). Old ferries, in Ruins. Vox.", id="in-of-the-title"),
        pytest.param("title", "Ferries stop", "Roe, B. (2021, May 4). Ferries stop [Video]. Vox.", id="medium-in-brackets"),
        pytest.param("title", "Ferries stop", "Roe, Deborah L. Ferries stop. Vox, 4 May 2021.", id="initial-before-the-title"),
        pytest.param("title", "Strikes at Sea", "Tomas Lindqvist, Strikes at Sea (Harborview Press, 2018), 44.", id="book-of-a-press"),
        pytest.param("title", "", "Tomas Lindqvist, Strikes (at Sea) Again (Harborview: Docks Press, 2018), 44.", id="page-is-no-title"),
        pytest.param("outlet", "", "Tomas Lindqvist, “Strikes” at Sea (Harborview: Docks Press, 2018), 44.", id="open-bracket-is-no-outlet"),
        pytest.param("authors", ("Ben ROE",), "ROE Ben, “Ferries stop,” Vox, 4 May 2021.", id="family-name-in-capitals"),
        pytest.param("authors", ("BBC Monitoring",), "BBC Monitoring, “Ferries stop,” Vox, 4 May 2021.", id="body-in-capitals"),
        pytest.param("authors", ("B Roe", "AK Doe"), "Roe B, Doe AK. Ferries stop. Vox. 2021 May 4.", id="capitals-without-stops"),
        pytest.param("authors", ("Ben Roe", "Ida Doe"), "Roe, Ben / Doe, Ida: Ferries stop. In: Vox, 4 May 2021.", id="slash"),
        pytest.param("published", "2021-05-04", "“Ferries stop.” Vox. 4 May 2021. Archived from the original on 9 June 2021.", id="archived-is-not-published"),
        pytest.param("published", "2021-05", "Roe, Ben. “Ferries stop.” Vox, May 2021.", id="month"),
        pytest.param("published", "2021", "Roe, Ben. “Ferries stop.” Vox, 2021.", id="year"),
        pytest.param("accessed", "2021-06-09", "“Ferries stop.” Vox, 4 May 2021 [cited 2021 Jun 9].", id="cited-in-brackets"),
        pytest.param("accessed", "2021-06-09", "„Fähren“, Vox, 4. Mai 2021 (letzter Zugriff: 9. Juni 2021).", id="letzter-zugriff"),
        pytest.param("publisher", "Ledger Media", "Roe, Ben. “Ferries stop.” Vox, Ledger Media, 4 May 2021.", id="publisher-beside-the-outlet"),
    ],
)  # fmt: skip
def test_what_is_easily_mistaken_is_told_apart(field: str, expected: object, text: str) -> None:
    """A word is taken for what it is by what stands around it."""
    assert getattr(parse_reference(text), field) == expected
