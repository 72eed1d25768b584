"""Translates the SAM template as `sam deploy` would, without an account: what SAM refuses fails here.

Prints one line: how many resources of each type the deployment consists of.
"""

import collections
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


def main(path):
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
    types = collections.Counter(one["Type"] for one in translated["Resources"].values())
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(types.items()))
    print(f"{path}: {sum(types.values())} resources: {counts}")


def code_holders(template):
    """The places of a template that name a function's code."""
    yield template.get("Globals", {}).get("Function", {})
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            yield resource.get("Properties", {})


if __name__ == "__main__":
    main(*sys.argv[1:])
