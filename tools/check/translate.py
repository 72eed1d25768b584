"""Translates the SAM template as `sam deploy` would, without an account: what SAM refuses fails here.

And what SAM lets through and AWS refuses: a setting of a route that there is not, a dashboard that is no JSON.
Prints one line for each template: how many resources of each type the deployment consists of. With a second path the
translated template is written there, for the linter: what depends on itself is seen only then.
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

# Any region with every service; nothing is asked of it.
REGION = "eu-central-1"
# `sam build` and `sam deploy` put an uploaded archive in the place of the source folder.
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
            sys.exit(f"{path}: {name} has settings of routes that there are not: {', '.join(sorted(unknown))}")
    for name, nested in of_type(translated, "AWS::CloudFormation::Stack"):
        count(name, nested_template(nested["TemplateURL"]))
    count(path, translated)
    if written:
        pathlib.Path(written).write_text(json.dumps(translated), encoding="utf-8")


def count(path, template):
    """Prints what a template consists of, once its dashboards were read."""
    for name, dashboard in of_type(template, "AWS::CloudWatch::Dashboard"):
        json.loads(dashboard["DashboardBody"]["Fn::Sub"])
    types = collections.Counter(one["Type"] for one in template["Resources"].values())
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(types.items()))
    print(f"{path}: {sum(types.values())} resources: {counts}")


def nested_template(path):
    """A template that another names, as from the project's root."""
    return yaml_parse((pathlib.Path(__file__).parent.parent / path).read_text(encoding="utf-8"))


def of_type(template, kind):
    """Name and properties of each resource of a type."""
    for name, resource in template["Resources"].items():
        if resource["Type"] == kind:
            yield name, resource.get("Properties", {})


def routes(template, api):
    """The keys of an API's routes, from its OpenAPI document or from its resources."""
    for path, methods in template["Resources"][api]["Properties"].get("Body", {}).get("paths", {}).items():
        for method in methods:
            yield f"{'ANY' if method == 'x-amazon-apigateway-any-method' else method.upper()} {path}"
    for _, route in of_type(template, "AWS::ApiGatewayV2::Route"):
        if route["ApiId"]["Ref"] == api:
            yield route["RouteKey"]


def code_holders(template):
    """The places of a template that name a function's code."""
    yield template.get("Globals", {}).get("Function", {})
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            yield resource.get("Properties", {})


if __name__ == "__main__":
    main(*sys.argv[1:])
