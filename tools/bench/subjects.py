"""The measured functions, with their environment, the rows in the table, and their events."""

import base64
import datetime
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

from services import Item

USER = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
SESSION = "01ARZ3NDEKTSV4RRFFQ69G5FAW"
CONVERSATION = "01ARZ3NDEKTSV4RRFFQ69G5FAY"
CONNECTION = "L0SM9cOFvHcCIhw="
ADDRESS = "ada@example.com"
ISSUER = "emotechat"
BEGAN = datetime.datetime.now(datetime.UTC)
SECRET_VERSION, SECRET = "00000000-0000-4000-8000-000000000000", "k" * 64
# An argon2id hash with the parameters in use. No password matches it.
HASH = f"$argon2id$v=19$m=19456,t=2,p=1${'A' * 22}${'A' * 43}"

# All variables that `template.yaml` passes to any function. A function ignores those that it does not read.
VARIABLES = {
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_SESSION_TOKEN": "t" * 800,
    "AWS_LAMBDA_FUNCTION_NAME": "bench",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
    "AWS_LAMBDA_LOG_GROUP_NAME": "bench",
    "AWS_LAMBDA_LOG_STREAM_NAME": "bench",
    "TABLE_NAME": "table",
    "TOKEN_SECRET_ID": "token-key",
    "TOKEN_ISSUER": ISSUER,
    "RESET_SECRET_ID": "reset-key",
    "SOCKET_URL": "wss://localhost/live",
    "ALLOWED_ORIGINS": "http://localhost:5173",
    "SESSION_DAYS": "30",
    "ENTRIES_PER_SENDER": "30",
    "FAILED_LOGINS_PER_SOURCE": "100",
    "REGISTRATIONS_PER_SOURCE": "300",
    "RESET_REQUESTS_PER_SOURCE": "100",
    "RESET_PAGE_URL": "http://localhost:5173/reset-password",
    "MAIL_FROM_ADDRESS": "no-reply@example.com",
    "MAIL_FROM_NAME": "EmoteChat",
}


@dataclass(frozen=True)
class Exchange:
    """An event, its description, and the expected status; `None` if the response has no status."""

    about: str
    event: Any
    status: int | None


@dataclass(frozen=True)
class Subject:
    """A function, the exchange to measure, and a last exchange that needs the most memory."""

    name: str
    usual: Exchange
    heaviest: Exchange | None = None
    # In MB.
    goal_memory: int | None = field(default=15)
    # In MB; None if there is no goal.
    goal_zip: float | None = field(default=2.5)


def subjects() -> list[Subject]:
    """Returns the functions of `template.yaml`, in its order."""
    login = http("POST", "/api/auth/login", 401, {"email": ADDRESS, "password": "not the right one"})
    change = {"current_password": "not the right one", "password": "a new and better one"}
    return [
        Subject("auth", http("GET", "/api/auth/validate", 200), login, 15 + 19, None),
        Subject("profile", http("GET", "/api/profile", 200)),
        Subject("conversations", http("GET", "/api/conversations", 200)),
        Subject(
            "password",
            http("POST", "/api/password/reset-request", 200, {"email": ADDRESS}),
            http("POST", "/api/password/change", 403, change),
            15 + 19,
            None,
        ),
        Subject("mailer", Exchange("the email with a reset link", record(*mail_key()), None)),
        Subject("repair", Exchange("an entry without its head", record(f"CONV#{CONVERSATION}", "LOG#000000000001"), None)),
        Subject("realtime", Exchange("a `ping`", frame({"id": "1", "action": "ping"}), 200)),
    ]


def rows() -> list[Item]:
    """Returns the rows of the table: a user with a session and a socket, and an email to the user."""
    ends = stamp(3600)
    return [
        row(f"USER#{USER}", f"SESSION#{SESSION}", id=SESSION, created_at=stamp(0), ends_at=ends),
        row(f"USER#{USER}", "ACCOUNT", user_id=USER, name="Ada", email=ADDRESS, created_at=stamp(0), number=1),
        row(f"EMAIL#{ADDRESS}", "CREDENTIAL", user_id=USER, hash=HASH, version=1),
        row(
            f"CONNECTION#{CONNECTION}",
            f"CONNECTION#{CONNECTION}",
            id=CONNECTION,
            user_id=USER,
            session_id=SESSION,
            ends_at=ends,
            lease_until=ends,
        ),
        row(
            *mail_key(),
            id=MAIL,
            user_id=USER,
            about="reset",
            reset_id="A" * 22,
            key_version=SECRET_VERSION,
            ends_at=ends,
        ),
    ]


