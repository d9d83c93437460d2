"""Pages that come in an article's place, as sites serve them: asking for consent or money, listing, or gone."""

from __future__ import annotations

import html

from tasks.extract.read import extract
from tasks.model import Document, Raw
from tasks.normalize import normalize

MENU = "".join(
    f"<li><a href='/{name}'>{name}</a></li>" for name in ("News", "Sport", "Video", "Wetter", "Culture")
)


def page(title: str, body: str, language: str = "en") -> str:
    """A page with the furniture of a news site around ``body``."""
    return (
        f"<!doctype html><html lang='{language}'><head><meta charset='utf-8'><title>{html.escape(title)}</title></head>"
        f"<body><header><nav><ul>{MENU}</ul></nav></header><main>{body}</main>"
        f"<footer><p>© The Harbor Ledger</p><a href='/imprint'>Imprint</a></footer></body></html>"
    )


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def dialog(title: str, texts: tuple[str, ...], buttons: tuple[str, ...], language: str) -> str:
    """A page that asks for consent."""
    pressed = "".join(f"<button>{text}</button>" for text in buttons)
    body = (
        f"<div role='dialog'><h2>{title}</h2>{paragraphs(*texts)}<p>{' | '.join(buttons)}</p>{pressed}</div>"
    )
    return page(title, body, language)


def stub(title: str, texts: tuple[str, ...], offer: tuple[str, ...], language: str) -> str:
    """The beginning of an article and an offer."""
    body = f"<article><h1>{title}</h1>{paragraphs(*texts)}<div class='offer'><h3>{offer[0]}</h3>{paragraphs(*offer[1:])}</div></article>"
    return page(title, body, language)


def teasers(
    title: str, stories: tuple[str, ...], texts: tuple[str, ...] = (), language: str = "en", tag: str = "h3"
) -> str:
    """A listing of linked headlines, each with its text below it, or nothing."""
    made = "".join(
        f"<div class='teaser'><{tag}><a href='/story/{n}'>{one}</a></{tag}>{paragraphs(*texts[n : n + 1])}</div>"
        for n, one in enumerate(stories)
    )
    return page(title, f"<section><h1>{title}</h1>{made}</section>", language)


def listed(title: str, stories: tuple[str, ...], language: str = "en") -> str:
    """A listing that is a list."""
    made = "".join(
        f"<li><a href='/story/{n}'>{one}</a> <time>{n + 7}:20</time></li>" for n, one in enumerate(stories)
    )
    return page(title, f"<h1>{title}</h1><ul>{made}</ul>", language)


ENGLISH = (
    "Harbour tunnel to close for a second winter of repairs", "Ministers quarrel over the price of the new ferry",
    "Why the old wall of the dam may not stand another flood", "Teachers walk out in three northern districts",
    "Museum returns the bronze that nobody had asked for", "Cyclists win their court case against the county",
    "Rail operator promises punctual trains by the spring", "A village votes on selling its only school",
    "Fishing fleet stays in port as diesel grows dearer", "Five questions about the budget that nobody answers",
    "The last lighthouse keeper hands over his keys", "Court stops the sale of the former barracks",
)  # fmt: skip
GERMAN = (
    "Hafentunnel bleibt einen zweiten Winter lang gesperrt", "Minister streiten über den Preis der neuen Fähre",
    "Warum die alte Staumauer keine Flut mehr aushält", "Lehrer legen in drei Bezirken die Arbeit nieder",
    "Museum gibt eine Bronze zurück, die keiner wollte", "Radfahrer gewinnen vor Gericht gegen den Kreis",
    "Bahn verspricht pünktliche Züge bis zum Frühjahr", "Ein Dorf stimmt über den Verkauf seiner Schule ab",
)  # fmt: skip
FRENCH = (
    "Le tunnel du port fermé pour un deuxième hiver de travaux", "Les ministres se disputent le prix du nouveau ferry",
    "Pourquoi le vieux mur du barrage ne tiendra plus", "Les enseignants débrayent dans trois districts",
    "Le musée rend le bronze que personne ne réclamait", "Les cyclistes gagnent leur procès contre le comté",
    "Un village vote sur la vente de son unique école", "La flotte de pêche reste à quai",
)  # fmt: skip
SPANISH = (
    "El túnel del puerto cierra un segundo invierno por obras", "Los ministros discuten el precio del nuevo ferri",
    "Por qué el viejo muro de la presa no aguantará otra riada", "Los maestros paran en tres distritos del norte",
    "El museo devuelve el bronce que nadie pedía", "Los ciclistas ganan el juicio contra el condado",
    "Un pueblo vota la venta de su única escuela", "La flota pesquera se queda en el puerto",
)  # fmt: skip

