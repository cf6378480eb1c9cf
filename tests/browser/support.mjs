// The service, a browser, and what checks a page: each test takes what it needs of them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { DEMO, startServer } from "../clients/node/server.mjs";

export { DEMO };

const require = createRequire(import.meta.url);
const AXE = require.resolve("axe-core/axe.min.js");
const VNU = require("vnu-jar");
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The service with its demo account, and a browser; both are stopped by `stop`. */
export async function start() {
  const server = await startServer();
  const libraries = process.env.CHROMIUM_LIBRARIES;
  const env = libraries ? { ...process.env, LD_LIBRARY_PATH: libraries } : process.env;
  const args = ["--no-sandbox", "--disable-dev-shm-usage"]; // the pages are ours, and CI runs as root
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args, env });
  const stop = async () => {
    await browser.close();
    await server.stop();
  };
  return { url: server.url, dynamodbUrl: server.dynamodbUrl, browser, stop };
}

/** A page in a context of its own, which fails its test if the page says anything on its console or asks for another site. */
export async function open({ url, browser }, options = {}) {
  const context = await browser.newContext({ timezoneId: "America/New_York", locale: "en-US", ...options });
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(`${error}`));
  page.on("dialog", (dialog) => said.push(`a dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) said.push(`elsewhere: ${request.url()}`);
  });
  return { page, context, quiet: () => assert.deepEqual(said, []) };
}

/** Signs in with the demo account. */
export async function signIn(page, url) {
  await page.goto(url);
  await page.getByLabel("Client id").fill(DEMO.clientId);
  await page.getByLabel("Secret").fill(DEMO.secret);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

/** Records events of the demo account. */
export async function record(url, events) {
  const answer = await post(url, "/audit-trail/events", { events });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body.events;
}

/** Changes attributes of an event of the demo account by hand, past everything that checks them. */
export async function alter(dynamodbUrl, { id, created_at }, attributes) {
  const names = Object.keys(attributes);
  const body = {
    TableName: "audit",
    Key: { pk: { S: "events#demo#00" }, sk: { S: `${created_at}#${id}` } },
    UpdateExpression: `SET ${names.map((_, at) => `#n${at} = :v${at}`)}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name, at) => [`#n${at}`, name])),
    ExpressionAttributeValues: Object.fromEntries(names.map((name, at) => [`:v${at}`, { S: attributes[name] }])),
  };
  const signed = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=a";
  const headers = { Authorization: signed, "Content-Type": "application/x-amz-json-1.0", "X-Amz-Date": "20260101T000000Z", "X-Amz-Target": "DynamoDB_20120810.UpdateItem" };
  const answer = await fetch(dynamodbUrl, { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.text());
}

/** The URL of a new viewer link. */
export async function viewerLink(url, link) {
  const answer = await post(url, "/audit-trail/viewer-links", link);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body.url;
}

async function post(url, path, body) {
  const headers = { Authorization: `Bearer ${DEMO.token}`, "Content-Type": "application/json" };
  const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}

/** An event that says little, unless it is told more. */
export const event = (more) => ({
  event_type: "CHANGED_ROLE",
  event_description: "Changed a role",
  principal: { name: "Ada Lovelace", email: "ada@example.com", role: "ADMIN", ip_address: "192.0.2.1" },
  ...more,
});

/** A page of another origin that shows a URL in a frame. */
export async function embedding(frame) {
  const body = `<!doctype html><title>Embedding</title><iframe id="view" width="900" height="600" src="${frame}"></iframe>`;
  const server = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(body));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  return { origin: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

/** Fails on anything that axe finds. */
export async function accessible(page, what) {
  const source = await readFile(AXE, "utf8");
  // Not as an element, which the page's policy forbids: the debugger may evaluate.
  await page.evaluate(source);
  const found = await page.evaluate(async (tags) => {
    const { violations } = await globalThis.axe.run(document, { runOnly: { type: "tag", values: tags } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`);
  }, AXE_TAGS);
  assert.deepEqual(found, [], what);
}

/** Fails on anything that the checker of the W3C finds in these pages, given by name. */
export async function valid(pages) {
  const folder = await mkdtemp(join(tmpdir(), "view-"));
  try {
    const files = [];
    for (const [name, html] of Object.entries(pages)) {
      files.push(join(folder, `${name}.html`));
      await writeFile(files.at(-1), html);
    }
    const run = promisify(execFile)("java", ["-jar", VNU, "--errors-only", "--format", "json", ...files], { maxBuffer: 1 << 24 });
    const { stderr } = await run.catch((failed) => failed);
    const { messages } = JSON.parse(stderr);
    assert.deepEqual(messages.map(({ url, message, extract }) => ({ url, message, extract })), []);
  } finally {
    await rm(folder, { recursive: true });
  }
}