def row(pk: str, sk: str, **attributes: str | int) -> Item:
    """Returns an item in DynamoDB JSON."""
    item: Item = {"pk": {"S": pk}, "sk": {"S": sk}}
    for name, value in attributes.items():
        item[name] = {"S": value} if isinstance(value, str) else {"N": str(value)}
    return item


def http(method: str, path: str, status: int, body: Any = None) -> Exchange:
    """Returns a signed-in request in API Gateway's payload format 2.0."""
    event = {
        "version": "2.0",
        "routeKey": "ANY /api/{proxy+}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "authorization": f"Bearer {token()}",
            "content-type": "application/json",
            "host": "api.example.com",
            "user-agent": "bench",
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "api",
            "domainName": "api.example.com",
            "domainPrefix": "api",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "bench",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "ANY /api/{proxy+}",
            "stage": "$default",
            "time": "22/Nov/2026:21:00:00 +0000",
            "timeEpoch": 1795381200000,
        },
        "isBase64Encoded": False,
    }
    if body is not None:
        event["body"] = json.dumps(body)
    return Exchange(f"`{method} {path}`", event, status)


def frame(body: Any) -> Any:
    """Returns a socket frame as an API Gateway event."""
    context = {
        "routeKey": "$default",
        "eventType": "MESSAGE",
        "messageId": "1",
        "messageDirection": "IN",
        "connectionId": CONNECTION,
        "connectedAt": 1795381200000,
        "domainName": "sockets.example.com",
        "stage": "live",
        "apiId": "sockets",
        "requestId": "JKJaXmPLvHcESHA=",
        "extendedRequestId": "JKJaXmPLvHcESHA=",
        "requestTime": "22/Nov/2026:21:00:00 +0000",
        "requestTimeEpoch": 1795381200000,
        "identity": {"sourceIp": "203.0.113.7", "userAgent": "bench"},
    }
    return {"requestContext": context, "isBase64Encoded": False, "body": json.dumps(body)}


def record(pk: str, sk: str) -> Any:
    """Returns a batch of the table's stream with one inserted item."""
    change = {
        "ApproximateCreationDateTime": 1795381200.0,
        "Keys": {"pk": {"S": pk}, "sk": {"S": sk}},
        "NewImage": row(pk, sk),
        "SequenceNumber": "100000000000000000001",
        "SizeBytes": 200,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    source = "arn:aws:dynamodb:eu-central-1:000000000000:table/table/stream/2026-11-22T21:00:00.000"
    return {
        "Records": [
            {
                "eventID": "1",
                "eventName": "INSERT",
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": "eu-central-1",
                "dynamodb": change,
                "eventSourceARN": source,
            }
        ]
    }


def token() -> str:
    """Returns a valid session token: a JWT that is signed with the functions' key."""
    now = int(time.time())
    header = {"typ": "JWT", "alg": "HS256", "kid": SECRET_VERSION}
    claims = {"iss": ISSUER, "aud": f"{ISSUER}/api", "sub": USER, "sid": SESSION, "iat": now, "exp": now + 3600}
    signed = ".".join(base64url(json.dumps(part).encode("ascii")) for part in (header, claims))
    digest = hmac.new(SECRET.encode("ascii"), signed.encode("ascii"), hashlib.sha256).digest()
    return f"{signed}.{base64url(digest)}"


def base64url(data: bytes) -> str:
    """Encodes without padding, as JWTs do."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def mail_key() -> tuple[str, str]:
    """Returns the key of the email, in the partition of the hour of its id."""
    return f"OUTBOX#{stamp(0)[:13]}", f"MAIL#{MAIL}"


def ulid(at: datetime.datetime) -> str:
    """Returns a ULID of this instant: 48 bits of milliseconds, then 80 bits that are 0 here."""
    bits = int(at.timestamp() * 1000) << 80
    return "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[bits >> 5 * place & 31] for place in reversed(range(26)))


def stamp(seconds: int) -> str:
    """Formats the instant that is this many seconds after the start of the benchmark, as the functions write it."""
    return (BEGAN + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


MAIL = ulid(BEGAN)
