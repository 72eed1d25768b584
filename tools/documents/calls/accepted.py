"""Errors that the server may return for bodies and parameters that match their schemas, with the reason for each.

Any other error for a request that matches the document is a bug in the document or in the code.
"""

from collections import Counter

# By error code, pointer (empty: the whole request) and detail.
ACCEPTED = {
    ("invalid_request", "/password", "must not be one of the most common passwords"): "a list of thousands",
    ("invalid_request", "/emote", "is not a known emoji or shortcode"): "a list of thousands, in several spellings",
    ("invalid_request", "/cursor", "must be a cursor that this list returned"): "cursors are opaque, and the server creates them",
    ("invalid_request", "/seq", "must not be past the newest entry"): "depends on the log",
    ("invalid_request", "/reply_to", "must be a message in this conversation"): "depends on the log",
    ("invalid_request", "/before", "cannot be combined with after"): "a schema describes parameters one by one",
    ("not_a_group", "", ""): "depends on the kind of the conversation",
}

used: Counter = Counter()


def is_accepted(problem: dict) -> bool:
    """Returns true if every error of the problem is listed above."""
    errors = problem.get("errors") or [{"pointer": "", "detail": ""}]
    keys = [(problem.get("code"), error["pointer"], error["detail"]) for error in errors]
    if not all(key in ACCEPTED for key in keys):
        return False
    used.update(keys)
    return True
