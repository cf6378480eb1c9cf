// Webhooks as `events-deliver` sends them, verified by the official library of the Standard Webhooks specification.
// That they are sent so is held by the Rust suite, over the same file.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mock, test } from "node:test";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

const { cases } = JSON.parse(readFileSync(new URL("../../vectors/webhook.json", import.meta.url), "utf8"));
const SENT_AT = Date.parse("2026-05-01T09:30:00Z");
const ANOTHER_SECRET = `whsec_${"MDAw".repeat(8)}`;

/** What the library reads from a webhook that arrives so many seconds after it was sent. */
function verify({ body, headers }, secret, secondsLater = 0) {
  mock.timers.enable({ apis: ["Date"], now: SENT_AT + secondsLater * 1000 });
  try {
    return new Webhook(secret).verify(body, headers);
  } finally {
    mock.timers.reset();
  }
}

for (const webhook of cases) {
  test(`the official library verifies what is sent by each secret: ${webhook.name}`, () => {
    for (const secret of webhook.secrets) {
      const read = verify(webhook, secret);
      const events = webhook.format === "audit" ? read.data.events : read;
      assert.deepEqual(events, webhook.lines.map(({ text }) => JSON.parse(text)));
    }
  });

  test(`it refuses another secret, body, id or time: ${webhook.name}`, () => {
    const [secret] = webhook.secrets;
    const { body, headers } = webhook;
    const changed = [
      [{ body: body.replace("1", "2"), headers }, secret],
      [{ body, headers: { ...headers, "webhook-id": `${headers["webhook-id"]}0` } }, secret],
      [{ body, headers: { ...headers, "webhook-timestamp": `${Number(headers["webhook-timestamp"]) + 1}` } }, secret],
      [webhook, ANOTHER_SECRET],
      [webhook, secret, 301],
    ];
    for (const arguments_ of changed) {
      assert.throws(() => verify(...arguments_), WebhookVerificationError);
    }
  });
}
