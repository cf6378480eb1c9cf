"""The events that the stage has made, and the validators that others wrote."""

import json
import os
import pathlib

import jsonschema
import pytest
from ocsf.v1_7_0 import events as models
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

MADE = pathlib.Path(os.environ["MADE_FORMATS"])


def made(name):
    """The lines of a file, parsed; a line feed ends each, and no other line break of Unicode does."""
    lines = (MADE / name).read_bytes().decode().split("\n")
    assert lines.pop() == "", "the last line has its end"
    return [json.loads(line) for line in lines]


class BySchema:
    """Validates events of OCSF by the JSON Schemas of a version, which `ocsf-json-schema` makes of what OCSF publishes."""

    def __init__(self, version):
        self.schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=version))
        self.validators = {}

    def faults(self, event):
        name = self.schema.lookup_class_name_from_uid(class_uid=event["class_uid"])
        if name not in self.validators:
            schema = self.schema.get_class_schema(class_name=name, profiles=[])
            self.validators[name] = jsonschema.Draft202012Validator(schema)
        return [f"{error.json_path}: {error.message}" for error in self.validators[name].iter_errors(event)]


class ByModels:
    """Validates events of OCSF 1.7 by the Pydantic models of `pydantic-ocsf`, which has no newer ones."""

    MODELS = {
        3001: models.AccountChange,
        3002: models.Authentication,
        3004: models.EntityManagement,
    }

    def faults(self, event):
        try:
            self.MODELS[event["class_uid"]].model_validate(event)
        except ValueError as error:
            return [str(error)]
        return []


VALIDATORS = {"schema 1.8.0": BySchema("1.8.0"), "schema 1.7.0": BySchema("1.7.0"), "models 1.7": ByModels()}


@pytest.fixture(params=VALIDATORS)
def validator(request):
    return VALIDATORS[request.param]
