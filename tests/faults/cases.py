"""Everything a server can do wrong, as bytes on the line. Each case ends in items or in a reason."""

from __future__ import annotations

import gzip
import json
import socket
import socketserver
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import brotli

Raw = bytes | Callable[[socket.socket, str], None]
MIB = 1024 * 1024
ITEM = "<item><guid>{n}</guid><title>Bericht {n}</title><description>{text}</description></item>"


def answer(body: bytes, kind: str = "application/rss+xml; charset=utf-8", **headers: str) -> bytes:
    """A whole response; underscores in names of headers are dashes."""
    head = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"}
    head |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode("latin-1") + body


def feed(
    *texts: str, before: str = "", head: str = "<?xml version='1.0' encoding='utf-8'?>"
) -> str:
    items = "".join(ITEM.format(n=n, text=text) for n, text in enumerate(texts))
    return f"{head}{before}<rss version='2.0'><channel><title>Bode</title>{items}</channel></rss>"


GOOD = feed("Komt er opvang in Rietmeer?", "De markt is zaterdag.")


def redirect(target: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()


def entities(depth: int, wide: int) -> str:
    """Entities of entities: a thousand million laughs in a kilobyte."""
    lines = "".join(
        f"<!ENTITY l{n} '{''.join(f'&l{n - 1};' for _ in range(wide))}'>" for n in range(1, depth)
    )
    return f"<!DOCTYPE rss [<!ENTITY l0 'lach'>{lines}]>"


def zstd_like() -> bytes:
    return b"\x28\xb5\x2f\xfd" + b"\x00" * 100


def _drip_head(line: socket.socket, _place: str) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n" * 100:
        line.sendall(bytes([byte]))
        time.sleep(0.1)


def _drip_body(line: socket.socket, _place: str) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
    for byte in GOOD.encode() * 100:
        line.sendall(bytes([byte]))
        time.sleep(0.1)


def _endless(line: socket.socket, _place: str) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + GOOD.encode())
    while True:
        line.sendall(b" " * MIB)


def _silence(line: socket.socket, _place: str) -> None:
    time.sleep(60)


def _turning(line: socket.socket, place: str) -> None:
    line.sendall(redirect(f"http://{place}/draaien"))


def nested(times: int, tag: str = "b") -> str:
    return f"<{tag}>" * times + "opvang" + f"</{tag}>" * times


def json_feed(items: list[dict[str, object]]) -> bytes:
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "B", "items": items}
    ).encode()


