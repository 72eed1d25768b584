"""Registers somebody at `EMOTECHAT_URL` and fails unless the answer has the status given: `register.py 500`.

With a right taken away it shows that rights are enforced at all.
"""

import json
import os
import sys
import urllib.error
import urllib.request
import uuid


def main(expected: str) -> int:
    """Compares the status with the expected one."""
    person = {"name": "Ada", "email": f"ada-{uuid.uuid4().hex}@example.com", "password": "a quiet harbour"}
    request = urllib.request.Request(
        f"{os.environ['EMOTECHAT_URL']}/api/auth/register",
        data=json.dumps(person).encode(),
        headers={"content-type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            status = answer.status
    except urllib.error.HTTPError as refusal:
        status = refusal.code
    print(f"register: {status}, expected {expected}")
    return int(str(status) != expected)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
