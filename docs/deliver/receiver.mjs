// Receives webhooks, and prints each event once: WEBHOOK_SECRET=whsec_… node receiver.mjs 8080

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

const webhook = new Webhook(process.env.WEBHOOK_SECRET);
const kept = "next-position";

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const { type, data } = webhook.verify(Buffer.concat(chunks).toString(), request.headers);
    if (type === "audit.events") {
      const expected = existsSync(kept) ? Number(readFileSync(kept, "utf8")) : 0;
      const fresh = data.events.filter(({ position }) => position >= expected); // others were here before
      for (const event of fresh) console.log(JSON.stringify(event));
      writeFileSync(kept, `${Math.max(expected, data.last + 1)}`);
    }
    response.writeHead(204).end();
  } catch (error) {
    response.writeHead(error instanceof WebhookVerificationError ? 401 : 500).end();
  }
}).listen(Number(process.argv[2]), "127.0.0.1");
