"""What Schemathesis cannot know by the document: it is loaded into its run, and counts what that did.

A call that is right by its schema is given what makes it right today: ids of people and conversations that exist, a fresh
`client_id`, an emote, a current password, the token of a mailed link. What Schemathesis makes wrong stays as wrong as it is.
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

# Whom and what the document's examples name, and who and what there is: Bob, and Alice's group with him.
STANDS_FOR = {"01KB0Y6A9RM4W8N3P5Q7S9V1XY": BOB, "6T3PZ0WQ8N5V1X7M4K2R9Y0HBC": GROUP}

EMOTES = ["tada", ":heart:", "thumbsup", "🎉", "👍🏽"]

# What may end the session that calls: only some phases log in anew by themselves.
ENDING = {"logout", "endSession"}

# The latest `client_id` in each conversation.
_sent: dict = {}

_answers: Counter = Counter()


def _send_message(case) -> None:
    # One in four is sent again, which answers with the message that is there.
    latest = _sent.get(case.path_parameters["id"])
    is_again = latest and len(case.body["content"]) % 4 == 0
    case.body["client_id"] = latest if is_again else ulid()
    _sent[case.path_parameters["id"]] = case.body["client_id"]


def _create_conversation(case) -> None:
    if case.body["kind"] == "direct":
        case.body["user_id"] = BOB
    else:
        case.body["user_ids"] = [BOB]


def _add_members(case) -> None:
    case.body["user_ids"] = [BOB]


def _react(case) -> None:
    # One in two: how others are refused is looked at, too.
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
        case.path_parameters[name] = STANDS_FOR.get(value, value)
    if complete := COMPLETIONS.get(_operation(case)):
        complete(case)


@schemathesis.hook
def after_call(context, case, response):
    _answers[case.meta.phase.name.value, _operation(case), response.status_code] += 1
    if _operation(case) in ENDING and response.status_code == 200:
        refresh_auth(case)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    is_refusal = isinstance(failure, RejectedPositiveData) and response.status_code == 400
    return not (is_refusal and accepted.is_accepted(response.json()))


@atexit.register
def _write() -> None:
    counts = {
        "answers": [[*key, count] for key, count in _answers.items()],
        "accepted": [[*key, count] for key, count in accepted.used.items()],
    }
    with open(COUNTS, "w", encoding="utf-8") as file:
        json.dump(counts, file)
