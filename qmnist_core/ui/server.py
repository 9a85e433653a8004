"""What the web server does beside Streamlit's work: it answers to its own names only, sends headers of its own,
mends addresses of pages, puts style sheet and shared script into each, serves plotly's script, and says where it is."""

from __future__ import annotations

import asyncio
import functools
import gc
import gzip
import importlib
import ipaddress
import pkgutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose
from streamlit import cli_util, config, net_util
from streamlit.file_util import get_static_dir
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.web.server.server_util import get_url

from qmnist_core import ui
from qmnist_core.address.settings import STUCK
from qmnist_core.cores import gather
from qmnist_core.plots.style import SCRIPT
from qmnist_core.simulators import compiled
from qmnist_core.ui.components.assets import shared, source
from qmnist_core.ui.components.chart import PLOTLY
from qmnist_core.ui.frame.page import BARE, WITHOUT_PANEL, sheet
from qmnist_core.ui.frame.site import PAGES, UNLISTED
from qmnist_core.ui.session.place import delete_ended

HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "frame-ancestors * file:"}
"""Sent with every answer. Any page may frame the dashboard, as a course's page does with a lesson, a file among them:
there is no account, and browsers keep the cookies with a class's keys (SameSite=Lax) from frames on other sites, so
that there is nothing to press that would matter to anybody else."""
ARRIVE = Path(__file__).parent / "frame" / "arrive.js"
"""What loads a page again that did not come whole."""
GARBAGE = 20_000
"""Objects that may be made before those that only refer to each other are looked for; Python's own number is 700."""
HOUR = 3600
YEAR = 365 * 24 * HOUR
"""In seconds."""


def is_own_name(host: str | None) -> bool:
    """Whether a request for this host is one that nobody else's web page can have made.

    A page on somebody else's site can make a browser call this computer by that site's name (DNS rebinding), but not by
    an IP address, a name without a dot, one of .localhost or .local, or the computer's own. Those are let in, unless
    Streamlit's option `server.allowedHosts` says which names there are.
    """
    try:
        name = (urlsplit(f"//{host or ''}").hostname or "").rstrip(".")
    except ValueError:
        return False
    given = [pattern.strip().lower().rstrip(".") for pattern in st.get_option("server.allowedHosts")]
    if given:
        return any(fnmatchcase(name, pattern) for pattern in given)
    if not name or "." not in name or name.endswith((".localhost", ".local")) or name == socket.gethostname().lower():
        return bool(name)
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def page_meant(path: str) -> str | None:
    """Where an address leads that has something stuck to its page's name, seen from there: `train` for "/train).",
    `../train` for "/train/", `train?size=6` where the question mark came as a letter of the name. None where nothing
    is, or where it is no page's.
    """
    base = _base()
    if base and path != base and path.rstrip(STUCK) == base:
        return f"{base.rpartition('/')[2]}/"
    if not f"{path}/".startswith(f"{base}/"):
        return None
    asked, _, query = path.removeprefix(base).partition("?")
    whole = asked.rstrip("/")
    page = whole.rpartition("/")[2].rstrip(STUCK)
    untouched = not query and page == asked.rpartition("/")[2]
    if page not in {"", *PAGES} or (untouched and page != "home") or (not whole and not query):
        return None
    up = len(asked) - len(whole) if whole else 0
    page = "../" * up + ("" if page == "home" else page) or "./"
    return f"{page}?{query}" if query else page


class Door:
    """Lets requests for this server's own names in, and mends what can be mended on the way."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        inside: ASGIApp = self.app
        if scope["type"] in ("http", "websocket"):
            host = Headers(scope=scope).get("host")
            page = page_meant(scope["path"])
            if not is_own_name(host):
                inside = _refusal(host) if scope["type"] == "http" else WebSocketClose(1008)
            elif page is not None and scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
                query = scope["query_string"].decode("latin-1")
                inside = RedirectResponse(f"{page}{'&' if '?' in page else '?'}{query}" if query else page)
        await inside(scope, receive, send if scope["type"] == "websocket" else with_headers)


MIDDLEWARE = [Middleware(Door)]


def routes() -> list[BaseRoute]:
    """Every page, and plotly's script."""
    pages = [Route(f"{_base()}/{'' if page == 'home' else page}", _page(page in UNLISTED)) for page in PAGES]
    return [*pages, Route(f"{_base()}/{PLOTLY}", _plotly())]


