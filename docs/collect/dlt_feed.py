"""Follows the feed into a DuckDB file. Run it as often as you like: `python dlt_feed.py append`, or `merge`."""

import json
import sys

import dlt
from dlt.sources.rest_api import rest_api_source

OBJECTS = ["principal", "subject", "message", "previous_state", "current_state", "redacted"]
# Columns that no event may have a value for yet.
TYPES = {name: "text" for name in [*OBJECTS, "message_key"]} | {"missing": "bool", "altered": "bool"}


def objects_as_text(event):
    """As JSON in a text each: dlt refuses numbers that a database's integers or floats do not hold, and stops there."""
    return event | {name: json.dumps(event[name]) for name in OBJECTS if event.get(name) is not None}


feed = rest_api_source(
    {
        "client": {
            "base_url": "http://127.0.0.1:3000",
            "auth": {"type": "bearer", "token": "demo.local-demo-secret"},
            "paginator": {"type": "cursor", "cursor_path": "next", "cursor_param": "cursor"},
        },
        "resources": [
            {
                "name": "events",
                "primary_key": "position",
                "write_disposition": sys.argv[1],
                "processing_steps": [{"map": objects_as_text}],
                "columns": {name: {"data_type": kind} for name, kind in TYPES.items()},
                "endpoint": {
                    "path": "audit-trail/feed",
                    "data_selector": "events",
                    "params": {"after": "{incremental.start_value}"},
                    "incremental": {"cursor_path": "position", "initial_value": -1, "range_start": "open", "row_order": "asc"},
                },
            }
        ],
    }
)

pipeline = dlt.pipeline("audit_trail", destination=dlt.destinations.duckdb("events.duckdb"), dataset_name="audit")
pipeline.run(feed)
print(pipeline.last_trace.last_normalize_info.row_counts.get("events", 0), "events")
