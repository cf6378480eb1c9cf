"""The sections of docs/benchmarks.md: what was measured, in a table, and how."""

import plots

NOT_MEASURED = "not measured"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def number(value):
    """Three digits that count, without an exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def by_size(rows, unit):
    """`{name: {events: row}}`, in the order of the rows."""
    named = {}
    for row in rows:
        if row["unit"] == unit and "events" in row:
            named.setdefault(row["name"], {})[row["events"]] = row
    return named


def sizes_of(rows):
    return sorted({row["events"] for row in rows if "events" in row})


def pages(rows):
    times, sizes = by_size(rows, "ms"), sizes_of(rows)
    ratios = {row["name"]: row["value"] for row in rows if row["unit"] == "slowest / fastest"}
    memory = by_size(rows, "MiB")["memory of the service"]
    requests = min(row["requests"] for of_name in times.values() for row in of_name.values())
    body = [[name, *(number(of_name[size]["value"]) for size in sizes), f"{ratios[name]:.2f}"] for name, of_name in times.items()]
    body.append(["memory of the service, MiB at most", *(number(memory[size]["value"]) for size in sizes), ""])
    steep = [f"*{name}*" for name, ratio in ratios.items() if ratio >= 1.3]
    flat = "Every other page" if steep else "Every page"
    verdict = f"Not flat: {', '.join(steep)}. {flat}" if steep else flat
    return f"""{table(["page of 100, median ms", *(f"{size:,} events" for size in sizes), "slowest / fastest"], body)}

![Time of a page by size of the account](plots/pages.svg)

{verdict} is within 1.3 times of the fastest size.
Medians of {requests} requests or more to each size, in turn, over one kept connection: gateway, function, SDK and embedded engine together. *5,000th or last full* is reached by walking there, on which every event must appear once and in order. *Before a random
time* goes to another place each time: what it reads is in the engine's cache where the account is small, and on the disk where it is
larger than the memory. *There once more* asks for the same place a second time, and so without the disk. A page by e-mail *and* type
reads as much of the address's events as it takes to find the page, up to 1 MB a request. A page of the network audit is the second of a
chain over 1,000 events, at the beginning and at the end of the account: the first one counts the range, which is below. Each size is an
account in a store and a service of its own, and all run side by side."""


def plot_pages(rows):
    times = {name: {size: row["value"] for size, row in of_name.items()} for name, of_name in by_size(rows, "ms").items()}
    return plots.lines("Time of a page of 100, by size of the account", "events in the account (logarithmic)", "median, ms", times)


def imports(rows):
    named = {}
    for row in rows:
        named.setdefault(row["events"], {})[row["name"]] = row
    measures = ["rate", "peak memory", "peak memory of the service", "file"]
    body = [[f"{size:,}", f"{of_size['rate']['imported']:,}", *(number(of_size[measure]["value"]) for measure in measures)]
            for size, of_size in sorted(named.items())]
    head = ["events", "the last of them, imported", "events/s", "peak of `audit import`, MiB", "peak of the service, MiB", "file, bytes an event"]
    return f"""{table(head, body)}

