// Makes the pictures of README.md and docs/view.md: `node tests/browser/screenshots.mjs`.

import { fileURLToPath } from "node:url";
import { event, open, record, signIn, start } from "./support.mjs";

const FOLDER = fileURLToPath(new URL("../../docs/images/", import.meta.url));

const service = await start();
const subject = { category: "users", entity_key: "App:User", entity_id: "usr_demo_07", user_id: "usr_demo_07" };
const previous_state = { status: "invited", role: "member", teams: ["support"], two_factor: false };
const current_state = { status: "active", role: "admin", teams: ["support", "billing"], two_factor: true };
const more = { event_description: "Made Grace Hopper an administrator", subject, previous_state, current_state };
const [{ id, created_at }] = await record(service.url, [event(more)]);
for (const colorScheme of ["light", "dark"]) {
  const { page } = await open(service, { colorScheme, viewport: { width: 1200, height: 800 }, timezoneId: "Europe/Berlin" });
  await signIn(page, service.url);
  await page.screenshot({ path: `${FOLDER}view-list-${colorScheme}.png` });
  await page.goto(`${service.url}/view/events/${created_at}/${id}`);
  const sealed = page.getByRole("link", { name: "Download the proof file" });
  while ((await sealed.count()) === 0) {
    await page.waitForTimeout(1_000);
    await page.reload();
  }
  await page.screenshot({ path: `${FOLDER}view-event-${colorScheme}.png` });
  await page.goto(`${service.url}/view/integrity`);
  await page.screenshot({ path: `${FOLDER}view-integrity-${colorScheme}.png` });
}
await service.stop();
