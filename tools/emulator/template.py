"""The SAM template as the emulator can deploy it.

`translate` does what CloudFormation's SAM transform does. Each function in `ADAPTATIONS` then closes one gap between
AWS and the emulator, whatever the template says: none of them knows a function, a route or a right by name.
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

# An API's address on AWS, as templates build it.
API_ADDRESS = re.compile(r"(https|wss)://\$\{(\w+)\}\.execute-api\.\$\{AWS::Region\}\.\$\{AWS::URLSuffix\}")
# The attribute of an API that holds its address.
API_ENDPOINT = re.compile(r"\$\{(\w+)\.ApiEndpoint\}")


@dataclass(frozen=True)
class Place:
    """Where a template is deployed to."""

    region: str
    # Host and port of the emulator.
    host: str
    # The bucket that holds the functions' archives, each under its binary's name.
    bucket: str


def load(path: Path) -> Template:
    """Reads a SAM template."""
    return yaml_parse(path.read_text(encoding="utf-8"))


def binaries(template: Template) -> set[str]:
    """The binaries that the template's functions run."""
    return {binary(resource) for _, resource in of_type(template, "AWS::Serverless::Function")}


def translate(template: Template, parameters: dict[str, str], place: Place) -> Template:
    """Plain CloudFormation, each function's code in its archive."""
    template.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    for _, function in of_type(template, "AWS::Serverless::Function"):
        function["Properties"]["CodeUri"] = f"s3://{place.bucket}/{binary(function)}.zip"
    session = boto3.Session(region_name=place.region)
    return adapted(
        Translator({}, Parser(), boto_session=session).translate(template, values(template, parameters)), place
    )


def adapted(template: Template, place: Place) -> Template:
    """The template as the emulator can deploy it."""
    # The translator uses a map in several places; each is changed on its own.
    template = json.loads(json.dumps(template))
    for adapt in ADAPTATIONS:
        adapt(template, place)
    return template


def values(template: Template, parameters: dict[str, str]) -> dict[str, Any]:
    """The parameters' values as CloudFormation hands them to its transforms: lists as lists."""
    found: dict[str, Any] = {}
    for name, declared in template.get("Parameters", {}).items():
        value = parameters.get(name, declared.get("Default"))
        is_list = declared["Type"] == "CommaDelimitedList"
        found[name] = value.split(",") if is_list and isinstance(value, str) else value
    return found


def deny(template: Template, function: str, action: str) -> None:
    """Takes a right from a function; what the function does not have cannot be taken."""
    role = template["Resources"][template["Resources"][function]["Properties"]["Role"]["Fn::GetAtt"][0]]
    holding = [statement for statement in statements(role) if action in statement["Action"]]
    if not holding:
        raise SystemExit(f"{function} has no right to {action}")
    for statement in holding:
        statement["Action"].remove(action)
    for policy in role["Properties"]["Policies"]:
        document = policy["PolicyDocument"]
        document["Statement"] = [one for one in document["Statement"] if one.get("Action", True)]


# --- Gaps ---


def explicit_routes(template: Template, _: Place) -> None:
    """The emulator ignores the OpenAPI body that SAM makes of HTTP APIs and their events.

    It also keeps `CorsConfiguration` as it is written and looks for it in the names that the body has.
    """
    for name, api in list(of_type(template, "AWS::ApiGatewayV2::Api")):
        body = api["Properties"].pop("Body", None)
        if body is None:
            continue
        api["Properties"] |= {"Name": body["info"]["title"], "ProtocolType": "HTTP"}
        if cors := body.get("x-amazon-apigateway-cors"):
            api["Properties"]["CorsConfiguration"] = cors
        operations = [(verb, path, one) for path, verbs in body["paths"].items() for verb, one in verbs.items()]
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
                made: Template = {"Type": f"AWS::ApiGatewayV2::{kind}", "Properties": properties}
                if "Condition" in api:
                    made["Condition"] = api["Condition"]
                template["Resources"][f"{name}{kind}{number}"] = made


def local_addresses(template: Template, place: Place) -> None:
    """The emulator's APIs answer under a path of its own address; the host names of AWS lead elsewhere."""
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
    """All services of the emulator answer at one address of its own, which no client guesses."""
    for _name, function in of_type(template, "AWS::Lambda::Function"):
        variables = function["Properties"].get("Environment", {}).get("Variables", {})
        for variable, value in variables.items():
            if variable.startswith("AWS_ENDPOINT_URL_") and value == "":
                variables[variable] = f"http://{place.host}"


def secrets_by_arn(template: Template, _: Place) -> None:
    """A reference to a secret is its ARN; the emulator gives its name, which no policy's resource is."""
    for name, _secret in of_type(template, "AWS::SecretsManager::Secret"):
        for holder, key in list(places_of(template, "Ref")):
            if holder[key] == name:
                del holder[key]
                holder["Fn::GetAtt"] = [name, "Id"]


def mail_rights(template: Template, _: Place) -> None:
    """The emulator checks the sending of mails against no identity and knows none of SES's condition keys."""
    for _name, role in of_type(template, "AWS::IAM::Role"):
        for statement in statements(role):
            if all(action.startswith("ses:") for action in statement["Action"]):
                statement["Resource"] = "*"
                statement.pop("Condition", None)


def no_metric_math(template: Template, _: Place) -> None:
    """The emulator refuses alarms over more than one metric."""
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
    """The resources of one type, with their names."""
    return ((name, one) for name, one in template["Resources"].items() if one["Type"] == kind)


def binary(function: Template) -> str:
    """The binary that a function runs, as `sam build` finds it."""
    return function["Metadata"]["BuildProperties"]["Binary"]


def statements(role: Template) -> Iterator[Template]:
    """The statements of a role's own policies, also those under a condition, their actions as lists."""
    for holder, key in places_of(role["Properties"].get("Policies", []), "Action"):
        if isinstance(holder[key], str):
            holder[key] = [holder[key]]
        yield holder


def places_of(node: Any, key: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The maps in which `key` stands."""
    if isinstance(node, dict):
        if key in node:
            yield node, key
        for value in node.values():
            yield from places_of(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from places_of(value, key)
