"""People who use the API beside Schemathesis: they register, log in, talk, and read the mails that the local stack caught."""

import itertools
import re
import secrets
import time

import requests

PASSWORD = "a quiet harbour at dawn"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PATIENCE = 30

_numbers = itertools.count(1)


def ulid() -> str:
    """An id of this instant, as clients give their messages."""
    number = int(time.time() * 1000) << 80 | secrets.randbits(80)
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


class Person:
    """An account, by the API at `base`."""

    def __init__(self, base: str, name: str) -> None:
        self.base = base
        self.name = name
        self.email = f"{name.lower()}{next(_numbers)}@example.com"
        self.password = PASSWORD
        self.id = self.post("auth/register", name=name, email=self.email, password=PASSWORD)["user"]["id"]

    def post(self, path: str, token: str | None = None, **body: object) -> dict:
        """What a call that succeeds answers."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        response = requests.post(f"{self.base}/api/{path}", json=body, headers=headers, timeout=PATIENCE)
        response.raise_for_status()
        return response.json()

    def token(self) -> str:
        """The token of a new session."""
        return self.post("auth/login", email=self.email, password=self.password)["token"]

    def group_with(self, other: "Person") -> str:
        """A new group with somebody, in which something was said."""
        token = self.token()
        group = self.post("conversations", token, kind="group", title="Harbour", user_ids=[other.id])
        conversation = group["conversation"]["id"]
        self.post(f"conversations/{conversation}/messages", token, client_id=ulid(), content="We won :tada:")
        return conversation

    def reset_token(self) -> str:
        """The token of a mailed link, as soon as the mail is there."""
        self.post("password/reset-request", email=self.email)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for mail in requests.get(f"{self.base}/_local/mail", timeout=PATIENCE).json():
                found = re.search(r"token=([\w.~-]+)", mail["text"])
                if mail["to"] == self.email and found:
                    return found[1]
            time.sleep(0.05)
        raise TimeoutError(f"no mail came for {self.name}")

    def credentials(self) -> dict:
        """How they log in, for Schemathesis (Web Fuzzing Commons)."""
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