ENGLISH_TEXTS = (
    "Pumps that were new three years ago have failed, and whoever has to cross must drive around the bay until March.",
    "Costs have doubled since the keel was laid, and neither side of the cabinet wants to have signed the contract.",
    "Engineers found cracks wide enough for a hand. The valley below has asked for sirens, and got a brochure.",
    "After eleven rounds of talks both unions called for a walkout. Parents were told on Sunday night by text message.",
    "It came as a gift in 1931, stood in a corridor, and goes home on Friday in a crate without a label.",
    "A painted line is no lane, the judges held, and gave the authority half a year to build what it had announced.",
    "New signals and older staff are to help. Only every second departure left within five minutes in September.",
    "Forty pupils are left. An investor would turn the classrooms into flats, the mayor would rather have a bakery.",
    "At two euros the litre a trip costs more than it brings in, say the skippers, whom nobody in Brussels has heard.",
)  # fmt: skip
GERMAN_TEXTS = (
    "Die Pumpen sind nach drei Jahren schon hinüber. Wer hinüberwill, muss bis März um die ganze Bucht fahren.",
    "Seit der Kiellegung haben sich die Kosten verdoppelt, und unterschrieben haben will den Vertrag jetzt niemand.",
    "Gutachter fanden Risse, in die eine Hand passt. Das Tal wünscht sich Sirenen und bekam ein Faltblatt.",
    "Nach elf Runden riefen beide Gewerkschaften zum Ausstand auf. Eltern erfuhren es am Sonntagabend per Nachricht.",
    "Sie kam 1931 als Geschenk, stand in einem Flur und reist am Freitag ohne Schild in einer Kiste nach Hause.",
    "Ein Strich auf dem Asphalt sei kein Weg, befand der Senat und setzte der Behörde eine Frist von sechs Monaten.",
    "Neue Signale und älteres Personal sollen helfen. Im September fuhr nur jeder zweite Zug fast nach Plan ab.",
)  # fmt: skip
SPANISH_TEXTS = (
    "Las bombas, nuevas hace tres años, han fallado, y quien quiera cruzar tendrá que rodear la bahía hasta marzo.",
    "El coste se ha duplicado desde que se puso la quilla, y nadie en el gabinete reconoce haber firmado el contrato.",
    "Hallaron grietas en las que cabe una mano. Los vecinos del valle pidieron sirenas y recibieron un folleto.",
    "Tras once rondas, los dos sindicatos llamaron a la huelga. Los padres se enteraron por mensaje el domingo.",
    "Llegó como regalo en 1931, pasó años en un pasillo y vuelve a casa este viernes en una caja sin etiqueta.",
    "Una raya pintada no es un carril, dicen los jueces, que dan medio año a la administración para construirlo.",
)  # fmt: skip

