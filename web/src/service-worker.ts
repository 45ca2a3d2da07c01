/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />
// Keeps the shell for days without network. Films and answers of the API always go to the network.
import { build, files, version } from '$service-worker';

const self = globalThis as unknown as ServiceWorkerGlobalScope;
const CACHE = `nightmarket-${version}`;
const SHELL = ['/', ...build, ...files.filter((path) => !path.startsWith('/embed'))];

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(SHELL))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((keys) =>
        Promise.all(keys.filter((key) => key !== CACHE).map((key) => caches.delete(key))),
      )
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  if (url.pathname.startsWith('/api/') || url.pathname.startsWith('/media/')) return;
  if (SHELL.includes(url.pathname) && url.pathname !== '/') {
    event.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(event.request)));
  } else if (event.request.mode === 'navigate' && !url.pathname.startsWith('/embed/')) {
    event.respondWith(
      fetch(event.request).catch(async () => (await caches.match('/')) ?? Response.error()),
    );
  }
});
