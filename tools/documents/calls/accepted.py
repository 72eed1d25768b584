"""Refusals of bodies and parameters that are right by their schemas: what a schema cannot say, each with its reason.

Any other refusal of what is right by the document is a fault of the document or of the code.
"""

from collections import Counter

# By code, where it is (none: the whole request) and what is said of it.
ACCEPTED = {
    ("invalid_request", "/password", "is one of the most common passwords"): "a list of thousands",
    ("invalid_request", "/emote", "is not an emote"): "a list of thousands, in several spellings",
    ("invalid_request", "/cursor", "is not a cursor of this list"): "cursors are opaque, and made by the server",
    ("invalid_request", "/seq", "is past the newest entry"): "depends on what is in the log",
    ("invalid_request", "/reply_to", "is not a message of this conversation"): "depends on what is in the log",
    ("invalid_request", "/before", "cannot be given together with after"): "parameters are described one by one",
    ("not_a_group", "", ""): "depends on what the conversation is",
}

used: Counter = Counter()


def is_accepted(problem: dict) -> bool:
    """Whether each fault that the problem tells of is one of those above."""
    faults = problem.get("errors") or [{"pointer": "", "detail": ""}]
    keys = [(problem.get("code"), fault["pointer"], fault["detail"]) for fault in faults]
    if not all(key in ACCEPTED for key in keys):
        return False
    used.update(keys)
    return True
