// Somebody signs in and looks around, with and without JavaScript, on large and small screens, by mouse and by keyboard.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { accessible, event, open, record, signIn, start, valid } from "./support.mjs";

let service;
before(async () => (service = await start()));
after(() => service.stop());

const rows = (page) => page.locator("table.events tbody tr");

test("who signs in walks the pages, filters, looks at an event and signs out", async () => {
  const { page, quiet } = await open(service);
  await signIn(page, service.url);
  assert.equal(await rows(page).count(), 50);
  const first = await rows(page).first().textContent();
  await page.getByRole("link", { name: "Older" }).click();
  assert.notEqual(await rows(page).first().textContent(), first);
  await page.getByRole("link", { name: "Newer" }).click();
  assert.equal(await rows(page).first().textContent(), first);

  await page.getByLabel("Event type").fill("CHANGED_PASSWORD");
  await page.getByRole("button", { name: "Filter" }).click();
  const types = await page.locator("table.events code.type").allTextContents();
  assert.ok(types.length > 0 && types.every((type) => type === "CHANGED_PASSWORD"), types.join());

  await page.getByRole("link", { name: "All events" }).click();
  await rows(page).first().getByRole("link").click();
  await page.getByRole("heading", { name: "In the log" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  quiet();
});

test("a filter's URL that is opened signed out arrives there after signing in", async () => {
  const { page } = await open(service);
  await page.goto(`${service.url}/?event_type=CHANGED_PASSWORD`);
  await page.getByLabel("Client id").fill("demo");
  await page.getByLabel("Secret").fill("local-demo-secret");
  await page.keyboard.press("Enter");
  await page.waitForURL(/event_type=CHANGED_PASSWORD/);
  assert.equal(await page.getByLabel("Event type").inputValue(), "CHANGED_PASSWORD");
});

test("a wrong secret says so and shows nothing", async () => {
  const { page } = await open(service);
  await page.goto(service.url);
  await page.getByLabel("Client id").fill("demo");
  await page.getByLabel("Secret").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(await page.getByLabel("Secret").inputValue(), "");
});

test("times are in the reader's zone with UTC on hover, and in UTC without JavaScript", async () => {
  const [{ id, created_at }] = await record(service.url, [event({})]);
  for (const javaScriptEnabled of [true, false]) {
    const { page, quiet } = await open(service, { javaScriptEnabled });
    await signIn(page, service.url);
    await page.goto(`${service.url}/view/events/${created_at}/${id}`);
    const time = page.locator("article time").first();
    assert.equal(await time.getAttribute("title"), created_at);
    const shown = await time.textContent();
    assert.equal(shown.endsWith(" UTC"), !javaScriptEnabled, shown);
    quiet();
  }
});

test("a change is shown member by member, and its proof can be downloaded once it is sealed", async () => {
  const subject = { category: "users", entity_key: "App:User", entity_id: "usr_9", user_id: "usr_9" };
  const states = { previous_state: { role: "member", team: { id: 1 } }, current_state: { role: "admin", team: { id: 1 } } };
  const [{ id, created_at }] = await record(service.url, [event({ subject, ...states })]);
  const { page } = await open(service);
  await signIn(page, service.url);
  await page.goto(`${service.url}/view/events/${created_at}/${id}`);
  const changed = page.locator("table.diff").first().locator("tbody tr");
  assert.deepEqual(await changed.locator("th, td").allTextContents(), ["role", "“member”", "“admin”"]);
  const proof = page.getByRole("link", { name: "Download the proof file" });
  for (const until = Date.now() + 30_000; (await proof.count()) === 0 && Date.now() < until; ) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  const [download] = await Promise.all([page.waitForEvent("download"), proof.click()]);
  assert.match(download.suggestedFilename(), /^proof-\d+\.txt$/);
});

test("the current filter is exported as one file, saying how far it has got, and in parts without JavaScript", async () => {
  const { page, quiet } = await open(service);
  await signIn(page, service.url);
  await page.getByLabel("Event type").fill("CHANGED_PASSWORD");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("link", { name: "Export" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "CSV" }).click()]);
  assert.equal(download.suggestedFilename(), "events.csv");
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
  assert.ok(lines.length > 1 && lines.slice(1).every((line) => line.includes(",CHANGED_PASSWORD,")), lines[1]);
  assert.match(await page.getByRole("status").textContent(), new RegExp(`^${lines.length - 1} events in events.csv$`));
  quiet();

  const plain = await open(service, { javaScriptEnabled: false });
  await signIn(plain.page, service.url);
  await plain.page.goto(`${service.url}/view/export`);
  const parts = [plain.page.waitForEvent("download"), plain.page.getByRole("link", { name: "NDJSON" }).click()];
  const [part] = await Promise.all(parts);
  assert.equal(part.suggestedFilename(), "events.ndjson");
});

