// Where in a film's file each moment lies, read from the file's first bytes. Pure.

/** A stretch of the film that lies in one piece. */
interface Part {
  bytes: number;
  ms: number;
}

export interface FilmIndex {
  /** Header and tables: needed before anything moves. */
  head_bytes: number;
  /** In order; empty: the file says nothing, and is taken as even. */
  parts: Part[];
}

const HEADER_BYTES = 8;
const NO_PARTS: Part[] = [];

/** Read the boxes in front of the media data; null when they are not all there. */
export function readIndex(head: Uint8Array): FilmIndex | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let parts = NO_PARTS;
  for (let at = 0; at + HEADER_BYTES <= head.length;) {
    const name = String.fromCharCode(...head.subarray(at + 4, at + HEADER_BYTES));
    const size = view.getUint32(at);
    if (name === 'moof' || name === 'mdat') return { head_bytes: at, parts };
    if (size < HEADER_BYTES || (name === 'sidx' && at + size > head.length)) return null;
    if (name === 'sidx') parts = readParts(view, at + HEADER_BYTES);
    at += size;
  }
  return null;
}

/** The references of a segment index: how many bytes show how long. */
function readParts(view: DataView, body: number): Part[] {
  const isLong = view.getUint8(body) === 1;
  const timescale = view.getUint32(body + 8);
  const list = body + (isLong ? 28 : 20);
  const count = view.getUint16(list + 2);
  return Array.from({ length: count }, (_, index) => {
    const at = list + 4 + index * 12;
    return {
      bytes: view.getUint32(at) & 0x7fffffff,
      ms: (view.getUint32(at + 4) * 1_000) / timescale,
    };
  });
}

/** Bytes from the beginning that show the film up to a moment. */
export function bytesUntil(
  film: FilmIndex,
  moment_ms: number,
  whole: { bytes: number; ms: number },
): number {
  const { head_bytes } = film;
  const even = [{ bytes: whole.bytes - head_bytes, ms: Math.max(1, whole.ms) }];
  let left_ms = moment_ms;
  let bytes = head_bytes;
  for (const part of film.parts.length ? film.parts : even) {
    if (left_ms < part.ms) return Math.ceil(bytes + (part.bytes * left_ms) / part.ms);
    left_ms -= part.ms;
    bytes += part.bytes;
  }
  return whole.bytes;
}
