// Plays a film while its first file still grows: reads the playlist again and feeds the element what is new.
// Chromium's own reading of growing playlists asks without a pause and stops after a second.
import { mediaPart, mediaText } from '$api/media';
import { readPlaylist, typeOf, type Playlist } from './playlist';

const AGAIN_MS = 800;
const AHEAD_MAX_S = 12;
/** About ten minutes without anything new. */
const IDLE_MAX = 750;

export interface Growth {
  playlist: string;
  duration_ms: number;
  /** It cannot be played on. */
  onproblem: () => void;
}

/** Begin; answers how to stop. */
export function grow(element: HTMLVideoElement, growth: Growth): () => void {
  const source = new MediaSource();
  const stopping = new AbortController();
  const address = URL.createObjectURL(source);
  source.addEventListener(
    'sourceopen',
    () => {
      URL.revokeObjectURL(address);
      feed(element, source, growth, stopping.signal).catch(() => {
        if (!stopping.signal.aborted) growth.onproblem();
      });
    },
    { once: true },
  );
  element.src = address;
  return () => stopping.abort();
}

async function feed(
  element: HTMLVideoElement,
  source: MediaSource,
  growth: Growth,
  signal: AbortSignal,
): Promise<void> {
  const list = await readOn(growth.playlist, signal);
  const file = new URL(list.file, new URL(growth.playlist, location.href)).href;
  const header = await mediaPart(file, list.header, signal);
  const buffer = source.addSourceBuffer(typeOf(header));
  source.duration = growth.duration_ms / 1_000;
  await append(buffer, header);
  let taken = 0;
  for (let idle = 0, known = list; idle < IDLE_MAX; idle += 1) {
    for (const place of known.segments.slice(taken)) {
      await isWanted(element, signal);
      await append(buffer, await mediaPart(file, place, signal));
      taken += 1;
      idle = 0;
    }
    if (known.isDone) return source.endOfStream();
    await pause(AGAIN_MS, signal);
    known = await readOn(growth.playlist, signal);
  }
}

async function readOn(address: string, signal: AbortSignal): Promise<Playlist> {
  const list = readPlaylist(await mediaText(address, signal));
  if (!list) throw new Error('no playlist of ours');
  return list;
}

function append(buffer: SourceBuffer, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  return new Promise((resolve, reject) => {
    buffer.addEventListener('updateend', () => resolve(), { once: true });
    buffer.addEventListener('error', reject, { once: true });
    buffer.appendBuffer(bytes);
  });
}

/** Wait until the film has been watched far enough for more. */
async function isWanted(element: HTMLVideoElement, signal: AbortSignal): Promise<void> {
  const ahead_s = () => {
    const { buffered, currentTime } = element;
    return buffered.length ? buffered.end(buffered.length - 1) - currentTime : 0;
  };
  while (ahead_s() > AHEAD_MAX_S) await pause(AGAIN_MS, signal);
}

function pause(wait_ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, wait_ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('stopped'));
    });
  });
}