test("the directory leads to the history of each user, and the state of the log stands there with its key", async () => {
  const { page, quiet } = await open(service);
  await signIn(page, service.url);
  await page.getByRole("link", { name: "Users" }).click();
  await page.locator("table.users tbody a").first().click();
  await page.waitForURL(/category=users&user_id=/);
  await page.getByRole("link", { name: "Integrity" }).click();
  await page.getByRole("heading", { name: "Check it yourself" }).waitFor();
  quiet();
});

test("a bar of the picture narrows the list to its day", async () => {
  const { page } = await open(service);
  await signIn(page, service.url);
  await page.locator(".histogram a").last().click();
  await page.waitForURL(/from=.*to=/);
  const day = await page.getByLabel("First day").inputValue();
  assert.equal(await page.getByLabel("Last day").inputValue(), day);
  const days = await page.locator("table.events time").evaluateAll((times) => times.map((time) => time.dateTime.slice(0, 10)));
  assert.ok(days.length > 0 && days.every((each) => each === day), `${day}: ${days}`);
});

test("new events are offered and shown without loading the page again", async () => {
  const { page, quiet } = await open(service);
  await page.clock.install();
  await signIn(page, service.url);
  await page.evaluate(() => (window.stays = true));
  await record(service.url, [event({ event_description: "Came while somebody looked" })]);
  await page.clock.runFor(21_000);
  await page.getByRole("button", { name: "New events" }).click();
  await page.getByRole("link", { name: "Came while somebody looked" }).waitFor();
  assert.ok(await page.evaluate(() => window.stays), "it is the same page");
  assert.equal(await page.locator("tr.new").count(), 1);
  quiet();
});

test("everything can be reached with the keyboard, beginning with the content", async () => {
  const { page } = await open(service);
  await signIn(page, service.url);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "event_type");
});

test("it fits 320 px, is dark where that is asked for, and prints without what is not paper's", async () => {
  const { page } = await open(service, { viewport: { width: 320, height: 640 }, colorScheme: "dark" });
  await signIn(page, service.url);
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  assert.equal(await width(), 320);
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await paper(), "rgb(20, 23, 28)");
  await rows(page).first().getByRole("link").click();
  assert.equal(await width(), 320);
  await page.goto(service.url);
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  assert.equal(await page.locator("form.filter").isVisible(), false);
  assert.equal(await rows(page).first().isVisible(), true);
});

test("axe and the W3C's checker find nothing on any kind of page, light and dark", async () => {
  const states = { previous_state: { a: 1, b: [1, 2] }, current_state: { a: 2, c: null } };
  const subject = { category: "users", entity_key: "App:User", entity_id: "usr_8", user_id: "usr_8" };
  const [{ id, created_at }] = await record(service.url, [event({ subject, ...states, message: { why: "asked" } })]);
  const sources = {};
  for (const colorScheme of ["light", "dark"]) {
    const { page } = await open(service, { colorScheme });
    await page.goto(service.url);
    await accessible(page, "sign in");
    sources.signIn = await (await page.context().request.get(service.url)).text();
    await signIn(page, service.url);
    for (const [name, path] of Object.entries({
      list: "/",
      filtered: "/?category=users&user_id=usr_8",
      faults: "/?from=yesterday&colour=red",
      empty: "/?event_type=NOTHING",
      event: `/view/events/${created_at}/${id}`,
      missing: "/view/nothing",
      users: "/view/users",
      integrity: "/view/integrity",
      export: "/view/export",
    })) {
      await page.goto(service.url + path);
      await accessible(page, `${name}, ${colorScheme}`);
      sources[name] = await (await page.context().request.get(service.url + path)).text();
    }
  }
  await valid(sources);
});
