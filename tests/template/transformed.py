"""template.yaml as CloudFormation sees it: SAM's transform is done, and what is unknown before a deployment stands in for itself."""

import copy
import functools
import json
import os
import re
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]
REGION = "eu-central-1"
SUBSTITUTE = re.compile(r"\$\{([^}!]+)}")


class NoManagedPolicies:
    """The template names none of Amazon's policies for SAM to look up."""

    def load(self) -> dict[str, str]:
        return {}


def template() -> dict[str, Any]:
    """The template as it is written, its intrinsic functions in their long form."""
    return copy.deepcopy(template_once())


@functools.cache
def template_once() -> dict[str, Any]:
    return yaml_parse((ROOT / "template.yaml").read_text())


def transformed() -> dict[str, Any]:
    """The template after SAM's transform, with the functions' code somewhere in S3."""
    return copy.deepcopy(transformed_once())


@functools.cache
def transformed_once() -> dict[str, Any]:
    written = template()
    for resource in written["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)  # SAM asks for one, though nothing is sent there
    return transform(written, {}, NoManagedPolicies())


def resources(of_type: str) -> dict[str, dict[str, Any]]:
    """Properties of every resource of a type, by its name."""
    found = transformed()["Resources"].items()
    return {name: resource["Properties"] for name, resource in found if resource["Type"] == of_type}


def substituted(value: dict[str, str]) -> Any:
    """The JSON that is within an Fn::Sub, each reference in it replaced by its name."""
    return json.loads(SUBSTITUTE.sub(lambda match: match[1].replace("::", "-"), value["Fn::Sub"]))


def chosen(value: Any, conditions: dict[str, bool]) -> Any:
    """A value with each `Fn::If` on one of these conditions decided; None for what is then absent, which lists and maps do without."""
    match value:
        case {"Ref": "AWS::NoValue"}:
            return None
        case {"Fn::If": [condition, then, otherwise]} if condition in conditions:
            return chosen(then if conditions[condition] else otherwise, conditions)
        case dict():
            return {key: found for key, given in value.items() if (found := chosen(given, conditions)) is not None}
        case list():
            return [found for item in value if (found := chosen(item, conditions)) is not None]
    return value
