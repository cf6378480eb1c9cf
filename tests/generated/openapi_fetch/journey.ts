// What a user of openapi-fetch would write: it must compile against the generated types without a cast.

import assert from "node:assert/strict";
import { test } from "node:test";
import createClient from "openapi-fetch";
import type { components, paths } from "../made/openapi-typescript/schema.js";

const { AUDIT_URL = "", AUDIT_ACCOUNT = "", AUDIT_CLIENT_ID = "", AUDIT_SECRET = "" } = process.env;
const client = createClient<paths>({
  baseUrl: AUDIT_URL,
  headers: {
    Authorization: `Bearer ${AUDIT_CLIENT_ID}.${AUDIT_SECRET}`,
    "PLAID-CLIENT-ID": AUDIT_CLIENT_ID,
    "PLAID-SECRET": AUDIT_SECRET,
  },
});

const numbered = (length: number, name: (number: number) => string) => Array.from({ length }, (_, number) => name(number));

test("it lists every user", async () => {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const { data, error }: { data?: components["schemas"]["DashboardUserListResponse"]; error?: unknown } = await client.POST(
      "/dashboard_user/list",
      { body: { cursor } },
    );
    assert.ok(data, JSON.stringify(error));
    ids.push(...data.dashboard_users.map((user) => user.id));
    cursor = data.next_cursor;
  } while (cursor !== null);

  assert.deepEqual(ids, numbered(120, (number) => `user${String(number).padStart(5, "0")}`));
});

test("it pages the trail forwards and back", async () => {
  const get = async (cursor: string | null) => {
    const query = { end_date: "2026-06-02", event_type: "USER_LOGGED_ON", page_size: 50, ...(cursor === null ? {} : { cursor }) };
    const { data, error } = await client.GET("/audit-trail", { params: { query } });
    assert.ok(data, JSON.stringify(error));
    return data;
  };

  const first = await get(null);
  const second = await get(first.next);
  const third = await get(second.next);
  const back = await get(third.previous);

  const read = [first, second, third].flatMap((page) => page.results.map((event) => event.event_description));
  assert.deepEqual(read, numbered(130, (number) => `record ${129 - number}`));
  assert.equal(third.next, null);
  assert.deepEqual(back.results, second.results);
});

test("it reads the network audit to the end", async () => {
  const get = async (fromDate: string, nextContinuationToken?: string) => {
    const query = { fromDate, toDate: "2026-06-02T00:00:00.000Z", ...(nextContinuationToken ? { nextContinuationToken } : {}) };
    const path = { accountId: AUDIT_ACCOUNT };
    const { data, error, response } = await client.GET("/network/audit/accounts/{accountId}/userAccess", {
      params: { path, query },
      parseAs: "text",
    });
    assert.ok(data, JSON.stringify(error));
    return { rows: data.trimEnd().split("\r\n").slice(1), headers: response.headers };
  };

  const first = await get("2026-06-01T00:00:00.000Z");
  const token = first.headers.get("nextContinuationToken");
  const nextFromDate = first.headers.get("nextFromDate");
  assert.ok(token && nextFromDate);
  const second = await get(nextFromDate, token);

  const ids = [...first.rows, ...second.rows].map((row) => row.split(",")[2]);
  assert.deepEqual(ids, numbered(130, (number) => `n${String(number).padStart(5, "0")}`));
  assert.equal(first.headers.get("totalRecords"), "130");
  assert.equal(second.headers.get("nextContinuationToken"), null);
});

test("it records an event with free details once", async () => {
  const event: components["schemas"]["EventInput"] = {
    id: "evt_1",
    created_at: "2026-07-01T09:30:00.123Z",
    event_type: "USER_LOGGED_ON",
    event_description: "Ada logged on",
    principal: { name: "Ada", email: "ada@example.com", role: "ADMIN", ip_address: "2001:db8::1" },
    subject: { category: "userAccess", entity_key: "Network:UserAccess", entity_id: "s-1", user_id: "ada" },
    message: { Device: { Kind: "laptop" }, Tries: 2 },
    previous_state: null,
    current_state: {},
  };
  for (const replayed of [null, "true"]) {
    const header = { "Idempotency-Key": "key-1" };
    const { data, error, response } = await client.POST("/audit-trail/events", { params: { header }, body: { events: [event] } });
    assert.ok(data, JSON.stringify(error));
    assert.equal(response.status, 201);
    assert.equal(response.headers.get("Idempotency-Replayed"), replayed);
    assert.deepEqual(data.events, [{ id: "evt_1", created_at: "2026-07-01T09:30:00.123Z" }]);
  }

  const query = { start_date: "2026-07-01", end_date: "2026-07-02", user_email: "ada@example.com" };
  const { data } = await client.GET("/{category}/v1/audit-trail", { params: { path: { category: "hris" }, query } });
  assert.deepEqual(
    data?.results.map((found) => [found.id, found.ip_address, found.role]),
    [["evt_1", "2001:db8::1", "ADMIN"]],
  );
});

test("it reads what is wrong with a request", async () => {
  const badUser = await client.POST("/dashboard_user/get", { body: { dashboard_user_id: "nobody" } });
  assert.ok(badUser.error && "error_code" in badUser.error);
  assert.equal(badUser.error.error_code, "INVALID_FIELD");
  assert.equal(badUser.error.display_message, null);

  const badSize = await client.GET("/audit-trail", { params: { query: { page_size: 101 } } });
  assert.deepEqual(badSize.error, { page_size: ["must be a whole number from 1 to 100"] });
});
