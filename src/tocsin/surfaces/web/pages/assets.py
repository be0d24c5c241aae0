"""The pages' own files: styles, script, icon, and what a phone needs to put Tocsin on its home screen."""

from typing import Any

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Response

from tocsin.surfaces.web.given import GivenAssets, GivenGuest, GivenPages
from tocsin.surfaces.web.security import AnyRequest

_FOREVER = "public, max-age=31536000, immutable"


@get("/assets/{name:str}", name="asset")
async def serve_asset(request: AnyRequest, name: FromPath[str], assets: GivenAssets) -> Response[bytes]:
    """A file of the pages. The name carries the content's hash, so a browser never has to ask again."""
    asset = assets.by_hashed_name.get(name)
    if asset is None:
        raise NotFoundException
    headers = {"Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
    content = asset.content
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        content = asset.gzipped
    return Response(content, media_type=asset.media_type, headers=headers)


@get("/manifest.webmanifest", media_type="application/manifest+json")
async def show_manifest(assets: GivenAssets) -> dict[str, Any]:
    """What a phone needs to put Tocsin on its home screen (OPS-5)."""
    pictures = (("icon-192.png", 192, "any"), ("icon-512.png", 512, "any"), ("icon-maskable.png", 512, "maskable"))
    return {
        "id": "/",
        "name": "Tocsin",
        "short_name": "Tocsin",
        "description": "Incidents: who is called, what is known, what is done.",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#16181c",
        "theme_color": "#16181c",
        "icons": [
            {"src": assets.url(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for name, size, purpose in pictures
        ],
        "shortcuts": [{"name": "Declare an incident", "url": "/declare"}, {"name": "On call", "url": "/oncall"}],
    }


@get("/service-worker.js")
async def serve_worker(assets: GivenAssets) -> Response[bytes]:
    """Its address stays the same, so that a browser finds the newer one: it asks each time."""
    worker = assets.get("service-worker.js")
    return Response(worker.content, media_type=worker.media_type, headers={"Cache-Control": "no-cache"})


@get("/offline")
async def show_offline(guest: GivenGuest, pages: GivenPages) -> Response[str]:
    """What the service worker keeps for the time without a connection."""
    return pages.page("problems/offline.html", guest)
