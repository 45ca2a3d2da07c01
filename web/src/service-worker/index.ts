/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />
// Keeps the shell for days without network, and fetches films no further than they are watched.
// Answers of the API always come from the network.
import { build, files, version } from '$service-worker';
import { hear, paced } from './films';
import { follow, show } from './push';

const self = globalThis as unknown as ServiceWorkerGlobalScope;
const CACHE = `nightmarket-${version}`;
/** Fetched ahead: little. The page's own files are kept as they are used, the others may never be. */
const FILES = files.filter((path) => /icon|manifest/.test(path));
const OWN = new Set([...build, ...files]);

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => Promise.all([cache.addAll(FILES), plainPage(cache)]))
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

self.addEventListener('message', (event) => {
  const { data } = event;
  if (data?.kind === 'pace') hear(data.url, data.pace);
  if (data?.kind === 'keep') event.waitUntil(keep(data.paths));
});

/** Files the first page loaded before we were there; the browser still has them. */
async function keep(paths: string[]): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(paths.filter((path) => OWN.has(path)));
}

self.addEventListener('push', (event) => event.waitUntil(show(event.data)));

self.addEventListener('notificationclick', (event) => {
  event.waitUntil(follow(event.notification));
});

self.addEventListener('fetch', (event) => {
  const answer = answerTo(event.request);
  if (answer) event.respondWith(answer);
});

/** Answered with the shell like any page, but without films: fetched, they would count as shown. */
const SHELL = '/offline';

/** The page without what the server wrote into it for one person. */
async function plainPage(cache: Cache): Promise<void> {
  const answer = await fetch(SHELL);
  const text = (await answer.text()).replace(/<script[^>]*id="nm-boot"[^]*?<\/script>/, '');
  await cache.put(
    '/',
    new Response(text, { headers: { 'content-type': 'text/html; charset=utf-8' } }),
  );
}

/** Our own answer, or null to let the request go its way. */
function answerTo(request: Request): Promise<Response> | null {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return null;
  if (url.searchParams.has('paced')) return request.destination === 'video' ? paced(request) : null;
  if (/^\/(api|media|embed)\//.test(url.pathname)) return null;
  if (request.mode === 'navigate') return networkFirst(request);
  return OWN.has(url.pathname) ? keptFirst(request, url.pathname) : null;
}

async function keptFirst(request: Request, path: string): Promise<Response> {
  const kept = await caches.match(path);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(CACHE)).put(path, answer.clone());
  return answer;
}

async function networkFirst(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match('/')) ?? Response.error();
  }
}
