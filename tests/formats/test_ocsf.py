"""Events in OCSF are valid for validators that nobody here wrote, each type of them and drawn ones; and these see what is wrong."""

import copy

import pytest
from conftest import VALIDATORS, made

TYPES = made("types.ocsf.ndjson")
DRAWN = made("drawn.ocsf.ndjson")


def test_all_types_are_among_them():
    codes = {event["metadata"].get("event_code") for event in TYPES}
    assert len(codes - {None}) == 43 + 3 + 2 + 5 + 1, codes  # published, of the directory, log-ons, others, EVENT_ALTERED
    assert {event["class_uid"] for event in TYPES} == {3001, 3002, 3004}
    assert len(DRAWN) >= 500
    assert sum("redacted" in event["metadata"].get("labels", []) for event in TYPES) >= 200
    assert {name for event in TYPES for name in ("missing", "altered") if event["unmapped"].get(name)} == {"missing", "altered"}


@pytest.mark.parametrize("events", [TYPES, DRAWN], ids=["types", "drawn"])
def test_every_event_is_valid(validator, events):
    faults = [(event, found) for event in events if (found := validator.faults(event))]
    assert not faults, f"{len(faults)} of {len(events)}, first {faults[0]}"


def test_numbers_and_their_names_belong_together():
    for event in TYPES + DRAWN:
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
        assert event["category_uid"] == event["class_uid"] // 1000
        assert event["type_name"].startswith(event["class_name"] + ": ")


def seen(change):
    """Which validators see that change of a good event."""
    event = copy.deepcopy(next(event for event in TYPES if event["class_uid"] == 3002 and "src_endpoint" in event))
    change(event)
    return {name for name, validator in VALIDATORS.items() if validator.faults(event)}


SCHEMAS = {"schema 1.8.0", "schema 1.7.0"}
EVERYONE = set(VALIDATORS)


def test_a_wrong_type_uid_is_seen_by_the_models_alone():
    assert seen(lambda event: event.update(type_uid=300202)) == {"models 1.7"}


def test_an_unknown_field_is_seen_by_the_schemas_alone():
    assert seen(lambda event: event.update(colour="red")) == SCHEMAS
    assert seen(lambda event: event["actor"]["user"].update(colour="red")) == SCHEMAS


def test_what_is_missing_or_of_another_kind_is_seen():
    assert seen(lambda event: None) == set()
    assert seen(lambda event: event.pop("metadata")) == EVERYONE
    assert seen(lambda event: event.update(user={})) >= SCHEMAS, "a user needs a name, a uid or an account"
    assert seen(lambda event: event.pop("service")) >= SCHEMAS, "an authentication needs a service or an endpoint"
    assert seen(lambda event: event["actor"]["user"].update(email_addr="zoë@example.com")) >= SCHEMAS
    assert "models 1.7" in seen(lambda event: event.update(activity_name="Logoff")), "the name of another number"
