// Keeps the book readable without a network: pages from the network first, everything else (hashed or versioned) from the cache first.
const CACHE = "receptive-" + new URL(location.href).searchParams.get("build");

// Programs, sheets, fonts and texts of this release; the build writes the list (script/finish-dist).
const FILES = [];

// They and the start page, which answers every address where there is no network, are kept at once: a book once opened can be read on without a network.
self.addEventListener("install", (event) => {
  self.skipWaiting();
  const addresses = ["./", ...FILES].map((file) => new URL(file, location.href).href);
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(addresses)));
});

// Data, photos and weights are kept as they are asked for, and those that a page asked for before this worker stood (its messages).
self.addEventListener("message", (event) => {
  const fetched = event.data.filter((address) => new URL(address).origin === location.origin);
  event.waitUntil(Promise.all(fetched.map((address) => cacheFirst(new Request(address)).catch(() => null))));
});

self.addEventListener("activate", (event) => {
  const stale = async () => {
    for (const name of await caches.keys()) if (name.startsWith("receptive-") && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(stale());
});

async function keep(request, response) {
  if (response.ok && response.type === "basic") await (await caches.open(CACHE)).put(request, response.clone());
  return response;
}

async function networkFirst(request) {
  try {
    return await keep(request, await fetch(request));
  } catch (error) {
    const home = new URL("./", location.href).href;
    const found = (await caches.match(request, { ignoreSearch: true })) ?? (await caches.match(home));
    if (found) return found;
    throw error;
  }
}

// Within one release a file has one content, whatever version its address asks for.
async function cacheFirst(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreSearch: true })) ?? keep(request, await fetch(request));
}

// What may change within one release: pages, and the list of weights that lie beside the site.
const changes = (request) => request.mode === "navigate" || new URL(request.url).pathname.endsWith("/data/weights.json");

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(changes(request) ? networkFirst(request) : cacheFirst(request));
});