CONSENT = {
    "partners": dialog(
        "We value your privacy",
        (
            "We and our 842 partners store and access personal data, like browsing data or unique identifiers, on your device. Selecting I Accept enables tracking technologies to support the purposes shown under we and our partners process data to provide.",
            "You can resurface this menu to change your choices or withdraw consent at any time by clicking the Manage Preferences link on the bottom of the webpage. Your choices will have effect within our website.",
            "Use precise geolocation data. Actively scan device characteristics for identification. Store and/or access information on a device. Personalised advertising and content, advertising and content measurement, audience research and services development.",
        ),
        ("I Accept", "Reject All", "Manage Preferences"),
        "en",
    ),
    "short": dialog(
        "Before you continue",
        ("We use cookies and data to deliver and maintain our services.",),
        ("Accept all", "Reject all", "More options"),
        "en",
    ),
    "pur": dialog(
        "Mit Werbung weiterlesen oder Pur-Abo",
        (
            "Besuchen Sie unsere Seite wie gewohnt mit Werbung und Tracking. Ihre Zustimmung ist jederzeit widerrufbar. Wir und unsere Partner verarbeiten Ihre Daten, um Inhalte zu messen und Anzeigen zu zeigen.",
            "Für die Nutzung mit Werbung: Wir erheben personenbezogene Daten und übermitteln diese auch an Drittanbieter, die uns helfen, unser Webangebot zu verbessern und zu finanzieren.",
            "Im Pur-Abo lesen Sie ohne Tracking und fremde Werbung für 4,99 Euro im Monat.",
        ),
        ("Akzeptieren und weiter", "Jetzt abonnieren"),
        "de",
    ),
    "einwilligung": dialog(
        "Wir brauchen Ihre Zustimmung",
        (
            "Wir verwenden Cookies und ähnliche Verfahren, um Informationen auf einem Gerät zu speichern und abzurufen.",
            "Sie können Ihre Einwilligung jederzeit in den Datenschutzeinstellungen am Ende jeder Seite widerrufen.",
        ),
        ("Alle akzeptieren", "Einstellungen verwalten"),
        "de",
    ),
    "partenaires": dialog(
        "Le respect de votre vie privée est notre priorité",
        (
            "Avec votre accord, nos partenaires et nous utilisons des cookies ou technologies similaires pour stocker et/ou accéder à des informations sur votre terminal, comme votre visite sur ce site.",
            "Vous pouvez retirer votre consentement ou vous opposer aux traitements fondés sur l'intérêt légitime à tout moment en cliquant sur « En savoir plus » ou dans notre politique de confidentialité.",
        ),
        ("Tout accepter", "Continuer sans accepter", "Paramétrer mes choix"),
        "fr",
    ),
    "payer": dialog(
        "Accepter les cookies ou s'abonner",
        (
            "En acceptant les cookies, vous lisez gratuitement. La publicité personnalisée finance nos journalistes.",
        ),
        ("Accepter et continuer", "Refuser et s'abonner"),
        "fr",
    ),
    "socios": dialog(
        "Valoramos tu privacidad",
        (
            "Nosotros y nuestros 731 socios almacenamos o accedemos a información en un dispositivo, tales como cookies, y procesamos datos personales, tales como identificadores únicos.",
            "Con tu permiso, nosotros y nuestros socios podemos utilizar datos de localización geográfica precisa. Ten en cuenta que algún tratamiento puede no requerir tu consentimiento, pero tienes derecho a oponerte.",
        ),
        ("Aceptar todo", "Rechazar todo", "Más opciones"),
        "es",
    ),
    "pagar": dialog(
        "Sigue navegando con publicidad personalizada",
        ("Utilizamos cookies propias y de terceros para medir nuestra audiencia.",),
        ("Aceptar y continuar", "Rechazar y pagar"),
        "es",
    ),
}

PAYWALL = {
    "subscriber": stub(
        ENGLISH[2],
        (
            "The wall has stood for ninety years. Engineers who were asked to look at it this spring came back with grave faces and a bill.",
        ),
        (
            "Subscribe to continue reading",
            "Already a subscriber? Sign in.",
            "Digital access for £1 a week for the first three months. Cancel anytime.",
        ),
        "en",
    ),
    "limit": stub(
        ENGLISH[0],
        (
            "The tunnel under the harbour will close again in November, the county said on Tuesday.",
            "It is the second winter in a row.",
        ),
        (
            "You have reached your limit of free articles",
            "Create a free account or log in to read this story.",
            "Choose your plan",
        ),
        "en",
    ),
    "abo": stub(
        GERMAN[2],
        (
            "Die Mauer steht seit neunzig Jahren. Ingenieure, die sie in diesem Frühjahr ansehen sollten, kamen mit ernsten Gesichtern zurück.",
        ),
        (
            "Jetzt weiterlesen",
            "Testen Sie unser digitales Abo vier Wochen lang, monatlich kündbar.",
            "Sie haben bereits ein Abo? Hier anmelden.",
        ),
        "de",
    ),
    "plus": stub(
        GERMAN[0],
        (
            "Der Tunnel unter dem Hafen wird im November wieder geschlossen, teilte der Kreis am Dienstag mit.",
        ),
        (
            "Exklusiv für Abonnenten",
            "Zugang zu allen Artikeln auf der Website und in der App",
            "Jetzt kostenlos testen",
        ),
        "de",
    ),
    "abonnés": stub(
        FRENCH[2],
        (
            "Le mur tient depuis quatre-vingt-dix ans. Les ingénieurs venus l'examiner ce printemps en sont revenus la mine grave.",
        ),
        (
            "Cet article est réservé aux abonnés",
            "Il vous reste 85 % de cet article à lire.",
            "Déjà abonné ? Se connecter",
            "Essai gratuit, sans engagement",
        ),
        "fr",
    ),
    "suite": stub(
        FRENCH[0],
        ("Le tunnel sous le port fermera de nouveau en novembre, a annoncé mardi le comté.",),
        ("Pour lire la suite, abonnez-vous", "Accès illimité à tous nos contenus pour 1 € le premier mois."),
        "fr",
    ),
    "suscriptores": stub(
        SPANISH[2],
        (
            "El muro lleva noventa años en pie. Los ingenieros que fueron a verlo esta primavera volvieron con la cara larga.",
        ),
        (
            "Contenido exclusivo para suscriptores",
            "¿Ya eres suscriptor? Inicia sesión",
            "Suscríbete por 1 € al mes, sin permanencia",
        ),
        "es",
    ),
    "seguir": stub(
        SPANISH[0],
        ("El túnel bajo el puerto volverá a cerrar en noviembre, anunció el martes el condado.",),
        ("Regístrate para seguir leyendo", "Es gratis y solo te llevará un minuto."),
        "es",
    ),
}

