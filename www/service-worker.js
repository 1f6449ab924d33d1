// Keeps the book readable without a network: pages from the network first, everything else (hashed or versioned) from the cache first.
const CACHE = "receptive-" + new URL(location.href).searchParams.get("build");

// The start page is kept at once: it answers every address where there is no network. The rest is kept as it is asked for.
self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(CACHE).then((cache) => cache.add(new URL("./", location.href).href)));
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

async function cacheFirst(request) {
  return (await caches.match(request)) ?? keep(request, await fetch(request));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(request.mode === "navigate" ? networkFirst(request) : cacheFirst(request));
});
