"""Browser and system of a device, in two words that cannot identify it."""

import re

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR|Opera", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox|FxiOS", "Firefox"),
    ("CriOS|Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Mac OS X|Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def describe_device(agent: str) -> str:
    """Return browser and system from a User-Agent header.

    >>> describe_device("Mozilla/5.0 (Linux; Android 14) Chrome/129 Mobile Safari/537.36")
    'Chrome, Android'
    """
    found = [
        next((name for signs, name in table if re.search(signs, agent)), "")
        for table in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(word for word in found if word)
