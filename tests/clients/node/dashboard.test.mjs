// The official `plaid` client for Node, unmodified, against `audit serve`.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Configuration, PlaidApi } from "plaid";
import { DEMO, startServer } from "./server.mjs";

const ERROR_KEYS = [
  "display_message",
  "documentation_url",
  "error_code",
  "error_message",
  "error_type",
  "request_id",
  "suggested_action",
];

let server;
before(async () => {
  server = await startServer();
});
after(() => server?.stop());

function client(clientId = DEMO.clientId, secret = DEMO.secret, basePath = server.url) {
  const headers = { "PLAID-CLIENT-ID": clientId, "PLAID-SECRET": secret };
  return new PlaidApi(new Configuration({ basePath, baseOptions: { headers } }));
}

/** The error that a user of the client catches, its body checked for shape. */
async function refusal(promise) {
  const error = await promise.then(
    () => assert.fail("the call succeeded"),
    (error) => error,
  );
  assert.ok(error.response, `no answer: ${error}`);
  assert.deepEqual(Object.keys(error.response.data).sort(), ERROR_KEYS);
  assert.equal(error.response.data.display_message, null);
  assert.match(error.response.data.request_id, /^[A-Za-z0-9]{15}$/);
  const { error_type, error_code, error_message } = error.response.data;
  return { status: error.response.status, error_type, error_code, error_message };
}

test("the cursor loop reads every user", async () => {
  const users = [];
  let cursor = null;
  do {
    const { data } = await client().dashboardUserList({ cursor });
    assert.match(data.request_id, /^[A-Za-z0-9]{15}$/);
    users.push(...data.dashboard_users);
    cursor = data.next_cursor;
  } while (cursor !== null);

  assert.equal(users.length, 40);
  assert.equal(new Set(users.map((user) => user.id)).size, 40);
  assert.deepEqual([...new Set(users.map((user) => user.status))].sort(), ["active", "deactivated", "invited"]);
  for (const user of users) {
    assert.deepEqual(Object.keys(user).sort(), ["created_at", "email_address", "id", "status"]);
    assert.ok(!Number.isNaN(Date.parse(user.created_at)), user.created_at);
  }
});

test("a listed user can be fetched, with the keys in headers or in the body", async () => {
  const { data: page } = await client().dashboardUserList({});
  const dashboard_user_id = page.dashboard_users[0].id;
  const keys = { client_id: DEMO.clientId, secret: DEMO.secret };

  const { data: byHeaders } = await client().dashboardUserGet({ dashboard_user_id });
  const { data: byBody } = await new PlaidApi(new Configuration({ basePath: server.url })).dashboardUserGet({
    dashboard_user_id,
    ...keys,
  });

  const { request_id, ...user } = byHeaders;
  assert.deepEqual(user, page.dashboard_users[0]);
  assert.deepEqual({ ...byBody, request_id }, byHeaders);
});

test("wrong keys are INVALID_API_KEYS", async () => {
  for (const api of [client("nobody"), client(DEMO.clientId, "wrong")]) {
    assert.deepEqual(await refusal(api.dashboardUserList({})), {
      status: 400,
      error_type: "INVALID_INPUT",
      error_code: "INVALID_API_KEYS",
      error_message: "invalid client_id or secret provided",
    });
  }
});

test("an unknown field is named", async () => {
  assert.deepEqual(await refusal(client().dashboardUserList({ count: 5 })), {
    status: 400,
    error_type: "INVALID_REQUEST",
    error_code: "UNKNOWN_FIELDS",
    error_message: "the following fields are not recognized by this endpoint: count",
  });
});

test("a missing field is named", async () => {
  assert.deepEqual(await refusal(client().dashboardUserGet({})), {
    status: 400,
    error_type: "INVALID_REQUEST",
    error_code: "MISSING_FIELDS",
    error_message: "the following required fields are missing: dashboard_user_id",
  });
});

test("an unknown user and a bad cursor are INVALID_FIELD", async () => {
  const user = await refusal(client().dashboardUserGet({ dashboard_user_id: "nobody" }));
  const cursor = await refusal(client().dashboardUserList({ cursor: "not a cursor" }));

  assert.deepEqual([user.status, user.error_type, user.error_code], [400, "INVALID_REQUEST", "INVALID_FIELD"]);
  assert.match(user.error_message, /dashboard_user_id/);
  assert.deepEqual([cursor.status, cursor.error_type, cursor.error_code], [400, "INVALID_REQUEST", "INVALID_FIELD"]);
  assert.match(cursor.error_message, /cursor/);
});

test("a base URL may end in a slash", async () => {
  const api = client(DEMO.clientId, DEMO.secret, `${server.url}/`); // sends //dashboard_user/list

  assert.equal((await api.dashboardUserList({})).data.dashboard_users.length, 40);
});
