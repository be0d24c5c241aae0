"""What a file is, and what it may be called (SEC-7)."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.incidents.file_types import MAX_NAME, FileType, read_type, safe_name
from tocsin.kernel.errors import Invalid
from tocsin.kernel.sizes import size_words

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PNG, "graph.png", "image/png"),
        (PNG, "graph.html", "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(9), "a.jpg", "image/jpeg"),
        (b"GIF89a" + bytes(9), "a.gif", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a.webp", "image/webp"),
        (b"%PDF-1.7\n%\xe2\xe3", "a.pdf", "application/pdf"),
        (gzip.compress(b"x", mtime=0), "a.log.gz", "application/gzip"),
        (b"a,b\n1,2\n", "a.CSV", "text/csv"),
        (b'{"a": 1}', "a.json", "application/json"),
        (b"{a: 1}", "a.json", "text/plain"),
        ("\ufeffZeile für Zeile\r\n\tund \x1b[31mrot".encode(), "app.log", "text/plain"),
        (HTML, "page.html", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg", "text/plain"),
    ],
)
def test_the_content_says_what_it_is(content: bytes, name: str, media_type: str) -> None:
    assert read_type(content, name).media_type == media_type


def test_json_that_is_nested_without_end_is_text() -> None:
    assert read_type(b"[" * 200_000, "deep.json").media_type == "text/plain"


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90\x00\x03", b"\x7fELF\x02", b"PK\x03\x04\x14\x00\x00", b"text\x00text", b"\xff\xfea\x00", b"\x89PNG"],
)
def test_every_other_type_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read_type(content, "graph.png")
    assert refused.value.field == "file"
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("name", "media_type", "safe"),
    [
        ("graph.png", "image/png", "graph.png"),
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\logs\\app.log", "text/plain", "app.log"),
        ("page.html", "text/plain", "page.html.txt"),
        ("a.svg", "text/plain", "a.svg.txt"),
        ("réseau (2).CSV", "text/csv", "réseau (2).CSV"),
        ('a"\r\nSet-Cookie: x=1;.png', "image/png", "a_ Set-Cookie_ x=1_.png".replace("=", "_")),
        ("\u202egnp.exe", "image/png", "gnp.exe.png"),
        (".png", "image/png", "png.png"),
        ("", "application/json", "file.json"),
    ],
)
def test_a_name_is_safe_and_ends_as_its_content_does(name: str, media_type: str, safe: str) -> None:
    assert safe_name(name, FileType(media_type)) == safe


@given(st.text(), st.sampled_from(["image/png", "image/jpeg", "text/plain", "application/gzip"]))
def test_no_name_is_a_path_a_header_or_too_long(name: str, media_type: str) -> None:
    safe = safe_name(name, FileType(media_type))
    assert 0 < len(safe) <= MAX_NAME
    assert not set(safe) & set("/\\\"';<>&%\r\n\0")
    assert not safe.startswith(".")
    assert "." in safe


def test_sizes_are_read_by_people() -> None:
    assert [size_words(n) for n in (1, 999, 1_000, 12_400, 999_499, 999_500, 10_000_000)] == [
        "1 B",
        "999 B",
        "1 kB",
        "12 kB",
        "999 kB",
        "1 MB",
        "10 MB",
    ]
