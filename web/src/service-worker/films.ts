/// <reference lib="webworker" />
// Films in the service worker: one long answer to the browser, many short requests to the server, as far as is watched.
import { readIndex, type FilmIndex } from '$lib/player/film-index';
import { BLOCK_BYTES, fetchUntil, type Pace } from '$lib/player/pace';

const self = globalThis as unknown as ServiceWorkerGlobalScope;
const KNOWN_MAX = 24;
/** The tables of any film of ours, and all of a first picture of many. */
const FIRST_BLOCKS = 2;
/** One request is never larger than this. */
const SLICE_BLOCKS_MAX = 16;
/** Without a word from the page for this long, let the film through: better wasteful than stuck. */
const PATIENCE_MS = 3_000;
/** A film that should move and does not gets another block each time this passes. */
const STUCK_MS = 150;
/** The same for a film that nobody looks at yet: it has time, and decoders may be busy. */
const STUCK_AHEAD_MS = 500;
/** A film that nobody watches yet may wait this long between words. */
const IDLE_MS = 60_000;
/** Others wait this long for the film on the screen, at most: it may rest with enough. */
const YIELD_MS = 800;
const ANSWER_MEMORY = 0.3;
const EVEN: FilmIndex = { head_bytes: 0, parts: [] };

interface Known {
  pace: Pace | null;
  film: FilmIndex | null;
  wake: Set<() => void>;
}

const known = new Map<string, Known>();
/** How long the server's answer takes to begin, lately. */
let answer_ms = 0;
/** Requests under way for the film on the screen: others wait for them. */
const urgent = new Set<Promise<void>>();

/** The page says where a film is. */
export function hear(url: string, pace: Pace): void {
  const entry = remember(url);
  entry.pace = pace;
  for (const run of entry.wake) run();
  entry.wake.clear();
}

function remember(url: string): Known {
  const entry = known.get(url) ?? { pace: null, film: null, wake: new Set() };
  known.delete(url);
  known.set(url, entry);
  if (known.size > KNOWN_MAX) known.delete(known.keys().next().value!);
  return entry;
}

/** Resolves when the page says something about this film, or after a while. */
function word(entry: Known, wait_ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, wait_ms);
    entry.wake.add(() => {
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
  const first = await get(address.href, start, start + FIRST_BLOCKS * BLOCK_BYTES);
  const total = Number(first.headers.get('content-range')?.split('/')[1] ?? 0);
  if (first.status !== 206 || !total) return first;
  const headers = new Headers(first.headers);
  headers.set('content-range', `bytes ${start}-${total - 1}/${total}`);
  headers.set('content-length', String(total - start));
  const slices = new Slices(remember(request.url), address.href, { at: start, total }, first);
  return new Response(new ReadableStream(slices, { highWaterMark: 0 }), { status: 206, headers });
}

/** The source of one answer: what the browser reads, as far as it may. */
class Slices implements UnderlyingDefaultSource<Uint8Array> {
  #isOver = false;
  #first: Response | null;
  #slice: Slice | null = null;

  constructor(
    private readonly entry: Known,
    private readonly address: string,
    private readonly place: { at: number; total: number },
    first: Response,
  ) {
    this.#first = first;
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const bytes = this.#first ? await this.#take(this.#first) : await this.#piece();
    if (this.#isOver || !bytes) return;
    this.place.at += bytes.length;
    controller.enqueue(bytes);
    if (this.place.at < this.place.total) return;
    this.#slice?.end();
    controller.close();
  }

  cancel(): void {
    this.#isOver = true;
    this.#slice?.end();
    for (const run of this.entry.wake) run();
  }

  async #take(first: Response): Promise<Uint8Array> {
    this.#first = null;
    const bytes = new Uint8Array(await first.arrayBuffer());
    if (this.place.at === 0) this.entry.film ??= readIndex(bytes);
    return bytes;
  }

  /** What arrives next: of the slice on its way, else of another one. */
  async #piece(): Promise<Uint8Array | null> {
    while (!this.#isOver) {
      this.#slice ??= await this.#ask();
      const bytes = await this.#slice?.read();
      if (bytes) return bytes;
      this.#slice = null;
    }
    return null;
  }

  async #ask(): Promise<Slice | null> {
    const until = await this.#permission();
    const isUrgent = this.entry.pace?.isActive !== false;
    if (!isUrgent && urgent.size) await Promise.race([Promise.all(urgent), pause(YIELD_MS)]);
    if (this.#isOver) return null;
    const slice = new Slice(isUrgent);
    await slice.begin(this.address, this.place.at, until);
    return slice;
  }

  /** Wait until the film has been watched far enough to fetch on, and answer how far. */
  async #permission(): Promise<number> {
    const { entry, place } = this;
    const blockAfter = Math.floor(place.at / BLOCK_BYTES + 1) * BLOCK_BYTES;
    while (!this.#isOver) {
      const { pace } = entry;
      if (!pace) return blockAfter;
      const film = entry.film ?? EVEN;
      const until = fetchUntil(pace, place.at, { film, total: place.total, answer_ms });
      if (until !== null) return Math.min(until, place.at + SLICE_BLOCKS_MAX * BLOCK_BYTES);
      await word(entry, patience(pace));
      if (entry.pace === pace && (pace.isWaiting || pace.isActive)) return blockAfter;
    }
    return blockAfter;
  }
}

/** One request on its way: handed on as it arrives. */
class Slice {
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #asked_ms = performance.now();
  #bytes = 0;
  #end: () => void = () => undefined;
  readonly #over = new Promise<void>((resolve) => (this.#end = resolve));

  constructor(isUrgent: boolean) {
    if (isUrgent) urgent.add(this.#over);
  }

  async begin(address: string, from: number, until: number): Promise<void> {
    const answer = await get(address, from, until);
    const begun_ms = performance.now() - this.#asked_ms;
    answer_ms += (begun_ms - answer_ms) * (answer_ms ? ANSWER_MEMORY : 1);
    this.#reader = answer.body?.getReader();
  }

  /** The next bytes; null when all have come. */
  async read(): Promise<Uint8Array | null> {
    const piece = await this.#reader?.read();
    if (!piece?.value) this.end();
    this.#bytes += piece?.value?.length ?? 0;
    return piece?.value ?? null;
  }

  end(): void {
    if (!urgent.delete(this.#over) && !this.#reader) return;
    this.#end();
    void tell(this.#bytes, performance.now() - this.#asked_ms);
    void this.#reader?.cancel();
    this.#reader = undefined;
  }
}

function pause(wait_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, wait_ms));
}

/** How long a film waits for a word before it gets another block. */
function patience({ isWaiting, isActive }: Pace): number {
  if (isWaiting) return isActive ? STUCK_MS : STUCK_AHEAD_MS;
  return isActive ? PATIENCE_MS : IDLE_MS;
}

/** Bytes from one place up to another. */
function get(address: string, from: number, until: number): Promise<Response> {
  const range = `bytes=${from}-${until - 1}`;
  return fetch(address, { headers: { range }, credentials: 'same-origin' });
}

/** Tell the pages how long a request took: they choose renditions by it. */
async function tell(bytes: number, passed_ms: number): Promise<void> {
  for (const page of await self.clients.matchAll({ type: 'window' }))
    page.postMessage({ kind: 'transfer', bytes, passed_ms });
}
