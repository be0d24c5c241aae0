"""Markdown from people made into HTML that is safe to show: CommonMark with tables, no HTML of the writer's own.

What the renderer lets through is cleaned once more by a list of what is allowed (SEC-7). Headings get anchors, so that
a table of contents, a comment or a link can point at them. Where images come from elsewhere a link stands in their
place: nobody's visit is told to another site. The parser reads so many marks and no more, so that a hostile text costs
little time; the rest stands as it was typed.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from itertools import islice

import msgspec
import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("em", "strong", "s", "a", "img", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {
    **{f"h{level}": {"id"} for level in range(1, 7)},
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "code": {"class"},
    "th": {"data-align"},
    "td": {"data-align"},
}
_SCHEMES = {"http", "https", "mailto"}
_ALIGNED = re.compile(r"text-align:\s*(left|right|center)")
_NO_WORD = re.compile(r"[^\w]+")
_DEEPEST = 6

MOST_MARKS = 30_000
"""Of what may mean something to the parser: each costs it ten to twenty microseconds, plain words next to nothing."""
_MARK = re.compile(r"[!#&()*+.:<=>\[\\\]^_`{|}~\n-]")

_MOST_ADDRESSES = 2_000_000
"""Characters of addresses and titles in one text: thousands of links may mean a long one that is defined once."""


class Heading(msgspec.Struct, frozen=True):
    """`level` 1 to 6; `anchor` is its id in the page, unique there."""

    level: int
    text: str
    anchor: str


class Document(msgspec.Struct, frozen=True):
    """`html` may stand in a page as it is; `headings` in their order."""

    html: str
    headings: tuple[Heading, ...]


def render(text: str, *, prefix: str = "", shift: int = 0, base: str = "") -> Document:
    """`prefix` stands in front of every anchor and of what links to one, `base` in front of every address that begins
    with a slash, for what is read outside of this installation; each heading goes `shift` levels down.
    """
    renderer = _renderer()
    shown, rest = _divided(text)
    tokens = renderer.parse(shown)
    _drop_excess_addresses(tokens)
    headings = tuple(_with_anchors(tokens, prefix, shift))
    for token in tokens:
        _align(token)
        token.children = [each for child in token.children or () for each in _pointed(child, prefix, base)]
    raw: str = renderer.renderer.render(tokens, renderer.options, {})
    return Document(_cleaned(raw + _as_typed(rest)), headings)


def spell_out(text: str) -> str:
    """The words of a line of Markdown without its marks: for a title, an outline or a message of plain text."""
    return "".join(_words(_renderer().parseInline(text))).strip()


@cache
def _renderer() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def _divided(text: str) -> tuple[str, str]:
    """What is shown as it is meant, and what follows it; between two lines, where there are lines."""
    beyond = next(islice(_MARK.finditer(text), MOST_MARKS, None), None)
    if beyond is None:
        return text, ""
    at = text.rfind("\n", 0, beyond.start()) + 1 or beyond.start()
    return text[:at], text[at:]


def _as_typed(rest: str) -> str:
    if not rest:
        return ""
    said = (
        f"The rest stands here as it was typed: the text has more than {MOST_MARKS:,} marks. Divide it to see it whole."
    )
    return f"<p><em>{said}</em></p>\n<pre>{escape(rest)}</pre>\n"


def _drop_excess_addresses(tokens: list[Token]) -> None:
    """The words of these links stay."""
    spent = 0
    for token in tokens:
        for child in token.children or ():
            spent += sum(len(str(value)) for value in child.attrs.values())
            if spent > _MOST_ADDRESSES:
                child.attrs = {}


def _with_anchors(tokens: list[Token], prefix: str, shift: int) -> Iterator[Heading]:
    taken: dict[str, int] = {}
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type != "heading_open":
            continue
        level = min(int(opening.tag[1:]) + shift, _DEEPEST)
        opening.tag = closing.tag = f"h{level}"
        words = "".join(_words([inline])).strip()
        anchor = _free(prefix + slug(words), taken)
        opening.attrSet("id", anchor)
        yield Heading(level, words, anchor)


def slug(words: str) -> str:
    """ "Five whys?" → "five-whys"; what has no word in it is a "part"."""
    plain = unicodedata.normalize("NFKC", words).casefold()
    return _NO_WORD.sub("-", plain).strip("-") or "part"


def _free(anchor: str, taken: dict[str, int]) -> str:
    """`taken`: anchor → the number of the latest that would have been called so."""
    free, n = anchor, taken.get(anchor, 1)
    while free in taken:
        n += 1
        free = f"{anchor}-{n}"
    taken[anchor] = n
    taken.setdefault(free, 1)
    return free


def _words(tokens: Iterable[Token]) -> Iterator[str]:
    """An image says its own words, which are its children."""
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.children:
            yield from _words(token.children)
        else:
            yield token.content


def _align(token: Token) -> None:
    """The side of a cell is no style of its own, which a page of ours would not follow."""
    if token.type in ("th_open", "td_open"):
        side = _ALIGNED.search(str(token.attrs.pop("style", "")))
        if side is not None:
            token.attrSet("data-align", side[1])


def _pointed(token: Token, prefix: str, base: str) -> Iterator[Token]:
    """With the address that the reader needs; an image of others becomes a link."""
    if token.type == "link_open" and token.attrs:
        token.attrSet("href", _address(str(token.attrGet("href")), prefix, base))
    if token.type != "image":
        yield token
        return
    source = str(token.attrGet("src") or "")
    if _is_ours(source):
        token.attrSet("src", base + source)
        yield token
        return
    words = "".join(_words(token.children or ())) or "Image"
    yield Token("link_open", "a", 1, attrs={"href": source})
    yield Token("text", "", 0, content=f"{words} (image elsewhere)")
    yield Token("link_close", "a", -1)


def _address(address: str, prefix: str, base: str) -> str:
    if address.startswith("#"):
        return f"#{prefix}{address[1:]}"
    return base + address if _is_ours(address) else address


def _is_ours(address: str) -> bool:
    return address.startswith("/") and not address.startswith("//")


def _cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )
