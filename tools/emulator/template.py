"""Prepares the SAM template for the emulator.

`translate` does what CloudFormation's SAM transform does. Each function in `ADAPTATIONS` then works around one
difference between AWS and the emulator. They work for any template, because they name no function, route or right.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

Template = dict[str, Any]

# An API's URL on AWS, as templates build it.
API_ADDRESS = re.compile(r"(https|wss)://\$\{(\w+)\}\.execute-api\.\$\{AWS::Region\}\.\$\{AWS::URLSuffix\}")
# The attribute of an API that holds its URL.
API_ENDPOINT = re.compile(r"\$\{(\w+)\.ApiEndpoint\}")


@dataclass(frozen=True)
class Place:
    """The target of a deployment."""

    region: str
    # Host and port of the emulator.
    host: str
    # The bucket with the functions' archives, which are named after their binaries.
    bucket: str


def load(path: Path) -> Template:
    """Reads a SAM template."""
    return yaml_parse(path.read_text(encoding="utf-8"))


def binaries(template: Template) -> set[str]:
    """Returns the binaries that the template's functions run."""
    return {binary(resource) for _, resource in of_type(template, "AWS::Serverless::Function")}


def translate(template: Template, parameters: dict[str, str], place: Place) -> Template:
    """Returns plain CloudFormation, in which each function's code is its archive."""
    template.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    for _, function in of_type(template, "AWS::Serverless::Function"):
        function["Properties"]["CodeUri"] = f"s3://{place.bucket}/{binary(function)}.zip"
    session = boto3.Session(region_name=place.region)
    return adapted(
        Translator({}, Parser(), boto_session=session).translate(template, values(template, parameters)), place
    )


def adapted(template: Template, place: Place) -> Template:
    """Returns the template with all adaptations."""
    # The translator shares maps between several places. Copy them, so that each can change separately.
    template = json.loads(json.dumps(template))
    for adapt in ADAPTATIONS:
        adapt(template, place)
    return template


def values(template: Template, parameters: dict[str, str]) -> dict[str, Any]:
    """Returns the parameters' values as CloudFormation passes them to its transforms, with lists as lists."""
    found: dict[str, Any] = {}
    for name, declared in template.get("Parameters", {}).items():
        value = parameters.get(name, declared.get("Default"))
        is_list = declared["Type"] == "CommaDelimitedList"
        found[name] = value.split(",") if is_list and isinstance(value, str) else value
    return found


def deny(template: Template, function: str, action: str) -> None:
    """Removes a right from a function. Fails if the function does not have it."""
    role = template["Resources"][template["Resources"][function]["Properties"]["Role"]["Fn::GetAtt"][0]]
    granting = [statement for statement in statements(role) if action in statement["Action"]]
    if not granting:
        raise SystemExit(f"{function} does not have the right {action}")
    for statement in granting:
        statement["Action"].remove(action)
    for policy in role["Properties"]["Policies"]:
        document = policy["PolicyDocument"]
        document["Statement"] = [entry for entry in document["Statement"] if entry.get("Action", True)]


# --- Adaptations ---


def explicit_routes(template: Template, _: Place) -> None:
    """Declares routes as resources, because the emulator ignores the OpenAPI body that SAM creates for HTTP APIs.

    The emulator also reads CORS settings only with the member names that the body uses.
    """
    for name, api in list(of_type(template, "AWS::ApiGatewayV2::Api")):
        body = api["Properties"].pop("Body", None)
        if body is None:
            continue
        api["Properties"] |= {"Name": body["info"]["title"], "ProtocolType": "HTTP"}
        if cors := body.get("x-amazon-apigateway-cors"):
            api["Properties"]["CorsConfiguration"] = cors
        operations = [(verb, path, details) for path, verbs in body["paths"].items() for verb, details in verbs.items()]
        for number, (verb, path, operation) in enumerate(operations):
            declared = operation["x-amazon-apigateway-integration"]
            integration = {
                "ApiId": {"Ref": name},
                "IntegrationType": declared["type"].upper(),
                "IntegrationUri": declared["uri"],
                "PayloadFormatVersion": declared["payloadFormatVersion"],
            }
            method = "ANY" if verb == "x-amazon-apigateway-any-method" else verb.upper()
            route = {
                "ApiId": {"Ref": name},
                "RouteKey": f"{method} {path}",
                "Target": {"Fn::Sub": f"integrations/${{{name}Integration{number}}}"},
            }
            for kind, properties in (("Integration", integration), ("Route", route)):
                resource: Template = {"Type": f"AWS::ApiGatewayV2::{kind}", "Properties": properties}
                if "Condition" in api:
                    resource["Condition"] = api["Condition"]
                template["Resources"][f"{name}{kind}{number}"] = resource


