"""Runs a command against the deployed template: `run.py --binaries DIR -- COMMAND…`

Starts the emulator, deploys `template.yaml` with the binaries `DIR/<name>/bootstrap`, runs the command with the
deployment's addresses in its environment, and stops everything. The exit code is the command's.
"""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

import boto3

import deploy
import emulator

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-central-1"
# The emulator's own: whoever has them may do everything.
ADMINISTRATOR = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


def main() -> int:
    """Reads the arguments and runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binaries", type=Path, required=True, help="holds <name>/bootstrap for each function")
    parser.add_argument("--parameter", action="append", default=[], metavar="NAME=VALUE", help="of the template")
    parser.add_argument("--no-iam", action="store_true", help="let every function do everything")
    parser.add_argument(
        "--without",
        nargs=2,
        action="append",
        default=[],
        metavar=("FUNCTION", "ACTION"),
        help="deploy a function without one of its rights",
    )
    parser.add_argument("--logs", type=Path, default=ROOT / "target" / "emulator", help="folder for logs")
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    given.logs.mkdir(parents=True, exist_ok=True)
    # Ended by a signal, the blocks below are left in order all the same.
    for ending in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))
    session = boto3.Session(region_name=REGION, **ADMINISTRATOR)
    with emulator.running(REGION, given.logs / "emulator.log", not given.no_iam) as running:
        parameters = dict(one.split("=", 1) for one in given.parameter)
        outputs = deploy.deploy(
            running.endpoint, session, ROOT / "template.yaml", given.binaries, parameters, given.without
        )
        for key, value in outputs.items():
            print(f"{key}={value}", flush=True)
        addresses = {
            "EMOTECHAT_URL": outputs["ApiUrl"],
            "EMOTECHAT_SOCKET_URL": outputs["SocketUrl"],
            "EMOTECHAT_MAIL_URL": f"{running.endpoint}/_ministack/ses/messages",
        }
        try:
            return subprocess.run(
                given.command,
                env=os.environ | addresses,
                stdin=subprocess.DEVNULL,
                process_group=running.group,
                check=False,
            ).returncode
        finally:
            deploy.save_logs(running.endpoint, session, given.logs / "functions.log")


if __name__ == "__main__":
    sys.exit(main())
