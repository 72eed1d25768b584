"""Makes a deployment gradual: run between `sam build` and `sam deploy`, on the template that the build has written.

Each function gets the alias `live`, by which everything calls it, and a new version, to which CodeDeploy moves
the alias' traffic in the way that is named. Where an alarm rings meanwhile, it goes back. `template.yaml` has no
alias, for with one SAM publishes a version only where the code or the template's text changes, and not where
a parameter does: the functions would go on with the older value. Here each run makes new versions.
"""

import argparse
import pathlib
import secrets

from samtranslator.yaml_helper import yaml_parse
from yaml import safe_dump

ALIAS = "live"
WAYS = [
    "AllAtOnce",
    "Canary10Percent5Minutes",
    "Canary10Percent10Minutes",
    "Canary10Percent15Minutes",
    "Canary10Percent30Minutes",
    "Linear10PercentEvery1Minute",
    "Linear10PercentEvery2Minutes",
    "Linear10PercentEvery3Minutes",
    "Linear10PercentEvery10Minutes",
]
# Alarms that infra/monitoring.yaml names so, after the stack.
ALARMS = ["FunctionErrors", "LoggedErrors", "ApiErrors", "SocketErrors"]


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes a deployment gradual.")
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("template", nargs="?", type=pathlib.Path, default=".aws-sam/build/template.yaml")
    given = parser.parse_args()
    template = yaml_parse(given.template.read_text(encoding="utf-8"))
    functions = make_gradual(template, given.way)
    given.template.write_text(safe_dump(template, sort_keys=False), encoding="utf-8")
    print(f"{given.template}: {len(functions)} functions by {given.way}: {', '.join(functions)}")


def make_gradual(template: dict, way: str) -> list[str]:
    """Changes a template in place; the functions that it names."""
    functions = []
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            functions.append(name)
            resource["Properties"] |= {
                "AutoPublishAlias": ALIAS,
                "AutoPublishCodeSha256": secrets.token_hex(32),
                "DeploymentPreference": {"Type": way, "Alarms": alarms()},
            }
        elif resource["Type"] == "AWS::Serverless::WebSocketApi":
            # SAM leads HTTP routes, streams and schedules to the alias by itself, and a socket's routes not.
            for route in resource["Properties"]["Routes"].values():
                route["FunctionArn"] = by_alias(route["FunctionArn"])
    return functions


def alarms() -> dict:
    """The alarms that a deployment heeds, where there are any.

    By their names, for what monitors the functions is made after them and cannot be referred to.
    """
    names = [{"Fn::Sub": f"${{AWS::StackName}}-{name}"} for name in ALARMS]
    return {"Fn::If": ["WithAlarms", names, [{"Ref": "AWS::NoValue"}]]}


def by_alias(function_arn: dict) -> dict:
    """What leads to a function's alias, from `!GetAtt <function>.Arn`."""
    path = function_arn["Fn::GetAtt"]
    name, attribute = path.split(".", 1) if isinstance(path, str) else path
    assert attribute == "Arn", f"a socket's route leads to {function_arn}"
    return {"Ref": f"{name}.Alias"}


if __name__ == "__main__":
    main()
