// What checks pages finds what is wrong with one: a check that cannot fail would be worth nothing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, open, start, valid } from "./support.mjs";

let service;
before(async () => (service = await start()));
after(() => service.stop());

test("axe finds a picture without words, and the W3C's checker an element that is not closed", async () => {
  const { page } = await open(service);
  await page.setContent(`<!doctype html><html lang="en"><title>Bad</title><main><h1>Bad</h1><img src="data:,"></main></html>`);
  await assert.rejects(accessible(page, "a page"), /image-alt/);
  await assert.rejects(valid({ bad: `<!doctype html><html lang="en"><title>Bad</title><p><b>never closed</p></html>` }), /Unclosed element/);
  await valid({ good: `<!doctype html><html lang="en"><title>Good</title><p>closed</p></html>` });
});
