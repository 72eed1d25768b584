"""Hooks for Schemathesis. They complete valid calls with values that the document cannot provide, and count calls.

A call that matches its schema gets valid values: ids of existing users and conversations, a new `client_id`, an emoji, a
current password, or the token from a reset email. Calls that Schemathesis makes invalid on purpose stay invalid.
"""

import atexit
import json
import os
from collections import Counter

import accepted
import schemathesis
from people import Person, ulid
from schemathesis.auths import refresh_auth
from schemathesis.generation import GenerationMode
from schemathesis.openapi.checks import RejectedPositiveData

BASE = os.environ["EMOTECHAT_BASE"]
COUNTS = os.environ["EMOTECHAT_COUNTS"]
BOB = os.environ["EMOTECHAT_BOB"]
GROUP = os.environ["EMOTECHAT_GROUP"]

# Replaces ids in the document's examples by existing ones: Bob, and Alice's group with him.
REPLACEMENTS = {"01KB0Y6A9RM4W8N3P5Q7S9V1XY": BOB, "6T3PZ0WQ8N5V1X7M4K2R9Y0HBC": GROUP}

EMOTES = ["tada", ":heart:", "thumbsup", "🎉", "👍🏽"]

# Operations that may end the calling session. Only some phases log in again by themselves.
ENDS_SESSION = {"logout", "endSession"}

# The newest `client_id` in each conversation.
_sent: dict = {}

_responses: Counter = Counter()


def _send_message(case) -> None:
    # Repeats about one message in four, which returns the existing message.
    latest = _sent.get(case.path_parameters["id"])
    repeat = latest and len(case.body["content"]) % 4 == 0
    case.body["client_id"] = latest if repeat else ulid()
    _sent[case.path_parameters["id"]] = case.body["client_id"]


def _create_conversation(case) -> None:
    if case.body["kind"] == "direct":
        case.body["user_id"] = BOB
    else:
        case.body["user_ids"] = [BOB]


def _add_members(case) -> None:
    case.body["user_ids"] = [BOB]


def _react(case) -> None:
    # Replaces about half of them. The others test how unknown values are rejected.
    choice = sum(str(case.path_parameters["emote"]).encode())
    if choice % 2:
        case.path_parameters["emote"] = EMOTES[choice % len(EMOTES)]


def _change_password(case) -> None:
    carol = Person(BASE, "Carol")
    case.headers["Authorization"] = f"Bearer {carol.token()}"
    case.body["current_password"] = carol.password


def _reset_password(case) -> None:
    case.body["token"] = Person(BASE, "Dave").reset_token()


COMPLETIONS = {
    "sendMessage": _send_message,
    "createConversation": _create_conversation,
    "addMembers": _add_members,
    "addReaction": _react,
    "removeReaction": _react,
    "changePassword": _change_password,
    "resetPassword": _reset_password,
}


def _operation(case) -> str:
    return case.operation.definition.raw["operationId"]


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    for name, value in case.path_parameters.items():
        case.path_parameters[name] = REPLACEMENTS.get(value, value)
    if complete := COMPLETIONS.get(_operation(case)):
        complete(case)


@schemathesis.hook
def after_call(context, case, response):
    _responses[case.meta.phase.name.value, _operation(case), response.status_code] += 1
    if _operation(case) in ENDS_SESSION and response.status_code == 200:
        refresh_auth(case)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    is_rejection = isinstance(failure, RejectedPositiveData) and response.status_code == 400
    return not (is_rejection and accepted.is_accepted(response.json()))


@atexit.register
def _write() -> None:
    counts = {
        "responses": [[*key, count] for key, count in _responses.items()],
        "accepted": [[*key, count] for key, count in accepted.used.items()],
    }
    with open(COUNTS, "w", encoding="utf-8") as file:
        json.dump(counts, file)
