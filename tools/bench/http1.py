"""A small HTTP/1.1 server on 127.0.0.1, with keep-alive, bodies of known length, and a thread per connection."""

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO


@dataclass(frozen=True)
class Request:
    """A request. The names of its headers are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Response:
    """A response."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Server:
    """Answers requests until it is closed. `connections` counts the accepted connections."""

    def __init__(self, answer: Callable[[Request], Response], tls: ssl.SSLContext | None = None) -> None:
        self._answer = answer
        self._tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._socket.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stops accepting connections."""
        # Closing alone does not wake the thread that waits for a connection.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as stream:
                while (request := read(stream)) is not None:
                    connection.sendall(encode(self._answer(request)))
        except OSError:
            # The function was stopped, as every function is at the end.
            return


def read(stream: BinaryIO) -> Request | None:
    """Reads the next request of a connection, if there is one."""
    line = stream.readline()
    if not line:
        return None
    method, path, _ = line.decode("ascii").split(" ")
    headers = {}
    while (line := stream.readline().strip()) != b"":
        name, _, value = line.decode("utf-8").partition(":")
        headers[name.lower()] = value.strip()
    if "transfer-encoding" in headers:
        raise ValueError(f"{method} {path}: chunked bodies are not supported")
    return Request(method, path, headers, stream.read(int(headers.get("content-length", "0"))))


def encode(response: Response) -> bytes:
    """Encodes a response."""
    lines = [f"HTTP/1.1 {response.status} -", f"content-length: {len(response.body)}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("utf-8") + response.body
