"""A picture of a page as a small PNG: a palette of at most 256 colours instead of three bytes for each point.

The browser that took the picture reads it, too: its canvas gives the points, so that no library of pictures is needed.
"""

import base64
import struct
import zlib
from pathlib import Path

from playwright.async_api import Page

_TO_PALETTE = """async (picture) => {
    const bitmap = await createImageBitmap(await (await fetch("data:image/png;base64," + picture)).blob());
    const { width, height } = bitmap;
    const canvas = new OffscreenCanvas(width, height).getContext("2d");
    canvas.drawImage(bitmap, 0, 0);
    const points = new Uint32Array(canvas.getImageData(0, 0, width, height).data.buffer);
    const counts = new Map();
    for (const point of points) counts.set(point, (counts.get(point) ?? 0) + 1);
    const colours = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one) || one - other);
    const far = (one, other) => Math.max(
        Math.abs((one & 255) - (other & 255)),
        Math.abs((one >> 8 & 255) - (other >> 8 & 255)),
        Math.abs((one >> 16 & 255) - (other >> 16 & 255)),
    );
    // The closest step at which the colours that stand for the others are few enough; the commonest come first.
    for (let step = 0; ; step++) {
        const palette = [], place = new Map();
        for (const colour of colours) {
            let index = palette.findIndex(each => far(each, colour) <= step);
            if (index < 0) index = palette.push(colour) - 1;
            if (palette.length > 256) break;
            place.set(colour, index);
        }
        if (palette.length > 256) continue;
        const indexes = Uint8Array.from(points, point => place.get(point));
        let text = "";
        for (let at = 0; at < indexes.length; at += 8192)
            text += String.fromCharCode(...indexes.subarray(at, at + 8192));
        return [width, height, palette.map(each => [each & 255, each >> 8 & 255, each >> 16 & 255]), btoa(text)];
    }
}"""


async def take_picture(page: Page, squeezer: Page, path: Path, *, whole: bool = False) -> None:
    """`squeezer` is another page of the same browser, an empty one; `whole` is to the end of the page."""
    taken = await page.screenshot(full_page=whole)
    width, height, palette, points = await squeezer.evaluate(_TO_PALETTE, base64.b64encode(taken).decode())
    _write(path, png_of(width, height, palette, base64.b64decode(points)))


def _write(path: Path, picture: bytes) -> None:
    path.write_bytes(picture)


def png_of(width: int, height: int, palette: list[list[int]], points: bytes) -> bytes:
    """`points` are places in the palette, row by row from the top (RFC 2083)."""
    rows = b"".join(b"\0" + points[row * width : (row + 1) * width] for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    colours = b"".join(bytes(colour) for colour in palette)
    chunks = ((b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
