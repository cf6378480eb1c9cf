// The receiver of docs/deliver-formats.md, as the page shows it: each event once, whatever comes again, and nothing that is not signed.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Webhook } from "standardwebhooks";
import { freePort } from "./server.mjs";

const FILE = fileURLToPath(new URL("../../../docs/deliver/receiver.mjs", import.meta.url));
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const START_MS_MAX = 10_000;

/** Runs the receiver in a folder of its own, beside the package that it imports; what it printed, when `calls` have ended. */
async function withReceiver(home, calls) {
  copyFileSync(FILE, `${home}/receiver.mjs`);
  const port = await freePort();
  const env = { ...process.env, WEBHOOK_SECRET: SECRET };
  const child = spawn(process.execPath, ["receiver.mjs", `${port}`], { cwd: home, env, stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  child.stdout.on("data", (text) => (printed += text));
  const ended = once(child, "exit");
  try {
    const url = `http://127.0.0.1:${port}/in`;
    const listens = () => fetch(url, { method: "POST" }).then(() => true, () => false);
    for (const deadline = Date.now() + START_MS_MAX; !(await listens()); await sleep(20)) assert.ok(Date.now() < deadline);
    await calls((...message) => post(url, ...message));
    await sleep(50); // what it printed last is on its way
  } finally {
    child.kill();
    await ended;
  }
  return printed.split("\n").filter(Boolean).map((line) => JSON.parse(line).position);
}

/** Posts the events of those positions as we would; the status of the answer. */
async function post(url, first, last, secret = SECRET) {
  const events = Array.from({ length: last - first + 1 }, (_, at) => ({ position: first + at }));
  const data = { account: "a", first, last, events };
  const body = JSON.stringify({ type: "audit.events", timestamp: "2026-05-01T09:29:00.000Z", data });
  const [now, id] = [new Date(), `dst_0123456789abcdef-${first}-${last}`];
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": `${Math.floor(now.getTime() / 1000)}`,
    "webhook-signature": new Webhook(secret).sign(id, now, body),
  };
  return (await fetch(url, { method: "POST", headers, body })).status;
}

test("the documented receiver prints each event once, also when it was restarted, and none by another secret", async () => {
  const home = mkdtempSync(fileURLToPath(new URL("./receiver-", import.meta.url)));
  try {
    const first = await withReceiver(home, async (send) => {
      assert.deepEqual([await send(0, 2), await send(0, 2), await send(3, 3)], [204, 204, 204]);
      assert.equal(await send(4, 4, `whsec_${"MDAw".repeat(8)}`), 401);
    });
    assert.deepEqual(first, [0, 1, 2, 3]);
    const second = await withReceiver(home, async (send) => assert.deepEqual([await send(3, 3), await send(3, 5)], [204, 204]));
    assert.deepEqual(second, [4, 5]);
  } finally {
    rmSync(home, { recursive: true });
  }
});
