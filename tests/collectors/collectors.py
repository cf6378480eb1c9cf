"""The collectors of docs/collect.md. Each runs in a folder of its own, where it keeps what it remembers from run to run."""

import json
from pathlib import Path

import duckdb
import duckdb_extension_httpfs

from account import Account, Event, row
from documented import PROGRAMS, copy, run, text


class Collector:
    """One collector, with all that it has kept."""

    def __init__(self, folder: Path, account: Account):
        self.folder, self.account = folder, account

    def run(self) -> list[Event]:
        """Runs it once, and returns what it read this time, in the order of arrival."""
        raise NotImplementedError


class Dlt(Collector):
    """dlt into DuckDB. Its state is in its home folder and in the destination."""

    disposition = "append"

    def run(self) -> list[Event]:
        before = len(self.rows())
        program = copy("dlt_feed.py", self.folder, self.account)
        run(self.folder, PROGRAMS / "python", program, self.disposition)
        return self.rows()[before:]

    def rows(self) -> list[Event]:
        """All rows of the table, which is made with the first of them."""
        with duckdb.connect(self.folder / "events.duckdb") as database:
            if not database.sql("SELECT 1 FROM duckdb_tables() WHERE table_name = 'events'").fetchall():
                return []
            found = database.sql("SELECT position, id, message FROM audit.events ORDER BY position").fetchall()
        return [Event(position, name, json.loads(message)) for position, name, message in found]


class DltMerge(Dlt):
    """dlt again, which replaces rows of the same key."""

    disposition = "merge"


class Airbyte(Collector):
    """airbyte-cdk's source of a manifest, and its last message of state, as a platform keeps it."""

    def run(self) -> list[Event]:
        for name in ("manifest.yaml", "catalog.json", "config.json"):
            copy(f"airbyte/{name}", self.folder, self.account)
        state = self.folder / "state.json"
        arguments = ["--manifest-path", "manifest.yaml", "--config", "config.json", "--catalog", "catalog.json"]
        arguments += ["--state", "state.json"] if state.exists() else []
        printed = run(self.folder, PROGRAMS / "source-declarative-manifest", "read", *arguments)
        messages = [json.loads(line) for line in printed.splitlines()]
        state.write_text(json.dumps([message["state"] for message in messages if message["type"] == "STATE"][-1:]))
        return [row(message["record"]["data"]) for message in messages if message["type"] == "RECORD"]


class Singer(Collector):
    """tap-rest-api-msdk, and its last message of state, as a target keeps it. Objects are JSON texts."""

    def run(self) -> list[Event]:
        config = copy("tap-rest-api-msdk.json", self.folder, self.account)
        state = self.folder / "state.json"
        arguments = ["--state", "state.json"] if state.exists() else []
        printed = run(self.folder, PROGRAMS / "tap-rest-api-msdk", "--config", config, *arguments)
        messages = [json.loads(line) for line in printed.splitlines()]
        state.write_text(json.dumps([message["value"] for message in messages if message["type"] == "STATE"][-1]))
        records = [message["record"] for message in messages if message["type"] == "RECORD"]
        return [row(record | {"message": json.loads(record["message"])}) for record in records]


class Curl(Collector):
    """The script `follow`, and its folder of pages with the checkpoint."""

    def run(self) -> list[Event]:
        before = len(self.lines())
        script = copy("follow", self.folder, self.account)
        token = {"AUDIT_TOKEN": self.account.credential.token}
        run(self.folder, "bash", script, self.account.url, self.folder / "events", env=token)
        return [row(json.loads(line)) for line in self.lines()[before:]]

    def lines(self) -> list[str]:
        """The lines of all pages, in the order of their names."""
        pages = sorted((self.folder / "events").glob("*.ndjson"))
        return [line for page in pages for line in page.read_text(encoding="utf-8").splitlines()]


class DuckDb(Collector):
    """The statements of feed.sql, repeated until they add nothing; the table is all that it keeps."""

    def run(self) -> list[Event]:
        settings = {"extension_directory": str(self.folder), "autoinstall_known_extensions": "false"}
        with duckdb.connect(self.folder / "events.duckdb", config=settings) as database:
            database.execute(f"INSTALL '{httpfs()}'")
            before, after = -1, len(self.rows(database))
            start = after
            while after > before:
                database.execute(text("feed.sql", self.account))
                before, after = after, len(self.rows(database))
            return self.rows(database)[start:]

    def rows(self, database: duckdb.DuckDBPyConnection) -> list[Event]:
        """All rows of the table, if it is there."""
        if not database.sql("SELECT 1 FROM duckdb_tables() WHERE table_name = 'events'").fetchall():
            return []
        found = database.sql("SELECT position, id, message FROM events ORDER BY position").fetchall()
        return [Event(position, name, json.loads(message)) for position, name, message in found]


def httpfs() -> Path:
    """The extension as its package has it. DuckDB checks the signature, as it does when it downloads one."""
    folder = Path(duckdb_extension_httpfs.__file__).parent
    return folder / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