def cases() -> dict[str, tuple[str, Raw, str]]:
    """path → (Dutch name, what goes over the line, the outcome that must follow)."""
    plain = GOOD.encode()
    many = feed(*(f"Bericht nummer {n} over de opvang" for n in range(20_000))).encode()
    attributes = " ".join(f"a{n}='1'" for n in range(200_000))
    escaped = nested(5000).replace("<", "&lt;").replace(">", "&gt;")
    json_kind = "application/feed+json"
    return {
        "/gzip-bom": ("gzip-bom van 1 GiB", answer(gzip.compress(b"\0" * 16 * MIB) * 64, Content_Encoding="gzip"), "too-large"),
        "/brotli-bom": ("brotli-bom van 512 MiB", answer(brotli.compress(b"\0" * 512 * MIB, quality=1), Content_Encoding="br"), "too-large"),
        "/deflate-bom": ("deflate-bom van 256 MiB", answer(zlib.compress(b"\0" * 256 * MIB), Content_Encoding="deflate"), "too-large"),
        "/zstd": ("zstd, waar niet om gevraagd was", answer(zstd_like(), Content_Encoding="zstd"), "encoding"),
        "/dubbel": ("twee keer ingepakt", answer(gzip.compress(gzip.compress(plain)), Content_Encoding="gzip, gzip"), "encoding"),
        "/gzip-half": ("gzip die halverwege ophoudt", answer(gzip.compress(plain)[:-20], Content_Encoding="gzip"), "connect|encoding"),
        "/geen-gzip": ("zegt gzip, is het niet", answer(plain, Content_Encoding="gzip"), "encoding"),
        "/lachen": ("XML-bom (billion laughs)", answer(feed("&l9;", before=entities(10, 10)).encode()), "ok|unreadable"),
        "/kwadraat": ("XML-bom (kwadratisch)", answer(feed("&l1;" * 20_000, before=f"<!DOCTYPE rss [<!ENTITY l1 '{'a' * 50_000}'>]>").encode()), "ok"),
        "/extern": ("XML met een externe entiteit", answer(feed("&x;", "Gewoon bericht", before="<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>").encode()), "ok"),
        "/druppel-kop": ("kop die druppelt", _drip_head, "timeout"),
        "/druppel": ("antwoord dat druppelt", _drip_body, "timeout"),
        "/stil": ("verbinding zonder antwoord", _silence, "timeout"),
        "/eindeloos": ("antwoord zonder einde", _endless, "too-large"),
        "/groot": ("antwoord van 20 MiB", answer(plain + b" " * 20 * MIB), "too-large"),
        "/draaien": ("eindeloos doorverwijzen", _turning, "redirect-loop"),
        "/naar-binnen": ("doorverwijzen naar een besloten adres", redirect("http://169.254.169.254/latest/meta-data/"), "address-refused"),
        "/naar-bestand": ("doorverwijzen naar een bestand", redirect("file:///etc/passwd"), "address-refused"),
        "/naar-besloten": ("doorverwijzen naar een besloten groep", redirect("https://www.facebook.com/groups/1"), "private-refused"),
        "/attributen": ("een element met 200.000 attributen", answer(f"<rss version='2.0'><channel {attributes}><item><guid>1</guid><title>x</title></item></channel></rss>".encode()), "parse-budget|ok|unreadable"),
        "/diep-xml": ("5.000 elementen in elkaar", answer(feed(nested(5000)).encode()), "ok|unreadable|parse-budget"),
        "/diep-html": ("5.000 HTML-elementen in een bericht", answer(feed(escaped).encode()), "ok|unreadable|parse-budget"),
        "/veel": ("20.000 berichten", answer(many), "ok|parse-budget"),
        "/nul": ("NUL-tekens", answer(feed("opvang\x00in Rietmeer").encode()), "ok|unreadable"),
        "/stuur": ("stuurtekens", answer(feed("opvang\x01\x08\x1f in Rietmeer").encode()), "ok"),
        "/verkeerd-label": ("zegt UTF-8, is windows-1252", answer(feed("café België opvang").encode("cp1252")), "ok"),
        "/utf16": ("UTF-16 met merk", answer(feed("opvang é", head="<?xml version='1.0' encoding='utf-16'?>").encode("utf-16"), "application/xml"), "ok"),
        "/half": ("XML die halverwege ophoudt", answer(plain[: len(plain) * 2 // 3]), "ok"),
        "/te-kort": ("korter dan beloofd", answer(plain, Content_Length=str(len(plain) + 999)), "connect|timeout"),
        "/leeg": ("leeg antwoord", answer(b""), "not-a-feed"),
        "/pagina": ("een webpagina", answer(b"<!doctype html><title>x</title><p>Geen feed", "text/html"), "not-a-feed"),
        "/rommel": ("willekeurige bytes", answer(bytes(range(256)) * 200, "application/octet-stream"), "not-a-feed|unreadable"),
        "/json-diep": ("JSON van 100.000 lagen", answer(b"[" * 100_000, json_kind), "unreadable|not-a-feed"),
        "/json-half": ("JSON die halverwege ophoudt", answer(json_feed([{"id": "1", "content_text": "a"}])[:-4], json_kind), "unreadable"),
        "/json-soorten": ("JSON Feed met verkeerde soorten", answer(json_feed([{"id": {}, "content_text": 3, "authors": 4}, {"id": "2", "content_text": "\ud800 half teken", "url": "http://[kapot"}]), json_kind), "ok"),
        "/kop-groot": ("een kop van 200 kB", answer(plain, X_Lang="a" * 200_000), "connect|ok|timeout"),
        "/kop-vreemd": ("koppen in een vreemde taal", answer(plain, ETag='"\xe9\xff"', Cache_Control="max-age=9999999999999"), "ok"),
        "/status": ("een status die niet bestaat", b"HTTP/1.1 999 Huh\r\nContent-Length: 0\r\n\r\n", "server-error|connect"),
        "/geen-http": ("geen HTTP", b"220 mail.example ESMTP\r\n", "connect"),
        "/dichtgegooid": ("verbinding meteen dicht", b"", "connect"),
        "/datum": ("datums die niet bestaan", answer(feed("opvang").replace("</item>", "<pubDate>Mon, 99 Foo 99999 99:99:99 XST</pubDate></item>").encode()), "ok"),
        "/toekomst": ("datum in het jaar 2199", answer(feed("opvang").replace("</item>", "<pubDate>Thu, 01 Jan 2199 00:00:00 GMT</pubDate></item>").encode()), "ok"),
        "/kreten": ("een bericht van een miljoen uitroeptekens", answer(feed("!" * 1_000_000).encode()), "ok"),
        "/zelfde-id": ("alle berichten met een kenmerk", answer("".join(feed(*(["a", "b", "c", "d", "e"])).replace(f"<guid>{n}</guid>", "<guid>1</guid>") for n in (4,)).encode()), "ok"),
        "/leeg-kanaal": ("een feed zonder berichten", answer(feed().encode()), "empty"),
    }  # fmt: skip


@contextmanager
def bad_server() -> Iterator[str]:
    """A server that says exactly these bytes; gives its host and port."""
    table = {path: raw for path, (_, raw, _) in cases().items()}

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                head = self.request.recv(65_536).decode("latin-1")
                path = head.split(" ")[1] if head.count(" ") > 1 else "/"
                if path == "/robots.txt":
                    self.request.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                    return
                raw = table.get(path) or (answer(GOOD.encode()) if path == "/goed" else b"")
                if callable(raw):
                    raw(self.request, place)
                else:
                    self.request.sendall(raw)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        place = f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield place
        server.shutdown()
