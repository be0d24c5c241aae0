"""The pages' own files: styles, script, icon, and what a phone needs to put Tocsin on its home screen."""

from typing import Any

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Response

from tocsin.surfaces.web.given import GivenAssets
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
    """What a phone needs to put Tocsin on its home screen."""
    return {
        "name": "Tocsin",
        "short_name": "Tocsin",
        "start_url": "/",
        "display": "standalone",
        "background_color": "#fcfcfc",
        "theme_color": "#fcfcfc",
        "icons": [{"src": assets.url("favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
