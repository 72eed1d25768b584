"""Translates the SAM template as `sam deploy` would, without an AWS account, and fails if SAM rejects it.

Also fails on two faults that SAM accepts and AWS rejects: settings of unknown routes, and a dashboard that is not JSON.
Prints one line for each template, with the number of resources of each type. Given a second path, writes the
translated template there for the linter, which can find circular dependencies only in translated templates.
"""

import collections
import json
import pathlib
import sys

import boto3
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Any region that has every service. The script does not call AWS.
REGION = "eu-central-1"
# `sam build` and `sam deploy` replace the source folder with an uploaded archive.
UPLOADED = "s3://bucket/key"


def main(path, written=None):
    with open(path, encoding="utf-8") as file:
        template = yaml_parse(file.read())
    for properties in code_holders(template):
        if properties.get("CodeUri") == ".":
            properties["CodeUri"] = UPLOADED
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGION))
    try:
        translated = translator.translate(template, {})
    except InvalidDocumentException as error:
        causes = "\n".join(cause.message for cause in error.causes)
        sys.exit(f"{path}: {error.message}\n{causes}")
    for name, stage in of_type(translated, "AWS::ApiGatewayV2::Stage"):
        unknown = set(stage.get("RouteSettings", {})) - set(routes(translated, stage["ApiId"]["Ref"]))
        if unknown:
            sys.exit(f"{path}: {name} has settings of unknown routes: {', '.join(sorted(unknown))}")
    for name, nested in of_type(translated, "AWS::CloudFormation::Stack"):
        count(name, nested_template(nested["TemplateURL"]))
    count(path, translated)
    if written:
        pathlib.Path(written).write_text(json.dumps(translated), encoding="utf-8")


def count(path, template):
    """Checks the template's dashboards, then prints how many resources of each type it has."""
    for name, dashboard in of_type(template, "AWS::CloudWatch::Dashboard"):
        json.loads(dashboard["DashboardBody"]["Fn::Sub"])
    types = collections.Counter(one["Type"] for one in template["Resources"].values())
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(types.items()))
    print(f"{path}: {sum(types.values())} resources: {counts}")


def nested_template(path):
    """Reads a nested template, whose path is relative to the project's root."""
    return yaml_parse((ROOT / path).read_text(encoding="utf-8"))


def of_type(template, kind):
    """Yields the name and properties of each resource of a type."""
    for name, resource in template["Resources"].items():
        if resource["Type"] == kind:
            yield name, resource.get("Properties", {})


def routes(template, api):
    """Yields the route keys of an API, from its OpenAPI document or from its resources."""
    for path, methods in template["Resources"][api]["Properties"].get("Body", {}).get("paths", {}).items():
        for method in methods:
            yield f"{'ANY' if method == 'x-amazon-apigateway-any-method' else method.upper()} {path}"
    for _, route in of_type(template, "AWS::ApiGatewayV2::Route"):
        if route["ApiId"]["Ref"] == api:
            yield route["RouteKey"]


def code_holders(template):
    """Yields the properties that name the code of functions."""
    yield template.get("Globals", {}).get("Function", {})
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            yield resource.get("Properties", {})


if __name__ == "__main__":
    main(*sys.argv[1:])
