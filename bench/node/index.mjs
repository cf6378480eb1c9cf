// `GET /audit-trail` in JavaScript: what bench/coldstart holds the Rust function against.
//
// It answers what the Rust function answers to the same event, cursor included, and leaves out what that event does not ask
// for: `page_size` is the only parameter, and any other is refused.

import { createHash, timingSafeEqual } from "node:crypto";
import { DynamoDBClient, DynamoDBServiceException, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";

const ENDPOINT = "audit-trail";
const SCOPE = "audit:read";
const PAGE_SIZE_DEFAULT = 50;
const PAGE_SIZE_MAX = 100;
const REMEMBERED_MS = 60_000;
const REMEMBERED_MAX = 1_000;
const CATEGORIES = new Set([
  "accounting", "ats", "calendar", "chat", "crm", "email", "filestorage", "hris", "knowledgebase", "ticketing",
]);
// Before and after every sort key of an event.
const [FROM, TO] = ["1970-01-01T00:00:00.000Z", ":"];
// What of an event a page shows.
const SHOWN = [
  "sk", "event_type", "event_description", "principal_name", "principal_email", "principal_role", "principal_ip_address",
];
// Compared with where there is no hash: no SHA-256 that is known.
const NO_HASH = Buffer.alloc(32);

const TABLE = process.env.TABLE_NAME;
if (!TABLE) throw new Error("environment variable TABLE_NAME must name the table");
// Made while Lambda initialises, and kept.
const dynamodb = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000 },
});
const remembered = new Map();

// An answer that is not a page.
class Refusal extends Error {
  constructor(status, body, headers = {}) {
    super(JSON.stringify(body));
    Object.assign(this, { status, body, headers });
  }
}

export async function handler(event, context) {
  const started = performance.now();
  let account = null;
  let items = 0;
  let answer;
  try {
    checkCategory(event);
    account = await authenticate(event);
    const { events, more } = await readPage(account, pageSize(event));
    items = events.length;
    answer = { status: 200, body: page(account, events, more), headers: {} };
  } catch (error) {
    answer = error instanceof Refusal ? error : failure(error, context.awsRequestId);
  }
  const line = { endpoint: ENDPOINT, account, status: answer.status, items, took_ms: performance.now() - started };
  console.log(JSON.stringify({ level: "INFO", message: "request answered", request_id: context.awsRequestId, ...line }));
  return {
    statusCode: answer.status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-request-id": context.awsRequestId,
      ...answer.headers,
    },
    body: JSON.stringify(answer.body),
    isBase64Encoded: false,
  };
}

// What the store or the way to it failed with; an error of our own is for the runtime.
function failure(error, requestId) {
  if (!(error instanceof DynamoDBServiceException) && !error.$metadata) throw error;
  console.error(JSON.stringify({ level: "ERROR", message: "request failed", request_id: requestId, cause: String(error) }));
  const body = { detail: `Service unavailable. Request id: ${requestId}` };
  return { status: 503, body, headers: { "retry-after": "1" } };
}

function checkCategory(event) {
  const category = event.pathParameters?.category;
  if (category !== undefined && !CATEGORIES.has(category)) throw new Refusal(404, { detail: "Not found." });
}

function pageSize(event) {
  const parameters = event.multiValueQueryStringParameters ?? {};
  const faults = {};
  for (const name of Object.keys(parameters)) {
    if (name !== "page_size") faults[name] = ["is not a parameter of this port"];
  }
  const values = parameters.page_size ?? [String(PAGE_SIZE_DEFAULT)];
  const size = /^[0-9]+$/.test(values[0]) ? Number(values[0]) : 0;
  if (values.length !== 1) faults.page_size = ["must be given once"];
  else if (size < 1 || size > PAGE_SIZE_MAX) faults.page_size = [`must be a whole number from 1 to ${PAGE_SIZE_MAX}`];
  if (Object.keys(faults).length > 0) throw new Refusal(400, faults);
  return size;
}

