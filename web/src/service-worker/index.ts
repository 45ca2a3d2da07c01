/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />
// Keeps the shell for days without network, and fetches films no further than they are watched.
// Answers of the API always come from the network.
import { build, files, version } from '$service-worker';
import { hear, paced } from './films';
import { follow, show } from './push';

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

self.addEventListener('message', ({ data }) => {
  if (data?.kind === 'pace') hear(data.url, data.pace);
});

self.addEventListener('push', (event) => event.waitUntil(show(event.data)));

self.addEventListener('notificationclick', (event) => {
  event.waitUntil(follow(event.notification));
});

self.addEventListener('fetch', (event) => {
  const answer = answerTo(event.request);
  if (answer) event.respondWith(answer);
});

/** Our own answer, or null to let the request go its way. */
function answerTo(request: Request): Promise<Response> | null {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return null;
  if (url.searchParams.has('paced')) return request.destination === 'video' ? paced(request) : null;
  if (/^\/(api|media|embed)\//.test(url.pathname)) return null;
  if (request.mode === 'navigate') return networkFirst(request);
  return SHELL.includes(url.pathname) ? keptFirst(request, url.pathname) : null;
}

async function keptFirst(request: Request, path: string): Promise<Response> {
  return (await caches.match(path)) ?? fetch(request);
}

async function networkFirst(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match('/')) ?? Response.error();
  }
}
