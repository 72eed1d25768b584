"""Runs a command against the deployed template: `run.py --binaries DIR -- COMMAND…`

Starts the emulator, deploys `template.yaml` with the binaries `DIR/<name>/bootstrap`, runs the command with the
deployment's URLs in its environment, and stops everything. Returns the command's exit code.
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
# The emulator's own credentials, which allow everything.
ADMINISTRATOR = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


def main() -> int:
    """Parses the arguments and runs the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binaries", type=Path, required=True, help="folder with <name>/bootstrap for each function")
    parser.add_argument("--parameter", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the template")
    parser.add_argument("--no-iam", action="store_true", help="allow every function everything")
    parser.add_argument(
        "--without",
        nargs=2,
        action="append",
        default=[],
        metavar=("FUNCTION", "ACTION"),
        help="deploy a function without one of its rights",
    )
    parser.add_argument("--logs", type=Path, default=ROOT / "target" / "emulator", help="folder for logs (default: %(default)s)")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    arguments.logs.mkdir(parents=True, exist_ok=True)
    # Turn signals into exits, so that the blocks below clean up.
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    session = boto3.Session(region_name=REGION, **ADMINISTRATOR)
    with emulator.running(REGION, arguments.logs / "emulator.log", not arguments.no_iam) as running:
        parameters = dict(parameter.split("=", 1) for parameter in arguments.parameter)
        outputs = deploy.deploy(
            running.endpoint, session, ROOT / "template.yaml", arguments.binaries, parameters, arguments.without
        )
        for key, value in outputs.items():
            print(f"{key}={value}", flush=True)
        urls = {
            "EMOTECHAT_URL": outputs["ApiUrl"],
            "EMOTECHAT_SOCKET_URL": outputs["SocketUrl"],
            "EMOTECHAT_MAIL_URL": f"{running.endpoint}/_ministack/ses/messages",
        }
        try:
            return subprocess.run(
                arguments.command,
                env=os.environ | urls,
                stdin=subprocess.DEVNULL,
                process_group=running.group,
                check=False,
            ).returncode
        finally:
            deploy.save_logs(running.endpoint, session, arguments.logs / "functions.log")


if __name__ == "__main__":
    sys.exit(main())
