"""Get pages of the web: safely (addresses, bodies, deadlines) and politely (robots, pace, breaker)."""