`audit import` sends 100 events in a transaction, one transaction at a time, and each event is a conditional write into the table and four
indexes. The embedded engine sets the pace: its file holds an event five times over, as JSON, and 9 B-trees of keys. An event
([`bench/events.py`](../bench/events.py)) is as small as one in all indexes can be, 540 bytes as an item. The events are spread evenly
over three years, two at a time; half of them belong to one user and the rest to 19. Where not all were imported, `bench/fill` had put the
others into the engine's file directly, as the items that the service writes; that file was on a compressed file system (see
[bench/README.md](../bench/README.md#pages-counts-and-imports)) and is larger than the memory."""


def totals(rows):
    def before(row):
        return f"{number(row['before'])}{', refused' if row['before_refused'] else ''}"

    body = [[f"{row['events']:,}", before(row), number(row["value"]) + (", refused" if row["refused"] else ""), row["requests"],
             f"{row['days_counted']:,}", number(row["counting_s"])] for row in rows]
    head = ["records in the range", "first page before its days are counted, median ms", "once they are", "requests",
            "days counted", "waited for that, s"]
    return f"""{table(head, body)}

Each row is the first page of a chain over all records of an account, whose `totalRecords` must be the number that was recorded. The
service refuses a range with too many uncounted records with a 400, after 15 s at most. `counts-roll` counts days, and `audit serve` calls it
when it starts: the last column says how long that took, with all services side by side.
[Counts of closed days](operations.md#counts-of-closed-days) says how it works."""


ENGINES = {"embedded": "embedded engine", "DynamoDB Local": "DynamoDB Local"}


def units(row):
    """Units read and written, such as `1 r + 6 w`."""
    parts = [f"{row[name]:g} {letter}" for name, letter in [("read_units", "r"), ("write_units", "w")] if row[name]]
    return " + ".join(parts)


def cost_table(rows):
    head, engines = ["request", "bytes in items", "minimum"], list(ENGINES)
    for engine in engines:
        head += [ENGINES[engine], "×"]
    named = {(row["name"], row["engine"]): row for row in rows}
    body = []
    for name in dict.fromkeys(row["name"] for row in rows):
        first = next(row for row in rows if row["name"] == name)
        cells = [name, f"{first['bytes']:,}", f"{first['minimum']:g}"]
        for engine in engines:
            row = named.get((name, engine))
            cells += [units(row), "–" if row["ratio"] is None else f"{row['ratio']:.2f}"] if row else [NOT_MEASURED, ""]
        body.append(cells)
    return table(head, body)


def cost(rows):
    return f"""{cost_table(rows)}

The table shows capacity units as the engine reports them (`ReturnConsumedCapacity`), of everything that a request sends once the container
knows its credential: `r` read, `w` written. **Minimum** is what DynamoDB's published rules charge for just the items that a request is about:
- a read: the bytes of the items in the answer, together, in steps of 4 KB: 1 unit each where the read is consistent (the trail without
  a filter, users), half a unit where it is not (every index);
- a write: for each event and user in it 1 unit for each KB begun, twice that in a transaction, and 1 for each KB and index it is in.

A request costs more than its minimum for these reasons: the one event behind a page that tells whether there is more, events that a filter
reads and does not pass, the count of a chain's first page, a user's state before a change, the item that keeps an address unique, the
record of an `Idempotency-Key`. An event of 600 to 1,000 bytes costs 6 write units through the endpoint: 2 for a transactional write and
1 for each index. The two engines count on their own; neither is AWS. DynamoDB Local reports for a transaction what does not follow its items
(20 for one event and for fifty), so it is not compared. [What it costs](operations.md#what-it-costs) has the prices.
[`record_measured.rs`](../tests/tests/suite/record_measured.rs) prints how many events a second the endpoint records, in batches of 50 and
8 at a time."""


PORTED = ["audit-trail", "minimal", "python", "node"]
MEASURES = ["start, HTTPS", "start", "first answer", "start and first answer", "warm", "peak memory", "zip"]
ON_LAMBDA = ["start, HTTPS", "first answer", "warm"]


def coldstart_of(rows):
    """`{function: {measure: value}}`. What was measured twice, beside others, counts as it was first."""
    named = {}
    for row in rows:
        named.setdefault(row["name"], {}).setdefault(row["measure"], row["value"])
    return named


def beside_minimal(rows, measure):
    """`{function: times}`, of a measure, against `minimal` in the same round: where it was measured twice, the one before."""
    times, minimal = {}, None
    for row in (row for row in rows if row["measure"] == measure):
        minimal = row["value"] if row["name"] == "minimal" else minimal
        times.setdefault(row["name"], row["value"] / minimal if minimal else None)
    return times


# What a function answers with, where its time is of that.
ANSWERS = {
    "minimal": ", one `GetItem`",
    "dashboard-user-list": ", 40 users",
    "dashboard-user-create": ", in a table of its own",
    "user-access-audit": ", 100 rows and the count of 1,000",
    "users-audit": ", 100 rows and the count of 500",
}


def require_ported(named):
    missing = [name for name in PORTED if name not in named]
    if missing:
        raise ValueError(f"it lacks {', '.join(missing)}: run bench/run for them too")


def coldstart(rows):
    named = coldstart_of(rows)
    require_ported(named)
    times = beside_minimal(rows, MEASURES[0])
    body = []
    for name, of_name in named.items():
        start, *others = (number(of_name[measure]) if measure in of_name else "–" for measure in MEASURES)
        ratio = "" if times[name] is None else number(times[name])
        body.append([f"`{name}`{ANSWERS.get(name, '')}", start, ratio, *others])
    head = ["function", "start, HTTPS, ms", "× `minimal`", "start, ms", "first answer, ms", "both, ms", "warm, ms", "peak, MiB", "zip, MiB"]
    return f"""{table(head, body)}

![Cold start beside Python, Node and a minimal function](plots/coldstart.svg)

Medians. *Start* is the time from the start of the process to the first poll of the runtime API, with the client for Amazon's HTTPS
endpoint made ready, or the client for the local store. *First answer* and *warm* are the times from an invocation to the last byte of its
answer, over the embedded engine and plain HTTP. *Both* adds the start with the local store and the first answer: a caller whom a
cold function answers waits that long. `minimal` is one `GetItem` with the same SDK, built the same way; `python` and `node` are ports of
`audit-trail` that give its answer to the byte. `log-sign` is only started: it answers with a key in KMS and a bucket. [bench/README.md](../bench/README.md) says how, and
[which aim is missed](../bench/README.md#held-against-the-aims)."""


def coldstart_on_lambda(rows):
    named = coldstart_of(rows)
    require_ported(named)
    ours = named[PORTED[0]]
    body = [[f"`{name}`", *(cell for measure in ON_LAMBDA for cell in (number(of_name[measure]), number(of_name[measure] / ours[measure])))]
            for name, of_name in named.items()]
    head = ["function", "start, HTTPS, ms", "×", "first answer, ms", "×", "warm, ms", "×"]
    return f"""{table(head, body)}

These functions reach the store through TLS, as they reach Amazon's, and after the start they have the share of a processor that 256 MiB
(`MemorySize` in `template.yaml`) buy on Lambda: a seventh. × is against `audit-trail`. [bench/README.md](../bench/README.md#as-on-lambda) says
how."""


def plot_coldstart(rows):
    named = coldstart_of(rows)
    groups = {label: {name: named[name][measure] for name in PORTED}
              for label, measure in [("start", "start, HTTPS"), ("first answer", "first answer"), ("both", "start and first answer"), ("warm", "warm")]}
    return plots.bars("audit-trail beside a minimal function, Python and Node", "median, ms (logarithmic)", groups)


HANDLER_PARTS = {
    "handler": "the function, from request to answer", "sdk": "– the SDK alone", "own": "**– the rest: the function's own**",
    "decode": "– – items to rows", "render": "– – rows to the body",
    "rows": "events of the feed, from items to rows", "audit": "– written in the feed's own format", "ocsf": "– written in OCSF",
    "cloudevents": "– written as CloudEvents",
}


def handler(rows):
    values = {tuple(row["name"].split(".")): row["value"] for row in rows}
    parts = list(dict.fromkeys(name[:2] for name in values if (*name[:2], "allocations") in values))
    body = []
    for page, part in parts:
        time, allocations, size = (values[page, part, what] for what in ("time", "allocations", "bytes"))
        body.append([f"`{page}`", HANDLER_PARTS.get(part, part), f"{time:.0f}", f"{allocations:.1f}", f"{size:,.0f}"])
    return f"""{table(["page of 100 rows", "part", "µs a page", "allocations a row", "bytes a row"], body)}

This is the processor time of a function that has all it needs in memory: no engine, network or process takes part. It is the fastest tenth
of Criterion's samples, as [`bench/cpu`](../bench/cpu) takes them. [bench/README.md](../bench/README.md#processor-time-of-a-page) compares before
and after, and says why."""
