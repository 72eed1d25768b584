"""Certificates for a TLS endpoint on loopback, created for each run with the openssl command.

The chain has three 2048-bit RSA keys, as the chains of AWS endpoints do, because the cost of a handshake depends on it.
"""

import ssl
import subprocess
from pathlib import Path

HOST = "localhost"
CONFIGURATION = "[req]\ndistinguished_name = name\n[name]\n"
AUTHORITY = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"]
SERVER = ["basicConstraints=critical,CA:FALSE", "extendedKeyUsage=serverAuth", f"subjectAltName=DNS:{HOST}"]


class Certificates:
    """The files of a chain. Clients must trust `root`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "openssl.cnf").write_text(CONFIGURATION, encoding="ascii")
        self.root = self._issue("root", AUTHORITY, None)
        intermediate = self._issue("intermediate", AUTHORITY, "root")
        server = self._issue("server", SERVER, "intermediate")
        self._chain = folder / "chain.pem"
        self._chain.write_text(server.read_text() + intermediate.read_text(), encoding="ascii")

    def context(self) -> ssl.SSLContext:
        """Returns the context of a server: TLS 1.2 or 1.3, and HTTP/1.1, as DynamoDB uses."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._chain, self._folder / "server.key")
        context.set_alpn_protocols(["http/1.1"])
        return context

    def _issue(self, name: str, extensions: list[str], issuer: str | None) -> Path:
        certificate = self._folder / f"{name}.pem"
        command = ["openssl", "req", "-x509", "-config", "openssl.cnf", "-newkey", "rsa:2048", "-nodes"]
        command += ["-days", "2", "-subj", f"/CN={HOST if name == 'server' else name}"]
        command += ["-keyout", f"{name}.key", "-out", certificate.name]
        for extension in extensions:
            command += ["-addext", extension]
        if issuer is not None:
            command += ["-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key"]
        subprocess.run(command, cwd=self._folder, check=True, capture_output=True)
        return certificate
