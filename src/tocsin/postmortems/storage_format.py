"""Cleaned HTML (`kernel.markdown`) as the storage format of Confluence: XHTML with macros. Pure.

Every element is written anew, from a known list: nothing that somebody wrote is markup there. Blocks are put together
from the inside out; what stands within a line is written as it comes, however deep it is nested.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from tocsin.kernel.charts import Chart, headings, rows

LONG_TABLE, LONG_CODE = 20, 30
"""Rows and lines; longer ones are folded up."""

_QUESTION = "<strong>Question:</strong>"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no place for."""
_LANGUAGES = {
    **{name: name for name in ("bash", "css", "diff", "java", "perl", "php", "powershell", "python", "ruby", "sql")},
    "sh": "bash",
    "shell": "bash",
    "console": "bash",
    "py": "python",
    "javascript": "js",
    "js": "js",
    "xml": "xml",
    "html": "xml",
    "yaml": "yml",
    "yml": "yml",
    "c": "cpp",
    "cpp": "cpp",
    "scala": "scala",
}
"""As people name them in Markdown, and as the code macro does; another is shown without colours."""
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_BLOCKS = _HEADINGS | {"p", "ul", "ol", "li", "blockquote", "pre", "table", "tr", "th", "td"}
_INLINE = {"em": "em", "strong": "strong", "s": "del", "code": "code"}
_EMPTY = {"br": "<br/>", "hr": "<hr/>"}


def storage_format(html: str, charts: Mapping[str, Chart]) -> str:
    """`html` in storage format. `charts` by the address of their image: each becomes its words, and below them its
    figures as a table that is folded up."""
    writer = _Writer(charts)
    writer.feed(html.replace(_QUESTION, "<question></question>"))
    writer.close()
    return writer.root.content.strip()


def macro(name: str, body: str = "", /, **parameters: str) -> str:
    """`body` is storage format itself, `parameters` are plain texts."""
    given = "".join(parameter(key, value) for key, value in parameters.items())
    return f'<ac:structured-macro ac:name="{name}">{given}{body}</ac:structured-macro>'


def parameter(name: str, value: str) -> str:
    return f'<ac:parameter ac:name="{name}">{plain(value)}</ac:parameter>'


def rich(body: str) -> str:
    """Storage format as what a macro holds."""
    return f"<ac:rich-text-body>{body}</ac:rich-text-body>"


def plain(words: str) -> str:
    """Words as they stand in XML, within an element or an attribute."""
    return escape(_NO_XML.sub("\ufffd", words))


@dataclass
class _Block:
    """One that is not closed yet: what is in it so far, and what is to stand below the line that it is."""

    tag: str
    attributes: Mapping[str, str]
    pieces: list[str] = field(default_factory=list[str])
    below: list[str] = field(default_factory=list[str])

    @property
    def content(self) -> str:
        return "".join(self.pieces)


class _Writer(HTMLParser):
    """`root` holds what is written."""

    def __init__(self, charts: Mapping[str, Chart]) -> None:
        super().__init__(convert_charrefs=True)
        self._charts = charts
        self.root = _Block("", {})
        self._open = [self.root]
        self._link_end = ""
        self._language = ""
        self._heading = ""
        self._rows = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self._open_block(_Block(tag, given))
        elif tag == "a":
            begin, self._link_end = _link(given.get("href", ""))
            self._put(begin)
        elif tag == "img":
            self._put(self._image(given))
        elif tag == "code" and self._here.tag == "pre":
            self._language = given.get("class", "").removeprefix("language-").lower()
        elif tag == "question":
            self._put(macro("status", colour="Yellow", title="Question"))
        else:
            self._put(_EMPTY.get(tag) or (f"<{_INLINE[tag]}>" if tag in _INLINE else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._close_block()
        elif tag == "a":
            self._put(self._link_end)
            self._link_end = ""
        elif tag in _INLINE and self._here.tag != "pre":
            self._put(f"</{_INLINE[tag]}>")

    def handle_data(self, data: str) -> None:
        if self._here.tag in _HEADINGS:
            self._heading += data
        self._put(data if self._here.tag == "pre" else plain(data))

    @property
    def _here(self) -> _Block:
        return self._open[-1]

    def _put(self, piece: str) -> None:
        self._here.pieces.append(piece)

    def _open_block(self, block: _Block) -> None:
        self._open.append(block)
        if block.tag in _HEADINGS:
            self._heading = ""
        self._rows = 0 if block.tag == "table" else self._rows + (block.tag == "tr")

    def _close_block(self) -> None:
        done = self._open.pop()
        below = "".join(done.below)
        if done.tag == "pre":
            self._put(_code(done.content, self._language))
            self._language = ""
        elif done.tag == "table":
            self._put(_folded(done.content, self._heading.strip() or "Table", self._rows))
        elif done.tag == "p" or done.tag in _HEADINGS:
            self._put(f"<{done.tag}>{_anchor(done)}{done.content}</{done.tag}>{below}")
        else:
            self._put(f"<{done.tag}{_kept(done)}>{done.content}{below}</{done.tag}>")

    def _image(self, given: Mapping[str, str]) -> str:
        """Its words; what it shows is below the line, or behind a link, since Confluence cannot sign in with us."""
        source, words = given.get("src", ""), plain(given.get("alt") or "Picture")
        chart = self._charts.get(source)
        if chart is not None:
            self._here.below.append(_figures(chart))
            return words
        return words if self._link_end else f'<a href="{plain(source)}">{words}</a>'


def _link(address: str) -> tuple[str, str]:
    """What begins a link, and what ends it."""
    if address.startswith("#"):
        return f'<ac:link ac:anchor="{plain(address[1:])}"><ac:link-body>', "</ac:link-body></ac:link>"
    return f'<a href="{plain(address)}">', "</a>"


def _anchor(block: _Block) -> str:
    name = block.attributes.get("id", "")
    return macro("anchor", parameter("", name)) if name else ""


def _kept(block: _Block) -> str:
    """The attributes that a block keeps: where a list begins to count, on which side a cell stands."""
    start, side = block.attributes.get("start", ""), block.attributes.get("data-align", "")
    if block.tag == "ol" and start.isascii() and start.isdigit():
        return f' start="{start}"'
    return f' style="text-align: {side};"' if side in ("left", "right", "center") else ""


def _code(code: str, language: str) -> str:
    """CDATA ends with the first `]]>`, so that one is taken apart."""
    lines = code.rstrip("\n")
    held = _NO_XML.sub("\ufffd", lines).replace("]]>", "]]]]><![CDATA[>")
    given = {"language": _LANGUAGES[language]} if language in _LANGUAGES else {}
    folded = {"collapse": "true"} if lines.count("\n") >= LONG_CODE else {}
    return macro("code", f"<ac:plain-text-body><![CDATA[{held}]]></ac:plain-text-body>", **given, **folded)


def _folded(table_rows: str, title: str, count: int) -> str:
    """A table, behind its title where it is long."""
    table = f"<table><tbody>{table_rows.strip()}</tbody></table>"
    return macro("expand", rich(table), title=f"{title} ({count} rows)") if count > LONG_TABLE else table


def _figures(chart: Chart) -> str:
    head = "".join(f"<th>{plain(each)}</th>" for each in ("", *headings(chart)))
    lines = (
        f"<tr><th>{plain(row.label)}</th>{''.join(f'<td>{plain(value)}</td>' for value in row.values)}</tr>"
        for row in rows(chart)
    )
    table = f"<table><tbody><tr>{head}</tr>{''.join(lines)}</tbody></table>"
    return macro("expand", rich(table), title=f"Figures: {chart.title}")
