"""Makes a deployment gradual. Run it between `sam build` and `sam deploy`, on the template that the build wrote.

Each function gets a new version and the alias `live`, through which it is called. CodeDeploy shifts the alias' traffic
to the new version with the given strategy, and rolls back if an alarm fires in the meantime.

`template.yaml` itself has no alias. With an alias, SAM publishes a version only if the code or the template's text
changes. If only a parameter changes, the functions keep the old value. This script creates new versions on each run.
"""

import argparse
import pathlib
import secrets

from samtranslator.yaml_helper import yaml_parse
from yaml import safe_dump

ALIAS = "live"
STRATEGIES = [
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
# Alarms of infra/monitoring.yaml, whose full names begin with the stack's name.
ALARMS = ["FunctionErrors", "LoggedErrors", "ApiErrors", "SocketErrors"]


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a deployment gradual.")
    parser.add_argument("strategy", choices=STRATEGIES, help="how CodeDeploy shifts the traffic")
    parser.add_argument(
        "template",
        nargs="?",
        type=pathlib.Path,
        default=".aws-sam/build/template.yaml",
        help="the built template, which is changed in place (default: %(default)s)",
    )
    arguments = parser.parse_args()
    template = yaml_parse(arguments.template.read_text(encoding="utf-8"))
    functions = make_gradual(template, arguments.strategy)
    arguments.template.write_text(safe_dump(template, sort_keys=False), encoding="utf-8")
    print(f"{arguments.template}: {len(functions)} functions with {arguments.strategy}: {', '.join(functions)}")


def make_gradual(template: dict, strategy: str) -> list[str]:
    """Changes the template in place. Returns the names of its functions."""
    functions = []
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            functions.append(name)
            resource["Properties"] |= {
                "AutoPublishAlias": ALIAS,
                "AutoPublishCodeSha256": secrets.token_hex(32),
                "DeploymentPreference": {"Type": strategy, "Alarms": alarms()},
            }
        elif resource["Type"] == "AWS::Serverless::WebSocketApi":
            # SAM points HTTP routes, streams and schedules to the alias, but not a socket's routes.
            for route in resource["Properties"]["Routes"].values():
                route["FunctionArn"] = alias_reference(route["FunctionArn"])
    return functions


def alarms() -> dict:
    """The alarms that stop a deployment, if alarms are deployed.

    They are given by name, because they are created after the functions and cannot be referenced.
    """
    names = [{"Fn::Sub": f"${{AWS::StackName}}-{name}"} for name in ALARMS]
    return {"Fn::If": ["WithAlarms", names, [{"Ref": "AWS::NoValue"}]]}


def alias_reference(function_arn: dict) -> dict:
    """The reference to a function's alias, given `!GetAtt <function>.Arn`."""
    path = function_arn["Fn::GetAtt"]
    name, attribute = path.split(".", 1) if isinstance(path, str) else path
    assert attribute == "Arn", f"unexpected target of a socket route: {function_arn}"
    return {"Ref": f"{name}.Alias"}


if __name__ == "__main__":
    main()
