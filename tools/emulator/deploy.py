"""Deploys a template into the emulator through its S3 and CloudFormation, as `sam deploy` does."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import WaiterError

import template as templates
from template import Place

STACK = "emotechat"
BUCKET = "archives"


def deploy(
    endpoint: str,
    session: boto3.Session,
    path: Path,
    binaries: Path,
    parameters: dict[str, str],
    denied: list[tuple[str, str]],
) -> dict[str, str]:
    """Deploys the stack, without the `denied` rights of its functions. Returns its outputs."""
    # The emulator resolves no host name for the bucket.
    config = Config(s3={"addressing_style": "path"})
    s3 = session.client("s3", endpoint_url=endpoint, config=config)
    place = Place(region=session.region_name, host=endpoint.removeprefix("http://"), bucket=BUCKET)
    template = templates.load(path)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": place.region})
    for name in sorted(templates.binaries(template)):
        s3.put_object(Bucket=BUCKET, Key=f"{name}.zip", Body=archive(binaries / name / "bootstrap"))
    translated = templates.translate(template, parameters, place)
    for name, nested in templates.of_type(translated, "AWS::CloudFormation::Stack"):
        part = templates.adapted(templates.load(path.parent / nested["Properties"]["TemplateURL"]), place)
        nested["Properties"]["TemplateURL"] = put_template(s3, f"{endpoint}/{BUCKET}", name, part)
    for function, action in denied:
        templates.deny(translated, function, action)
    # On AWS, you verify the sender before you deploy.
    sender = templates.values(template, parameters)["MailFromAddress"]
    session.client("ses", endpoint_url=endpoint).verify_email_identity(EmailAddress=sender)
    cloudformation = session.client("cloudformation", endpoint_url=endpoint)
    cloudformation.create_stack(
        StackName=STACK,
        TemplateURL=put_template(s3, f"{endpoint}/{BUCKET}", STACK, translated),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    try:
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
        )
    except WaiterError as error:
        # The stack's events contain no reason.
        raise SystemExit("the stack could not be created; see the emulator's log") from error
    outputs = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def save_logs(endpoint: str, session: boto3.Session, path: Path) -> None:
    """Writes the functions' logs to a file, ordered by function and time."""
    logs = session.client("logs", endpoint_url=endpoint)
    groups = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/aws/lambda/")
    with path.open("w", encoding="utf-8") as file:
        for group in (group["logGroupName"] for page in groups for group in page["logGroups"]):
            file.write(f"== {group}\n")
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
            file.writelines(event["message"].rstrip() + "\n" for page in pages for event in page["events"])


def put_template(s3: Any, bucket_url: str, name: str, template: dict[str, Any]) -> str:
    """Uploads a template, because CloudFormation accepts long ones only from a bucket. Returns its URL."""
    s3.put_object(Bucket=BUCKET, Key=f"{name}.json", Body=json.dumps(template).encode())
    return f"{bucket_url}/{name}.json"


def archive(bootstrap: Path) -> bytes:
    """Returns a function's archive, which holds its executable binary."""
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr(entry, bootstrap.read_bytes())
    return buffer.getvalue()
