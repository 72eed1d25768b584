"""Users of the API besides Schemathesis. They register, log in, send messages, and read email from the local mailbox."""

import itertools
import re
import secrets
import time

import requests

PASSWORD = "a quiet harbour at dawn"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TIMEOUT = 30

_numbers = itertools.count(1)


def ulid() -> str:
    """Returns a ULID of this instant, as clients create them for messages."""
    number = int(time.time() * 1000) << 80 | secrets.randbits(80)
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


class Person:
    """An account, used through the API at `base`."""

    def __init__(self, base: str, name: str) -> None:
        self.base = base
        self.name = name
        self.email = f"{name.lower()}{next(_numbers)}@example.com"
        self.password = PASSWORD
        self.id = self.post("auth/register", name=name, email=self.email, password=PASSWORD)["user"]["id"]

    def post(self, path: str, token: str | None = None, **body: object) -> dict:
        """Makes a call that must succeed, and returns the body of the response."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        response = requests.post(f"{self.base}/api/{path}", json=body, headers=headers, timeout=TIMEOUT)
        response.raise_for_status()
        return response.json()

    def token(self) -> str:
        """Logs in, and returns the token of the new session."""
        return self.post("auth/login", email=self.email, password=self.password)["token"]

    def group_with(self, other: "Person") -> str:
        """Creates a group with another person, sends a message to it, and returns its id."""
        token = self.token()
        group = self.post("conversations", token, kind="group", title="Harbour", user_ids=[other.id])
        conversation = group["conversation"]["id"]
        self.post(f"conversations/{conversation}/messages", token, client_id=ulid(), content="We won :tada:")
        return conversation

    def reset_token(self) -> str:
        """Requests a reset link, waits for the email, and returns the token in it."""
        self.post("password/reset-request", email=self.email)
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            for mail in requests.get(f"{self.base}/_local/mail", timeout=TIMEOUT).json():
                found = re.search(r"token=([\w.~-]+)", mail["text"])
                if mail["to"] == self.email and found:
                    return found[1]
            time.sleep(0.05)
        raise TimeoutError(f"no email arrived for {self.name}")

    def credentials(self) -> dict:
        """Returns how to log in as this person, for Schemathesis (Web Fuzzing Commons)."""
        return {
            "name": self.name.lower(),
            "loginEndpointAuth": {
                "endpoint": "/api/auth/login",
                "verb": "POST",
                "payloadUserPwd": {
                    "username": self.email,
                    "usernameField": "email",
                    "password": self.password,
                    "passwordField": "password",
                },
                "contentType": "application/json",
                "token": {
                    "extractFrom": "body",
                    "extractSelector": "/token",
                    "sendIn": "header",
                    "sendName": "Authorization",
                    "sendTemplate": "Bearer {token}",
                },
            },
        }
