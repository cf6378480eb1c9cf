// The official `@mergeapi/merge-node-client`, unmodified, against `audit serve`.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { MergeClient, MergeError } from "@mergeapi/merge-node-client";
import { DEMO, startServer } from "./server.mjs";

// This client has six of the ten categories.
const CATEGORIES = ["accounting", "ats", "crm", "filestorage", "hris", "ticketing"];

let server;
before(async () => {
  server = await startServer();
});
after(() => server?.stop());

function client(apiKey = DEMO.token) {
  return new MergeClient({ baseUrl: server.url, apiKey });
}

/** The error that a user of the client catches. */
async function refusal(promise) {
  const error = await promise.then(
    () => assert.fail("the call succeeded"),
    (error) => error,
  );
  assert.ok(error instanceof MergeError, `${error}`);
  return { status: error.statusCode, body: error.body };
}

test("the client's own pager reads the whole trail, newest first", async () => {
  const events = [];
  for await (const event of await client().ats.auditTrail.list({ pageSize: 100 })) events.push(event);

  assert.equal(events.length, 2_000);
  assert.equal(new Set(events.map((event) => event.id)).size, 2_000);
  for (const event of events) {
    assert.ok(event.createdAt instanceof Date && !Number.isNaN(event.createdAt.getTime()));
    for (const field of ["role", "ipAddress", "eventType", "eventDescription"]) {
      assert.equal(typeof event[field], "string", field);
    }
  }
  const times = events.map((event) => event.createdAt.getTime());
  assert.deepEqual(times, times.toSorted((a, b) => b - a));
});

test("previous leads back to the first page", async () => {
  const api = client().hris.auditTrail;
  const first = (await api.list({ pageSize: 7 })).response;
  const second = (await api.list({ pageSize: 7, cursor: first.next })).response;
  const back = (await api.list({ pageSize: 7, cursor: second.previous })).response;

  assert.ok(first.previous == null);
  assert.deepEqual(back.results, first.results);
  assert.ok(back.previous == null);
  assert.equal(first.results.length, 7);
});

test("every category gives the same answer", async () => {
  const expected = (await client().ats.auditTrail.list({ pageSize: 3 })).response.results;

  for (const category of CATEGORIES) {
    const page = await client()[category].auditTrail.list({ pageSize: 3 });
    assert.deepEqual(page.response.results, expected, category);
  }
});

test("filters narrow the trail", async () => {
  const api = client().ats.auditTrail;
  const [sample] = (await api.list({ pageSize: 100 })).response.results.filter((event) => event.userEmail);
  const query = { eventType: sample.eventType, userEmail: sample.userEmail.toUpperCase(), pageSize: 100 };

  const page = await api.list(query);
  const none = await api.list({ ...query, startDate: "9999-01-01" });

  assert.ok(page.response.results.some((event) => event.id === sample.id));
  for (const event of page.response.results) {
    assert.equal(event.eventType, sample.eventType);
    assert.equal(event.userEmail.toLowerCase(), sample.userEmail.toLowerCase());
  }
  assert.deepEqual(none.response.results, []);
});

test("a wrong key is a MergeError with status 401", async () => {
  const { status, body } = await refusal(client("nobody.wrong").ats.auditTrail.list());

  assert.equal(status, 401);
  assert.deepEqual(Object.keys(body), ["detail"]);
});

test("bad parameters are named, a bad cursor is not found", async () => {
  const api = client().ats.auditTrail;

  for (const [request, parameter] of [
    [{ pageSize: 101 }, "page_size"],
    [{ pageSize: 0 }, "page_size"],
    [{ startDate: "2026-02-30" }, "start_date"],
    [{ endDate: "yesterday" }, "end_date"],
    [{ eventType: "no type" }, "event_type"],
  ]) {
    const { status, body } = await refusal(api.list(request));
    assert.equal(status, 400);
    assert.deepEqual(Object.keys(body), [parameter]);
    assert.ok(Array.isArray(body[parameter]));
  }
  assert.deepEqual(await refusal(api.list({ cursor: "x" })), { status: 404, body: { detail: "Invalid cursor" } });
});

test("an unknown parameter is named", async () => {
  const { status, body } = await refusal(client().ats.auditTrail.list({}, { queryParams: { event_typ: "INVITED_USER" } }));

  assert.equal(status, 400);
  assert.deepEqual(Object.keys(body), ["event_typ"]);
});