SKIP = '<a class="qmnist-skip" href="#root" onclick="qmnistPlay.focus(); return false">To the dock</a>'
"""What the Tab key comes to first."""
Answer = Callable[[Request], Awaitable[Response]]


def _page(is_bare: bool) -> Answer:
    """What Streamlit begins every page with, and the dashboard's own style sheet and the script that its components
    share in it: the style comes with the first answer, so that nothing moves when a page is drawn, and at the body's
    end it is stronger than Streamlit's own; the script need not come with every component. Before all stands what sees
    that something did not arrive. is_bare: whether the page never has settings beside it."""
    begun = (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8")
    own = f"<style>{sheet()}</style><script>{shared()}</script>"
    html = begun.replace("</body>", f"{own}</body>").replace("<body>", f"<body>{SKIP}")
    html = html.replace("<head>", f"<head><script>{source(ARRIVE)}</script>")
    without_panel = html.replace("<body>", f'<body class="{BARE}">')

    async def page(request: Request) -> Response:
        bare = is_bare or any(request.query_params.get(name) == value for name, value in WITHOUT_PANEL.items())
        return HTMLResponse(without_panel if bare else html, headers={"Cache-Control": "no-cache"})

    return page


def _plotly() -> Answer:
    """Plotly's script, packed once, which a browser keeps."""
    plain = SCRIPT.read_bytes()
    packed = gzip.compress(plain, 6)

    async def script(request: Request) -> Response:
        headers = {"Cache-Control": f"public, max-age={YEAR}, immutable", "Vary": "Accept-Encoding"}
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return Response(plain, media_type="text/javascript", headers=headers)
        return Response(packed, media_type="text/javascript", headers={**headers, "Content-Encoding": "gzip"})

    return script


@asynccontextmanager
async def greeting(_app: object) -> AsyncIterator[None]:
    """While the server runs, on one core. It says where it is, and opens a browser there unless it runs without a
    screen."""
    gather()
    _load_pages()
    read_theme_once()
    deleting = asyncio.create_task(_delete_ended())
    found = addresses()
    print("\n  QNN on MNIST is open. Ctrl-C ends it.\n", *(f"  {what}: {url}" for what, url in found), "", sep="\n")
    if not st.get_option("server.headless"):
        asyncio.get_running_loop().call_soon(cli_util.open_browser, found[0][1])
    yield
    deleting.cancel()


async def _delete_ended() -> None:
    """Whether or not anybody looks, a class that has ended is deleted within the hour."""
    while True:
        await asyncio.to_thread(delete_ended)
        await asyncio.sleep(HOUR)


def _load_pages() -> None:
    """Import what pages need before anybody can ask for one: of many at once, the first ones would wait for it, and see
    half of pandas, which Streamlit imports on its way."""
    for name in ("pandas", *(module.name for module in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}."))):
        importlib.import_module(name)
    compiled.load()
    # What is there now stays, so that nothing of it need be looked at whenever garbage is collected, and less often.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


def read_theme_once() -> None:
    """Each run of a page, of a part of one as well, tells the browser the theme; Streamlit reads it from its options
    each time, which takes a tenth of what a class's phones cost."""
    sessions: Any = app_session
    read = sessions._populate_theme_msg

    @functools.cache
    def theme(section: str) -> CustomThemeConfig:
        found = CustomThemeConfig()
        read(found, section)
        return found

    def tell(message: CustomThemeConfig, section: str = "theme") -> None:
        if theme(section).ByteSize():
            message.MergeFrom(theme(section))

    sessions._populate_theme_msg = tell
    config.on_config_parsed(theme.cache_clear, force_connect=True)


def addresses() -> list[tuple[str, str]]:
    """What to open in a browser, and for whom; nobody else is asked for it."""
    address = st.get_option("server.address") or "0.0.0.0"
    if config.is_manually_set("browser.serverAddress"):
        return [("URL", get_url(st.get_option("browser.serverAddress")))]
    if address not in ("0.0.0.0", "::"):
        return [("URL", get_url(f"[{address}]" if ":" in address else address))]
    network = net_util.get_internal_ip()
    return [("On this computer", get_url("localhost")), *([("In this network", get_url(network))] if network else [])]


def _refusal(host: str | None) -> Response:
    return PlainTextResponse(
        f"This dashboard does not answer to the name {host}, because another web site could have sent you here. If the "
        f"name is its own, start it with --server.allowedHosts={host} (README, For teachers).\n",
        status_code=403,
    )


def _base() -> str:
    """What all addresses begin with: nothing, or a slash and `server.baseUrlPath`."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""
