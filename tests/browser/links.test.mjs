// Viewer links in frames: of the right origin, of a wrong one, used, over, and without JavaScript.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, embedding, event, open, record, start, viewerLink } from "./support.mjs";

let service;
before(async () => {
  service = await start();
  const subject = (user_id) => ({ category: "users", entity_key: "App:User", entity_id: user_id, user_id });
  await record(service.url, [
    event({ event_description: "About one", subject: subject("usr_one") }),
    event({ event_description: "About another", subject: subject("usr_two") }),
  ]);
});
after(() => service.stop());

const bound = (origins) => ({ category: "users", user_id: "usr_one", origins });

/** A page of another origin with the link in a frame, which may show it or not. */
async function framed(context, mayShow, options) {
  const outer = await embedding("about:blank");
  const origins = mayShow ? [outer.origin] : ["https://app.example.com"];
  const link = await viewerLink(service.url, bound(origins));
  const page = await context.newPage(options);
  await page.goto(outer.origin);
  await page.locator("#view").evaluate((frame, src) => (frame.src = src), link);
  return { page, link, stop: outer.stop, frame: page.frameLocator("#view") };
}

test("a page of an origin that the link names shows its part of the trail, and no other part", async () => {
  const { context } = await open(service);
  const { page, frame, stop } = await framed(context, true);
  await frame.getByRole("link", { name: "About one" }).click();
  await frame.getByRole("heading", { name: "About one" }).waitFor();
  const inner = page.frames().find((each) => each.url().startsWith(service.url));
  assert.match(inner.url(), /\/view\/link\/[A-Za-z0-9_-]{12}\/events\//);
  assert.ok(!(await inner.content()).includes("About another"));
  await frame.getByRole("link", { name: "← All events" }).click();
  await frame.getByLabel("First day").waitFor();
  stop();
});

test("a page of another origin shows nothing", async () => {
  const { context } = await open(service);
  const { page, stop } = await framed(context, false);
  await page.waitForTimeout(1_000);
  const inner = page.frames().at(-1);
  assert.ok(!(await inner.content()).includes("Audit trail"), "the browser refuses it");
  stop();
});

test("without JavaScript a button opens the link", async () => {
  const { page } = await open(service, { javaScriptEnabled: false });
  await page.goto(await viewerLink(service.url, bound([])));
  await page.getByRole("button", { name: "Show the audit trail" }).click();
  await page.getByRole("link", { name: "About one" }).waitFor();
});

test("a link opens once, and says so the second time", async () => {
  const { page, context } = await open(service);
  const link = await viewerLink(service.url, bound([]));
  await page.goto(link);
  await page.getByRole("link", { name: "About one" }).waitFor();
  assert.ok(!page.url().includes(link.split("/").at(-1)));
  const again = await context.newPage();
  assert.equal((await again.goto(link)).status(), 410);
  await again.getByRole("heading", { name: "This link was used, or is over" }).waitFor();
  await accessible(again, "a link that was used");
});

test("a view whose session is gone says that it is over", async () => {
  const { page, context } = await open(service);
  await page.goto(await viewerLink(service.url, bound([])));
  await page.getByRole("link", { name: "About one" }).waitFor();
  await context.clearCookies();
  assert.equal((await page.reload()).status(), 401);
  await page.getByRole("heading", { name: "This view is over" }).waitFor();
});