def local_addresses(template: Template, place: Place) -> None:
    """Rewrites API URLs, because the emulator serves its APIs under a path of its own address."""
    schemes = {
        name: "ws" if api["Properties"].get("ProtocolType") == "WEBSOCKET" else "http"
        for name, api in of_type(template, "AWS::ApiGatewayV2::Api")
    }

    def local(scheme: str, api: str) -> str:
        return f"{scheme}://{place.host}/_aws/execute-api/${{{api}}}"

    def rewrite(text: str) -> str:
        text = API_ADDRESS.sub(lambda found: local(found[1].removesuffix("s"), found[2]), text)
        return API_ENDPOINT.sub(lambda found: local(schemes[found[1]], found[1]), text)

    for holder, key in places_of(template, "Fn::Sub"):
        found = holder[key]
        holder[key] = rewrite(found) if isinstance(found, str) else [rewrite(found[0]), *found[1:]]


def service_addresses(template: Template, place: Place) -> None:
    """Sets the services' endpoints to the emulator's address, which clients cannot know otherwise."""
    for _name, function in of_type(template, "AWS::Lambda::Function"):
        variables = function["Properties"].get("Environment", {}).get("Variables", {})
        for variable, value in variables.items():
            if variable.startswith("AWS_ENDPOINT_URL_") and value == "":
                variables[variable] = f"http://{place.host}"


def secrets_by_arn(template: Template, _: Place) -> None:
    """Replaces references to secrets by ARNs, because the emulator resolves them to names, which match no policy."""
    for name, _secret in of_type(template, "AWS::SecretsManager::Secret"):
        for holder, key in list(places_of(template, "Ref")):
            if holder[key] == name:
                del holder[key]
                holder["Fn::GetAtt"] = [name, "Id"]


def mail_rights(template: Template, _: Place) -> None:
    """Relaxes rights to send email, because the emulator supports neither SES identities nor SES condition keys."""
    for _name, role in of_type(template, "AWS::IAM::Role"):
        for statement in statements(role):
            if all(action.startswith("ses:") for action in statement["Action"]):
                statement["Resource"] = "*"
                statement.pop("Condition", None)


def no_metric_math(template: Template, _: Place) -> None:
    """Removes alarms over more than one metric, which the emulator rejects."""
    for name, alarm in list(of_type(template, "AWS::CloudWatch::Alarm")):
        if "Metrics" in alarm["Properties"]:
            del template["Resources"][name]


ADAPTATIONS: list[Callable[[Template, Place], None]] = [
    explicit_routes,
    local_addresses,
    service_addresses,
    secrets_by_arn,
    mail_rights,
    no_metric_math,
]


# --- Reading templates ---


def of_type(template: Template, kind: str) -> Iterator[tuple[str, Template]]:
    """Yields the name and the resource for each resource of a type."""
    return ((name, resource) for name, resource in template["Resources"].items() if resource["Type"] == kind)


def binary(function: Template) -> str:
    """Returns the binary that a function runs, as `sam build` determines it."""
    return function["Metadata"]["BuildProperties"]["Binary"]


def statements(role: Template) -> Iterator[Template]:
    """Yields the statements of a role's policies, including conditional ones, with actions as lists."""
    for holder, key in places_of(role["Properties"].get("Policies", []), "Action"):
        if isinstance(holder[key], str):
            holder[key] = [holder[key]]
        yield holder


def places_of(node: Any, key: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yields each map that contains `key`."""
    if isinstance(node, dict):
        if key in node:
            yield node, key
        for value in node.values():
            yield from places_of(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from places_of(value, key)
