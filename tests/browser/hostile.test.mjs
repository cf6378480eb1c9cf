// Events that were written to do harm are shown, and do nothing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, alter, event, open, record, signIn, start } from "./support.mjs";

let service;
before(async () => (service = await start()));
after(() => service.stop());

const MARKUP = `"><script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)>`;
const TURNED = "invoice\u202egpj.exe";

test("markup and characters that turn the text round are shown as what they are", async () => {
  const principal = { name: MARKUP, email: "ada@example.com", role: "ADMIN", ip_address: "192.0.2.1" };
  const states = { previous_state: { [MARKUP]: TURNED }, current_state: { [MARKUP]: MARKUP } };
  const [{ id, created_at }] = await record(service.url, [event({ event_description: MARKUP + TURNED, principal, ...states })]);
  const { page, quiet } = await open(service);
  await signIn(page, service.url);
  for (const path of ["/", `/view/events/${created_at}/${id}`]) {
    await page.goto(service.url + path);
    assert.equal(await page.locator("main script, main img, main [onload], main [onerror]").count(), 0);
    assert.ok((await page.locator("main").textContent()).includes(MARKUP));
    assert.ok(!(await page.content()).includes("\u202e"));
    assert.ok((await page.locator(".escape").allTextContents()).includes("U+202E"));
    await accessible(page, path);
  }
  quiet();
});

test("the largest states that can be recorded are shown, to the last of 2,000 members", async () => {
  const state = (value) => Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [n.toString(36), value]));
  const states = { previous_state: state(1), current_state: state(2), message: { text: "x".repeat(16_000) } };
  const [{ id, created_at }] = await record(service.url, [event(states)]);
  const { page, quiet } = await open(service, { viewport: { width: 320, height: 640 } });
  await signIn(page, service.url);
  await page.goto(`${service.url}/view/events/${created_at}/${id}`);
  assert.equal(await page.locator("table.diff tr.changed").count(), 2_000);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, "a long word breaks");
  quiet();
});

test("states of 64 KiB with 2,000 members that a hand put there are shown and do nothing", async () => {
  const [recorded] = await record(service.url, [event({ event_description: "Altered by hand" })]);
  const state = (value) => JSON.stringify(Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`<img onerror=${n}>`, value])));
  const states = { previous_state: state(`<script>alert(1)</script>`), current_state: state(`\u202e'"><svg onload=alert(1)>`) };
  assert.ok(Object.values(states).every((text) => text.length > 64 * 1024));
  await alter(service.dynamodbUrl, recorded, states);
  const { page, quiet } = await open(service);
  await signIn(page, service.url);
  await page.goto(`${service.url}/view/events/${recorded.created_at}/${recorded.id}`);
  assert.equal(await page.locator("table.diff tr.changed").count(), 2_000);
  assert.equal(await page.locator("main script, main img, main svg").count(), 0);
  assert.equal(await page.locator(".escape").count(), 2_000);
  const altered = page.getByText("the event was altered after it was recorded");
  for (const until = Date.now() + 30_000; (await altered.count()) === 0 && Date.now() < until; await page.reload()) await page.waitForTimeout(500);
  assert.equal(await altered.count(), 1);
  quiet();
});
