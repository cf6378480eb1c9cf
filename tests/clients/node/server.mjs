// Starts `audit serve --memory` with its demo account, and stops it by its process id.

import { appendFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";

const REPO = fileURLToPath(new URL("../../../", import.meta.url));
const AUDIT_BIN = process.env.AUDIT_BIN ?? `${REPO}target/debug/audit`;
const START_MS_MAX = 30_000;
const LAST_LINE_OF_GREETING = "Ctrl-C stops it.\n";

export const DEMO = { account: "demo", clientId: "demo", secret: "local-demo-secret", token: "demo.local-demo-secret" };

/** Resolves to the server's base URL, that of its DynamoDB, and the function that stops it. */
export async function startServer() {
  const port = await freePort();
  const dynamodbPort = await freePort();
  const args = ["serve", "--memory", "--port", `${port}`, "--dynamodb-port", `${dynamodbPort}`];
  const child = spawn(AUDIT_BIN, args, { cwd: REPO, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  child.stdout.on("data", (text) => (printed += text));
  child.stderr.on("data", (text) => (printed += text));
  const ended = once(child, "exit");
  const stop = async () => {
    if (child.exitCode === null) child.kill("SIGINT");
    await ended;
    keep(printed);
  };
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + START_MS_MAX; ; await sleep(20)) {
    if (child.exitCode !== null) throw new Error(`audit serve ended with ${child.exitCode}:\n${printed}`);
    if (Date.now() > deadline) {
      await stop();
      throw new Error(`audit serve did not answer in ${START_MS_MAX} ms:\n${printed}`);
    }
    if (await fetch(url).then((answer) => answer.text()).then(() => true, () => false)) return { url, dynamodbUrl: `http://127.0.0.1:${dynamodbPort}`, stop };
  }
}

/** Keeps what the server printed in the file that LOG_OF_TESTS names, to be searched for secrets. Its greeting shows the demo
 * account's on purpose. */
function keep(printed) {
  const [greeting, log] = printed.split(LAST_LINE_OF_GREETING);
  if (log === undefined) throw new Error(`audit serve did not greet:\n${printed}`);
  if (!greeting.includes(DEMO.secret)) throw new Error("the greeting does not show the demo account: the search would be in vain");
  if (process.env.LOG_OF_TESTS) appendFileSync(process.env.LOG_OF_TESTS, log);
}

/** A port that nothing listens on. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
