"""An HTTPS server that is not of our making: Python's own, in threads, with a certificate of a test's own authority."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Behaviour = Callable[[BaseHTTPRequestHandler], None]


class Authority:
    """Signs certificates for this computer; `trusting` is what a client that knows it has."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of a test")])
        self._own = self._signed(self._key, self._name, x509.BasicConstraints(ca=True, path_length=0))

    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=_pem(self._own).decode())

    def serving(self, *hosts: str) -> ssl.SSLContext:
        """With a certificate for *hosts*."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])
        names = x509.SubjectAlternativeName([_general(host) for host in hosts])
        signed = self._signed(key, name, names)
        file = self._folder / f"{hosts[0]}.pem"
        file.write_bytes(_pem(signed) + _pem_of_key(key))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _signed(self, key: Any, name: x509.Name, extension: Any) -> x509.Certificate:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_of_key(key: Any) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))


class WebServer:
    """
    Serves `body` at every path, with an ETag; `next` is what the requests after this one meet first.

    `asked` are the paths that were asked, `answered` the statuses that were given.
    """

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.kind = "application/rss+xml"
        self.next: list[Behaviour] = []
        self.asked: list[str] = []
        self.answered: list[int] = []
        self.url = ""

    @contextmanager
    def running(self, tls: ssl.SSLContext | None, *, host: str = "localhost") -> Iterator[WebServer]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web._answer(self)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                web.answered.append(int(code))

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """Clients that hang up, and those that do not trust us, are expected here."""

            def finish_request(self, request: Any, address: Any) -> None:
                """In the thread of the request: a client that stops halfway its greeting holds up nobody else."""
                secured = tls.wrap_socket(request, server_side=True) if tls else request
                super().finish_request(secured, address)
                secured.close()

        server = Server(("127.0.0.1", 0), Handler)
        self.url = f"{'https' if tls else 'http'}://{host}:{server.server_address[1]}/feed"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(handler.path)
        if self.next:
            self.next.pop(0)(handler)
            return
        etag = f'"{hash(self.body)}"'
        fresh = handler.headers.get("If-None-Match") == etag
        body = b"" if fresh else self.body
        respond(handler, 304 if fresh else 200, body, kind=self.kind, ETag=etag)


def respond(
    handler: BaseHTTPRequestHandler, status: int, body: bytes = b"", *, kind: str = "text/html", **headers: str
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    if status != 304:
        handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
