"""What the chats share that speak Markdown, each in its own dialect: text without mentions and masked links, and links
in place of buttons. Pure.
"""

import re

from tocsin.integrations.channels.chat import Escape, Post, fitted

BREAK = "\u200b"
"""A space without width: it stands where a chat would else read a mention or a link into strangers' text."""


def unbracketed(text: str) -> str:
    """Without what makes `[words](address)` a link: its words could name another address."""
    return re.sub(r"\](?=[(\[:])", f"]{BREAK}", text)


def without_mentions(text: str) -> str:
    """`@everyone` is no mention when nothing follows its `@` at once."""
    return text.replace("@", f"@{BREAK}")


def body(post: Post, markdown: Escape, *, limit: int, why_limit: int) -> str:
    """All but the headline and the facts. A button that is pressed would need a program that the chat may call, or an
    application of one's own there: links it is.
    """
    links = " · ".join(f"**[{markdown(label)}]({url})**" for label, url in post.buttons)
    parts = (fitted(post.text, limit, markdown), fitted(post.why_you, why_limit, markdown), links)
    return "\n\n".join(part for part in parts if part)
