"""Registers a user at `EMOTECHAT_URL`, and fails unless the response has the given status: `register.py 500`.

Run without one of the required rights, it shows that rights are enforced.
"""

import json
import os
import sys
import urllib.error
import urllib.request
import uuid


def main(expected: str) -> int:
    """Registers, and compares the status with the expected one."""
    user = {"name": "Ada", "email": f"ada-{uuid.uuid4().hex}@example.com", "password": "a quiet harbour"}
    request = urllib.request.Request(
        f"{os.environ['EMOTECHAT_URL']}/api/auth/register",
        data=json.dumps(user).encode(),
        headers={"content-type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            status = response.status
    except urllib.error.HTTPError as error:
        status = error.code
    print(f"register: {status}, expected {expected}")
    return int(str(status) != expected)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
