// Keeps the book readable without a network, each release by itself. An address carries the hash of what it names, so that what was once found there is right
// for ever; only a page has one address through all releases, and comes from the network first.

// Of this release: its name, what is kept at once, what is kept when it was asked for. The build writes these lines (src/bin/release).
const RELEASE = "";
const FILES = [];
const DATA = [];

const CACHE = "receptive-" + RELEASE;
const DATA_CACHE = "receptive-data";
const absolute = (file) => new URL(file, location.href).href;
const HOME = absolute("./");
const data = new Set(DATA.map(absolute));

// Programs, sheets, fonts and texts, and the start page, which answers every address where there is no network: a book once opened can be read on without one.
async function install() {
  const cache = await caches.open(CACHE);
  // What did not change lies in an earlier release's cache.
  const add = async (address) => cache.put(address, (await kept(address)) ?? (await genuine(address)));
  await Promise.all(FILES.map(absolute).map(add));
  const page = await fetch(HOME, { cache: "no-cache" });
  const text = await page.clone().text();
  if (!text.includes(`data-release="${RELEASE}"`)) throw new Error(`${HOME}: expected the page of release ${RELEASE}, found another`);
  await cache.put(HOME, page);
}

// Pages of an earlier release may be open: their files stay, so nothing has to wait for their end.
self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(install());
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const kept = (request) => caches.match(request, { ignoreVary: true });

// Some servers answer every path with the start page.
const isFile = (response) => response.ok && response.type === "basic" && !response.headers.get("content-type")?.startsWith("text/html");

// What an address names; a server in the middle of its change, or a cache before it, may still have another content there.
async function genuine(address) {
  const version = new URL(address).searchParams.get("v");
  for (const cache of ["default", "reload"]) {
    const response = await fetch(address, { cache });
    if (!isFile(response)) continue;
    if (version === null || (await fingerprint(response.clone())) === version) return response;
  }
  throw new Error(`${address}: expected a file of release ${RELEASE}, found another`);
}

// The first 16 hexadecimal digits of a content's SHA-256.
async function fingerprint(response) {
  const hash = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
  return [...new Uint8Array(hash, 0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function fromNetwork(request) {
  try {
    return await fetch(request, { cache: "no-cache" });
  } catch (error) {
    const home = await (await caches.open(CACHE)).match(HOME);
    if (home) return home;
    throw error;
  }
}

async function fromCache(event) {
  const found = await kept(event.request);
  if (found) return found;
  const response = await fetch(event.request);
  if (data.has(event.request.url) && isFile(response)) event.waitUntil(keep(event.request.url, response.clone()));
  return response;
}

async function keep(address, response) {
  await (await caches.open(DATA_CACHE)).put(address, response);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(request.mode === "navigate" ? fromNetwork(request) : fromCache(event));
});

// A page says of which release it is and what it fetched, some of it before this worker stood.
self.addEventListener("message", (event) => {
  const { release, fetched } = event.data;
  const missing = async (address) => {
    if (await kept(address)) return;
    const response = await fetch(address);
    if (isFile(response)) await keep(address, response);
  };
  const heard = async () => {
    await Promise.allSettled(fetched.filter((address) => data.has(address)).map(missing));
    if (release === RELEASE) await tidy();
  };
  event.waitUntil(heard());
});

// What only other releases need goes when no page is open that may be of one, and no later release is on its way.
async function tidy() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (pages.length > 1 || self.registration.installing || self.registration.waiting) return;
  for (const name of await caches.keys()) {
    if (name.startsWith("receptive-") && name !== CACHE && name !== DATA_CACHE) await caches.delete(name);
  }
  const cache = await caches.open(DATA_CACHE);
  for (const request of await cache.keys()) if (!data.has(request.url)) await cache.delete(request);
}
