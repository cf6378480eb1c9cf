// Says what the first page weighs, and how long Chromium takes to paint it: `node tests/browser/measure.mjs [LOADS]`.

import { gzipSync } from "node:zlib";
import { open, signIn, start } from "./support.mjs";

const loads = Number(process.argv[2] ?? 20);
const service = await start();
const weighed = await open(service);
await signIn(weighed.page, service.url);

const read = async (url) => Buffer.from(await (await weighed.context.request.get(url)).body());
const html = await read(service.url);
const assets = [...html.toString().matchAll(/(?:href|src)="(\/view\/assets\/[^"]+)"/g)].map(([, path]) => path);
const parts = { html, ...Object.fromEntries(await Promise.all(assets.map(async (path) => [path.split(".").at(-1), await read(service.url + path)]))) };
let total = 0;
for (const [name, bytes] of Object.entries(parts)) {
  const packed = gzipSync(bytes, { level: 9 }).length;
  total += packed;
  console.log(`${name}: ${bytes.length} bytes, ${packed} compressed`);
}
console.log(`first page with everything: ${total} bytes compressed`);

const paints = { cold: [], warm: [] };
for (let load = 0; load < loads; load++) {
  // Each with a cache of its own, which the first load fills.
  const { page, context } = await open(service);
  await signIn(page, service.url);
  const session = await context.newCDPSession(page);
  await session.send("Network.clearBrowserCache");
  for (const kind of ["cold", "warm"]) {
    await page.goto(service.url, { waitUntil: "load" });
    await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
    paints[kind].push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime));
  }
  await context.close();
}
for (const [kind, times] of Object.entries(paints)) {
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(0);
  console.log(`first contentful paint, ${kind} cache: median ${at(0.5)} ms, fastest ${at(0)} ms, 9 of 10 within ${at(0.9)} ms (${times.length} loads)`);
}
await service.stop();
