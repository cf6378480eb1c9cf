// What works better with a script: times in the reader's own zone, new events without a reload, links that open themselves.
"use strict";

const WITH_SECONDS = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const POLL_MS = 20_000;

/** Shows each time in the reader's zone, and leaves UTC to hovering. */
function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.textContent = WITH_SECONDS.format(at);
  }
}

/** Asks now and then whether there is a newer event, and offers to show it. */
function watch(list) {
  const news = list.querySelector("#news");
  const ask = async () => {
    if (document.visibilityState !== "visible" || news.firstChild) return;
    const answer = await fetch(list.dataset.poll, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { newest } = await answer.json();
    if (newest && newest !== list.dataset.newest) offer(list, news);
  };
  setInterval(() => ask().catch(() => {}), POLL_MS);
}

/** A button that puts the newest page in the place of what is shown. */
function offer(list, news) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "New events: show them";
  button.addEventListener("click", () => show(list).catch(() => location.reload()));
  news.replaceChildren(button);
}

async function show(list) {
  const answer = await fetch(location.href);
  if (!answer.ok) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("#events");
  if (!fresh) throw new Error("no list");
  localTimes(fresh);
  const known = new Set([...list.querySelectorAll("td.what a")].map((link) => link.getAttribute("href")));
  for (const link of fresh.querySelectorAll("td.what a")) {
    if (!known.has(link.getAttribute("href"))) link.closest("tr").classList.add("new");
  }
  const picture = page.querySelector(".histogram");
  if (picture) document.querySelector(".histogram")?.replaceWith(picture);
  list.replaceWith(fresh);
  if (fresh.dataset.poll) watch(fresh);
}

/** Opens a viewer link once somebody sees its page, not while a browser looks ahead. */
function open(form) {
  const send = () => form.requestSubmit();
  if (document.prerendering) document.addEventListener("prerenderingchange", send, { once: true });
  else send();
}

/** Fetches all parts of an export and hands them over as one file, saying how far it has got. */
async function exportAll(link, progress) {
  const parts = [];
  let events = 0;
  for (let next = link.href; next; ) {
    const answer = await fetch(next);
    if (!answer.ok) throw new Error(`${answer.status}`);
    const text = await answer.text();
    parts.push(text);
    events += Number(answer.headers.get("x-items") ?? 0);
    progress.textContent = `${events.toLocaleString()} events …`;
    const header = answer.headers.get("x-next");
    next = header && new URL(header, location.href).href;
  }
  const file = document.createElement("a");
  file.href = URL.createObjectURL(new Blob(parts));
  file.download = link.download;
  file.click();
  URL.revokeObjectURL(file.href);
  progress.textContent = `${events.toLocaleString()} events in ${link.download}`;
}

for (const link of document.querySelectorAll("a[data-export]")) {
  link.addEventListener("click", (click) => {
    click.preventDefault();
    const progress = document.querySelector("#progress");
    exportAll(link, progress).catch(() => (progress.textContent = "The export broke off. Try again."));
  });
}

localTimes(document);
const list = document.querySelector("#events[data-poll]");
if (list) watch(list);
const link = document.querySelector("#open-link");
if (link) open(link);
