"""An https endpoint that cannot prove who it is hears nothing."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.asker import Asker

from prometheus_morpheus.client.errors import NotProven, NotReached

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl, to make a certificate")


class Listener:
    """A TLS server that nobody vouches for; ``heard`` is what got through."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._socket.getsockname()[1]}"
        self.heard = b""
        self.connections = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            try:
                with self._context.wrap_socket(connection, server_side=True) as secured:
                    self.heard += secured.recv(1000)
            except OSError:
                connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    wanted = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", *wanted.split(), *names], check=True, capture_output=True, timeout=60)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    found = Listener(context)
    yield found
    found.close()


def test_a_certificate_nobody_vouches_for_is_refused_at_once(listener: Listener) -> None:
    ask = Asker(listener.url)
    with pytest.raises(NotProven) as caught:
        ask(lambda node: node.tip())
    assert caught.value.code == "LEDGER-CERTIFICATE"
    assert (listener.connections, listener.heard, ask.pauses) == (1, b"", [])


def test_a_transaction_is_not_said_to_it_either(listener: Listener) -> None:
    with pytest.raises(NotReached):
        Asker(listener.url)(lambda node: node.post([{"id": "ab" * 32}]))
    assert listener.heard == b""


def test_the_same_server_is_heard_by_who_vouches_for_it(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    trusting = ssl.create_default_context()
    port = int(listener.url.rpartition(":")[2])
    with trusting.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="127.0.0.1") as secured:
        secured.sendall(b"hello")
        assert secured.recv(10) == b""
    assert listener.heard == b"hello"
