"""Web pages as news sites serve them: a little text in a lot of markup, by a seeded generator.

A page is its head (metadata, JSON-LD, style rules, scripts), menus, the text with its byline, related
stories as cards, comments and a footer. Style, menus and footer belong to the outlet, as in life.
"""

from __future__ import annotations

import html
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

# What a site's parts come to: menus of some hundred links in two or three places, a dozen or two of
# teasers, a handful of comments. Together about a thousand elements.
MENU_LINKS = 90
FOOTER_LINKS = 40
SECTIONS = ("News", "Weather", "Opinion", "Sport", "Letters", "Archive", "Podcasts", "Jobs", "Events")
CARDS = (10, 24)
COMMENTS = (3, 12)

# Where the text, menus and cards stop short of a page's weight, style and script fill it up, in halves.
STYLE_SHARE = 0.5
# Characters of rules and of script state that an outlet has in stock: the heaviest page takes them all.
STOCK = 70_000


@dataclass(frozen=True, slots=True)
class Story:
    """What a page tells of itself. ``published`` is an ISO date."""

    title: str
    author: str
    outlet: str
    published: str
    url: str
    section: str


@dataclass(frozen=True, slots=True)
class Stock:
    """What all pages of an outlet share."""

    menu: str
    footer: str
    rules: tuple[str, ...]
    state: tuple[str, ...]


@cache
def stock(outlet: str) -> Stock:
    """Return the shared parts of an outlet's pages, the same for the same name."""
    chance = random.Random(f"stock of {outlet}")
    menu = "".join(_menu_item(chance) for _ in range(MENU_LINKS))
    footer = "".join(_menu_item(chance) for _ in range(FOOTER_LINKS))
    return Stock(
        f'<nav class="site-nav" aria-label="Sections"><ul>{menu}</ul></nav>',
        f'<footer class="site-footer"><ul>{footer}</ul><p>© {outlet}. All rights reserved.</p></footer>',
        tuple(_filled(_rule, chance)),
        tuple(_filled(_entry, chance)),
    )


def _menu_item(chance: random.Random) -> str:
    name = chance.choice(
        ["News", "Weather", "Opinion", "Sport", "Letters", "Archive", "Podcasts", "Jobs", "Events", "Maps"]
    )
    number = chance.randrange(1_000)
    return (
        f'<li class="menu-item menu-item-{number}"><a href="/{name.lower()}/{number}/" '
        f'data-track="nav|{name}|{number}"><span>{name}</span></a></li>'
    )


def _filled(make: object, chance: random.Random) -> list[str]:
    assert callable(make)
    made: list[str] = []
    size = 0
    while size < STOCK:
        made.append(make(chance))
        size += len(made[-1])
    return made


def _rule(chance: random.Random) -> str:
    name = f"c-{chance.randbytes(3).hex()}"
    width, shade = chance.randrange(8, 960), chance.randbytes(3).hex()
    return (
        f".{name}>.{name}__inner{{display:flex;margin:0 {width % 48}px;max-width:{width}px;color:#{shade}}}"
        f"@media(max-width:{width + 320}px){{.{name}{{padding:{width % 32}px;font-size:{width % 20}px}}}}"
    )


def _entry(chance: random.Random) -> str:
    key = chance.randbytes(8).hex()
    size = chance.randrange(120, 1_600)
    return (
        f'"{key}":{{"type":"image","w":{size},"h":{size * 9 // 16},"src":"/media/{key}.webp","lazy":true}},'
    )


def news_page(
    story: Story,
    body: str,
    teasers: Sequence[str],
    comments: Sequence[str],
    weight: int,
    chance: random.Random,
) -> str:
    """Return the page of ``story`` whose text is the markup ``body``, about ``weight`` characters long.

    ``teasers`` are headlines for the related stories; ``comments`` are plain text.
    """
    shared = stock(story.outlet)
    cards = "".join(_card(title, chance) for title in teasers)
    talk = "".join(_comment(text, chance) for text in comments)
    main = (
        f'<body class="template-article">\n{shared.menu}\n<div class="page"><main id="main">'
        f'<article class="story">{_heading(story)}<div class="story-body">\n{body}\n</div></article></main>'
        f'<aside class="related"><h2>Related stories</h2>{cards}</aside>'
        f'<section id="comments" class="comments"><h2>Comments</h2>{talk}</section></div>'
        f"{shared.footer}</body></html>"
    )
    head = _head(story)
    missing = max(weight - len(head) - len(main), 0)
    rules = _cut(shared.rules, int(missing * STYLE_SHARE), chance)
    state = _cut(shared.state, missing - len(rules), chance)
    script = f'<script>window.__STATE__={{{state}"end":0}};</script>'
    return f"<!DOCTYPE html>\n<html lang='en'><head>{head}<style>{rules}</style>{script}</head>\n{main}"


def _cut(lines: tuple[str, ...], size: int, chance: random.Random) -> str:
    """Return lines from a random place on, round the end, until there are ``size`` characters."""
    start = chance.randrange(len(lines))
    taken, length = [], 0
    for place in range(len(lines)):
        if length >= size:
            break
        line = lines[(start + place) % len(lines)]
        taken.append(line)
        length += len(line)
    return "".join(taken)


def _head(story: Story) -> str:
    title, outlet = html.escape(story.title), html.escape(story.outlet)
    linked = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": f"{story.published}T06:00:00+00:00",
        "author": [{"@type": "Person", "name": story.author}],
        "publisher": {"@type": "Organization", "name": story.outlet},
        "mainEntityOfPage": story.url,
    }
    return (
        f'<meta charset="utf-8"><title>{title} | {outlet}</title><link rel="canonical" href="{story.url}">'
        f'<meta property="og:title" content="{title}"><meta property="og:site_name" content="{outlet}">'
        f'<meta property="og:type" content="article"><meta property="og:url" content="{story.url}">'
        f'<meta property="article:published_time" content="{story.published}">'
        f'<meta name="author" content="{html.escape(story.author)}">'
        f'<script type="application/ld+json">{json.dumps(linked)}</script>'
    )


def _heading(story: Story) -> str:
    return (
        f'<header class="story-header"><p class="kicker">{story.section}</p>'
        f"<h1>{html.escape(story.title)}</h1>"
        f'<p class="byline">By <a rel="author" href="/by">{html.escape(story.author)}</a></p>'
        f'<time datetime="{story.published}">{story.published}</time></header>'
    )


def _card(title: str, chance: random.Random) -> str:
    key = chance.randbytes(6).hex()
    sizes = ", ".join(f"/media/{key}-{width}.webp {width}w" for width in (320, 640, 960))
    return (
        f'<div class="card card--{key}" data-id="{key}"><a href="/story/{key}"><figure><picture>'
        f'<source type="image/webp" srcset="{sizes}"><img src="/media/{key}.jpg" alt="" loading="lazy">'
        f'</picture></figure><h3 class="card__title">{html.escape(title)}</h3></a>'
        f'<span class="card__time">{chance.randint(2, 23)} hours ago</span></div>'
    )


def _comment(text: str, chance: random.Random) -> str:
    key = chance.randbytes(4).hex()
    return (
        f'<div class="comment" id="comment-{key}"><span class="comment__author">reader{key}</span>'
        f'<p>{html.escape(text)}</p><button data-reply="{key}">Reply</button></div>'
    )
