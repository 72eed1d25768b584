"""Stubs of DynamoDB, Secrets Manager, the socket gateway and SES, each behind its own TLS endpoint.

They answer the calls that the functions make for this benchmark, from given rows, and store nothing.
"""

import collections
import json
import ssl
from typing import Any

from certificates import HOST
from http1 import Request, Response, Server

Item = dict[str, Any]
SENT = b"<SendEmailResponse><SendEmailResult><MessageId>1</MessageId></SendEmailResult></SendEmailResponse>"


class Services:
    """The endpoints, with counters of calls and connections."""

    def __init__(self, tls: ssl.SSLContext, rows: list[Item], secret: tuple[str, str]) -> None:
        self._rows = {(row["pk"]["S"], row["sk"]["S"]): row for row in rows}
        self._secret_version, self._secret = secret
        self.calls: collections.Counter[str] = collections.Counter()
        self._servers = {
            "DYNAMODB": Server(self._table, tls),
            "SECRETS_MANAGER": Server(self._secrets, tls),
            "APIGATEWAYMANAGEMENTAPI": Server(self._sockets, tls),
            "SES": Server(self._mail, tls),
        }

    def variables(self) -> dict[str, str]:
        """Returns the standard environment variables that name the endpoints."""
        return {
            f"AWS_ENDPOINT_URL_{name}": f"https://{HOST}:{server.port}"
            for name, server in self._servers.items()
        }

    def connections(self) -> int:
        """Returns how many connections were opened so far."""
        return sum(server.connections for server in self._servers.values())

    def close(self) -> None:
        """Stops accepting connections."""
        for server in self._servers.values():
            server.close()

    def _table(self, request: Request) -> Response:
        operation = self._count(request)
        arguments = json.loads(request.body)
        answer: dict[str, Any] = {}
        if operation == "GetItem":
            found = self._rows.get((arguments["Key"]["pk"]["S"], arguments["Key"]["sk"]["S"]))
            answer = {"Item": found} if found else {}
        elif operation == "Query":
            answer = {"Items": [], "Count": 0, "ScannedCount": 0}
        elif operation == "BatchGetItem":
            answer = {"Responses": {}, "UnprocessedKeys": {}}
        return as_json(200, answer, "application/x-amz-json-1.0")

    def _secrets(self, request: Request) -> Response:
        self._count(request)
        arguments = json.loads(request.body)
        wanted = arguments.get("VersionId", arguments.get("VersionStage", "AWSCURRENT"))
        if wanted not in ("AWSCURRENT", self._secret_version):
            # As in a deployment whose key was never rotated.
            return as_json(400, {"__type": "ResourceNotFoundException", "Message": "no such version"})
        name = arguments["SecretId"]
        return as_json(200, {"ARN": name, "Name": name, "VersionId": self._secret_version, "SecretString": self._secret})

    def _sockets(self, request: Request) -> Response:
        self.calls[f"{request.method} @connections"] += 1
        return Response()

    def _mail(self, _: Request) -> Response:
        self.calls["SendEmail"] += 1
        return Response(200, SENT, {"content-type": "text/xml"})

    def _count(self, request: Request) -> str:
        operation = request.headers["x-amz-target"].rpartition(".")[2]
        self.calls[operation] += 1
        return operation


def as_json(status: int, body: dict[str, Any], kind: str = "application/x-amz-json-1.1") -> Response:
    """Returns a response of the AWS JSON protocol."""
    return Response(status, json.dumps(body).encode("utf-8"), {"content-type": kind, "x-amzn-requestid": "1"})
