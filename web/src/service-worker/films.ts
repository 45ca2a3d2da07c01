/// <reference lib="webworker" />
// Films in the service worker: one long answer to the browser, many short requests to the server, as far as is watched.
import { allowance, slice_bytes, type Pace } from '$lib/player/pace';

const self = globalThis as unknown as ServiceWorkerGlobalScope;
const KNOWN_MAX = 24;
/** Enough for the index and the first picture of most films. */
const FIRST_BYTES = 96_000;
/** Without a word from the page for this long, let the film through: better wasteful than stuck. */
const PATIENCE_MS = 3_000;
/** A film that should move and does not gets another slice each time this passes. */
const STUCK_MS = 120;
/** A film that nobody watches yet may wait this long between words. */
const IDLE_MS = 60_000;

interface Known {
  pace: Pace;
  wake: Set<() => void>;
}

const known = new Map<string, Known>();

/** The page says where a film is. */
export function hear(url: string, pace: Pace): void {
  const wake = known.get(url)?.wake ?? new Set();
  known.delete(url);
  known.set(url, { pace, wake });
  if (known.size > KNOWN_MAX) known.delete(known.keys().next().value!);
  for (const run of wake) run();
  wake.clear();
}

/** Resolves when the page says something about this film, or after a while. */
function word(url: string, wait_ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, wait_ms);
    known.get(url)?.wake.add(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Answer a request for a film from `start` on, slice by slice. */
export async function paced(request: Request): Promise<Response> {
  const start = Number(/bytes=(\d+)-/.exec(request.headers.get('range') ?? '')?.[1] ?? 0);
  const address = new URL(request.url);
  address.searchParams.delete('paced');
  const first = await get(address.href, start, start + FIRST_BYTES - 1);
  const total = Number(first.headers.get('content-range')?.split('/')[1] ?? 0);
  if (first.status !== 206 || !total) return first;
  const headers = new Headers(first.headers);
  headers.set('content-range', `bytes ${start}-${total - 1}/${total}`);
  headers.set('content-length', String(total - start));
  return new Response(stream(request.url, address.href, start, total, first), {
    status: 206,
    headers,
  });
}

function stream(
  key: string,
  address: string,
  start: number,
  total: number,
  first: Response,
): ReadableStream {
  let at = start;
  let isOver = false;
  let waiting: Response | null = first;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!waiting) await permission(key, at, total, () => isOver);
        if (isOver) return;
        const pace = known.get(key)?.pace;
        const end = Math.min(total, at + (pace ? slice_bytes(pace, total) : 256_000));
        const asked_ms = performance.now();
        const answer: Response = waiting ?? (await get(address, at, end - 1));
        const bytes = new Uint8Array(await answer.arrayBuffer());
        if (!waiting) void tell(bytes.length, performance.now() - asked_ms);
        waiting = null;
        if (isOver) return;
        at += bytes.length;
        controller.enqueue(bytes);
        if (at >= total) controller.close();
      },
      cancel() {
        isOver = true;
      },
    },
    { highWaterMark: 0 },
  );
}

/** Wait until the film has been watched far enough to fetch on from `at`. */
async function permission(
  key: string,
  at: number,
  total: number,
  isOver: () => boolean,
): Promise<void> {
  for (;;) {
    const entry = known.get(key);
    if (!entry || isOver() || at < allowance(entry.pace, total)) return;
    const { isWaiting, isActive } = entry.pace;
    await word(key, isWaiting ? STUCK_MS : isActive ? PATIENCE_MS : IDLE_MS);
    if (isWaiting) return;
    if (known.get(key) === entry && entry.pace.isActive) return;
  }
}

function get(address: string, from: number, to: number): Promise<Response> {
  return fetch(address, { headers: { range: `bytes=${from}-${to}` }, credentials: 'same-origin' });
}

/** Tell the pages how long a request took: they choose renditions by it. */
async function tell(bytes: number, passed_ms: number): Promise<void> {
  for (const page of await self.clients.matchAll({ type: 'window' }))
    page.postMessage({ kind: 'transfer', bytes, passed_ms });
}
