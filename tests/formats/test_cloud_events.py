"""Events as CloudEvents are read by the library of the project itself, which holds them to the specification."""

import datetime
import json

import pytest
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from conftest import made

TYPES = made("types.cloudevents.ndjson")
DRAWN = made("drawn.cloudevents.ndjson")


def read(event):
    return JSONFormat().read(CloudEvent, json.dumps(event))


@pytest.mark.parametrize("events", [TYPES, DRAWN], ids=["types", "drawn"])
def test_every_event_is_read_whole(events):
    for event in events:
        known = read(event)
        assert (known.get_source(), known.get_type()) == ("/audit-trail/acme", event["type"])
        assert known.get_id() == f"{event['data']['created_at']}#{event['data']['id']}"
        assert known.get_time() == datetime.datetime.fromisoformat(event["data"]["created_at"])
        assert int(known.get_extension("sequence")) == event["data"]["position"]
        assert known.get_datacontenttype() == "application/json"
        assert known.get_data() == event["data"]


def test_the_library_sees_what_is_no_cloud_event():
    for change in ({"id": ""}, {"specversion": "2.0"}, {"Sequence": "1"}):
        with pytest.raises(CloudEventValidationError):
            read(TYPES[0] | change)