// The account that the bearer token admits to.
async function authenticate(event) {
  const { clientId, secret } = bearerToken(event);
  const presented = createHash("sha256").update(secret).digest();
  const known = remembered.get(clientId);
  const isFresh = known !== undefined && performance.now() - known.since < REMEMBERED_MS;
  let credential = known?.credential;
  if (!isFresh || !admits(credential, presented)) {
    credential = await lookUp(clientId);
    if (!admits(credential, presented)) throw unauthorized("Invalid token.");
    remember(clientId, credential);
  }
  if (!credential.scopes.includes(SCOPE)) throw unauthorized("Invalid token.");
  return credential.account;
}

function bearerToken(event) {
  const name = Object.keys(event.headers ?? {}).find((name) => name.toLowerCase() === "authorization");
  const [, clientId, secret] = /^bearer +(.+)\.([^.]+)$/i.exec(name ? event.headers[name] : "") ?? [];
  if (!clientId) throw unauthorized("Authentication credentials were not provided.");
  return { clientId, secret };
}

async function lookUp(clientId) {
  const Key = { pk: { S: `credential#${clientId}` }, sk: { S: "credential" } };
  const command = new GetItemCommand({ TableName: TABLE, Key, ConsistentRead: true, ReturnConsumedCapacity: "TOTAL" });
  const { Item: item } = await dynamodb.send(command);
  if (!item) return { hashes: [], revoked: false };
  return {
    account: item.account.S,
    scopes: item.scopes.L.map((scope) => scope.S),
    hashes: item.secret_hashes.L.map((text) => Buffer.from(text.S, "base64url")),
    revoked: item.revoked_at !== undefined,
  };
}

// Compares with two hashes in constant time, whether there are so many or not.
function admits(credential, presented) {
  let admitted = false;
  for (let place = 0; place < 2; place += 1) {
    const real = place < credential.hashes.length;
    admitted = (timingSafeEqual(real ? credential.hashes[place] : NO_HASH, presented) && real) || admitted;
  }
  return admitted && !credential.revoked;
}

function remember(clientId, credential) {
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  remembered.set(clientId, { since: performance.now(), credential });
}

function unauthorized(detail) {
  return new Refusal(401, { detail }, { "www-authenticate": "Bearer" });
}

function partition(account) {
  return `events#${account}#00`;
}

// The newest events, and whether there are more: one more than the page needs is read.
async function readPage(account, size) {
  const answer = await dynamodb.send(
    new QueryCommand({
      TableName: TABLE,
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: size + 1,
      ReturnConsumedCapacity: "TOTAL",
      KeyConditionExpression: "#pk = :pk AND #sk BETWEEN :from AND :to",
      ProjectionExpression: SHOWN.map((name) => `#${name}`).join(", "),
      ExpressionAttributeNames: Object.fromEntries(["pk", ...SHOWN].map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: { ":pk": { S: partition(account) }, ":from": { S: FROM }, ":to": { S: TO } },
    }),
  );
  const more = answer.Items.length > size || answer.LastEvaluatedKey !== undefined;
  return { events: answer.Items.slice(0, size), more };
}

function page(account, events, more) {
  const next = more ? nextCursor(account, events.at(-1).sk.S) : null;
  return { next, previous: null, results: events.map(result) };
}

function result(item) {
  const [createdAt, id] = item.sk.S.split("#");
  return {
    id,
    user_name: item.principal_name?.S ?? null,
    user_email: item.principal_email?.S ?? null,
    role: item.principal_role.S,
    ip_address: item.principal_ip_address.S,
    event_type: item.event_type.S,
    event_description: item.event_description.S,
    created_at: createdAt,
  };
}

// The position behind a page, with a check over what it belongs to: shared/src/http/cursor.rs has the format.
function nextCursor(account, sortKey) {
  const payload = Buffer.from(JSON.stringify([2, { trail: ["f", false, true, sortKey, [FROM, null, null, null]] }]));
  const check = createHash("sha256");
  const listing = { endpoint: ENDPOINT, account };
  for (const part of Object.entries(listing).flat().map((text) => Buffer.from(text))) {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(part.length));
    check.update(length).update(part);
  }
  return Buffer.concat([check.update(payload).digest().subarray(0, 16), payload]).toString("base64url");
}
