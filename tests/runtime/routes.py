"""The routes of template.yaml, and those that Cargo.toml has for `cargo lambda watch`."""

import re
import tomllib
from typing import Any, NamedTuple

import yaml

from server import REPO


class Route(NamedTuple):
    """A method and a path, and the folder of the function that answers."""

    method: str
    path: str
    function: str

    def as_cargo_lambda_has_it(self) -> "Route":
        """The same with a path parameter over several segments written as `{*name}`, which the template writes `{name+}`."""
        return self._replace(path=re.sub(r"\{(\w+)\+\}", r"{*\1}", self.path))

    def takes(self, method: str, path: str) -> bool:
        """Whether a request goes this way, if no route without parameters takes it."""
        segments = re.split(r"(\{\w+\+?\})", self.path)
        pattern = "".join((".+" if part.endswith("+}") else "[^/]+") if part.startswith("{") else re.escape(part) for part in segments)
        return method == self.method and re.fullmatch(pattern, path) is not None


class TemplateLoader(yaml.SafeLoader):
    """Reads a template; what CloudFormation's short forms (`!Ref`, `!Sub`, …) would give is of no interest here."""


TemplateLoader.add_multi_constructor("!", lambda loader, suffix, node: None)


def of_the_template() -> list[Route]:
    """The routes of template.yaml, sorted."""
    template = yaml.load((REPO / "template.yaml").read_text(encoding="utf-8"), TemplateLoader)
    functions = [one["Properties"] for one in template["Resources"].values() if one["Type"] == "AWS::Serverless::Function"]
    return sorted(
        Route(event["Properties"]["Method"].upper(), event["Properties"]["Path"], function["CodeUri"].removeprefix("functions/"))
        for function in functions
        for event in function.get("Events", {}).values()
        if event["Type"] == "Api"
    )


def but_head(routes: list[Route]) -> list[Route]:
    """The routes without the HEAD that stands beside each of them."""
    return [route for route in routes if route.method != "HEAD"]


def of_cargo_lambda() -> list[Route]:
    """The router of `cargo lambda watch` in Cargo.toml, sorted."""
    workspace: dict[str, Any] = tomllib.loads((REPO / "Cargo.toml").read_text(encoding="utf-8"))["workspace"]
    router = workspace["metadata"]["lambda"]["watch"]["router"]
    return sorted(Route(entry["method"], path, entry["function"]) for path, entries in router.items() for entry in entries)
