"""A page and what its address says, as one text without the server's name: what a class follows and short links keep.

Both come out of a database, so that only pages of this dashboard are read from them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from qmnist_core.address.settings import read_address

MOST_NAMES = 100
"""Of one address."""


def write_relative(page: str, address: Mapping[str, str]) -> str:
    """page: its short name; "home" is the first one."""
    path = "/" if page == "home" else f"/{page}"
    return f"{path}?{urlencode(address)}" if address else path


def read_relative(text: str, pages: Collection[str]) -> tuple[str, dict[str, str]] | None:
    """The page's short name and what its address says; None for any text that leads elsewhere.

    pages: the short names of those that may be meant.
    """
    try:
        url = urlsplit(text)
        query = parse_qsl(url.query, keep_blank_values=True, max_num_fields=MOST_NAMES)
    except ValueError:
        return None
    page = url.path.removeprefix("/") or "home"
    if url.scheme or url.netloc or url.fragment or not url.path.startswith("/") or page not in pages:
        return None
    return page, read_address(dict(query))
