"""Read what tells of pages: feeds, sitemaps, lists of addresses, web archives."""