LISTING = {
    "front page": teasers("The Harbor Ledger", ENGLISH),
    "section": teasers("Politics", ENGLISH[:9], ENGLISH_TEXTS),
    "list": listed("Latest headlines", ENGLISH),
    "topic": teasers("Aus der Region", GERMAN[:7], GERMAN_TEXTS, "de", "h2"),
    "ticker": listed("Alle Meldungen des Tages", GERMAN, "de"),
    "à la une": teasers("À la une", FRENCH, (), "fr", "h2"),
    "archives": listed("Toutes les archives", FRENCH, "fr"),
    "portada": teasers("Portada", SPANISH[:6], SPANISH_TEXTS, "es"),
    "etiqueta": listed("Noticias sobre el puerto", SPANISH, "es"),
}  # fmt: skip

SHORT = {
    "script": page("harborledger.example", "<p>Please enable JavaScript and disable any ad blocker to continue.</p>"),
    "check": page("Just a moment...", "<h1>harborledger.example</h1><p>Checking if the site connection is secure. This may take a few seconds.</p><p>Verify you are human by completing the action below. harborledger.example needs to review the security of your connection before proceeding.</p>"),
    "denied": page("Access Denied", "<h1>Access Denied</h1><p>You don't have permission to access this page on this server. Reference #18.5f3e1402.1700000000.1a2b3c4d</p>"),
    "region": page("Nicht verfügbar", "<h1>Dieses Angebot ist in Ihrem Land nicht verfügbar</h1><p>Aus rechtlichen Gründen können wir Ihnen diese Seite leider nicht zeigen. Bitte wenden Sie sich bei Fragen an unseren Leserservice.</p>", "de"),
    "video": page("Video", "<h1>Vidéo</h1><p>Lecture en cours.</p>", "fr"),
    "login": page("My account", "<h1>Your account</h1><p>Enter your e-mail address and your password. If you have forgotten your password we will send you a link with which you can choose a new one within a day, after which the link ends and you have to ask again.</p>"),
}  # fmt: skip

DEAD = {
    "english": page("Page not found | The Harbor Ledger", "<h1>Sorry!</h1><p>We can't find the page you're looking for. It may have moved.</p>"),
    "number": page("404", "<h1>404</h1><p>Something went wrong here.</p>"),
    "with stories": page("The Harbor Ledger", "<h1>Error 404</h1><p>The article is no longer available.</p><h2>Read instead</h2>" + "".join(f"<p><a href='/{n}'>{one}</a></p>" for n, one in enumerate(ENGLISH))),
    "no longer": page("The Harbor Ledger", "<h1>This story is gone</h1><p>This page no longer exists. Try the search.</p>"),
    "deutsch": page("Seite nicht gefunden", "<h1>Hoppla</h1><p>Diese Seite gibt es nicht mehr.</p>", "de"),
    "artikel": page("Hafenbote", "<h1>Der Artikel ist nicht mehr verfügbar</h1><p>Aus rechtlichen Gründen dürfen wir manche Texte nur für begrenzte Zeit zeigen.</p>", "de"),
    "français": page("Page introuvable - Le Port", "<h1>Oups !</h1><p>La page que vous recherchez n’existe pas ou plus.</p>", "fr"),
    "español": page("El Puerto", "<h1>Página no encontrada</h1><p>La página que buscas ya no existe o ha cambiado de dirección.</p>", "es"),
}  # fmt: skip


def document(text: str) -> Document:
    """Return what the pipeline reads on a page."""
    raw = Raw("made.html", "text/html", text.encode())
    return normalize(raw, extract(raw))
