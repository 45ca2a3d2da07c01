// How far ahead of what is watched a film may be fetched: bytes nobody watches are bytes wasted. Pure.
import { bytesUntil, type FilmIndex } from './film-index';

export interface Pace {
  /** Where the film is, or would begin. */
  position_ms: number;
  duration_ms: number;
  /** It is on the screen: fetch along with it. Otherwise only what the first picture needs. */
  isActive: boolean;
  /** It should move and does not: the bytes so far are not enough, whatever their share says. */
  isWaiting: boolean;
  /** How much patience the link asks for: 1 on a good one, more after a stall. */
  caution: number;
}

export interface Fetched {
  film: FilmIndex;
  /** The size of the file. */
  total: number;
  /** How long the server's answer takes to begin, lately. */
  answer_ms: number;
}

/** Chromium reads films in blocks of this size: a part of one is of no use to it. */
export const BLOCK_BYTES = 32_768;
/** Chromium shows no picture before it has looked at twenty of them. */
const READY_MS = 900;
/** What decoders hold, and the time until the page says where the film is. */
const LEAD_MS = 700;
/** Slower answers than this come of a full link, and asking for more would fill it further. */
const ANSWER_MAX_MS = 500;
const LEAD_GROWTH = 0.06;
const LEAD_MAX_MS = 6_000;
/** One request fetches this much more than must be there, or there would be one for each block. */
const REFILL_MS = 300;

/**
 * What to fetch next of a film of which `at` bytes are there: up to this byte, or null for nothing
 * now. All of it near the end.
 */
export function fetchUntil(pace: Pace, at: number, fetched: Fetched): number | null {
  const answer_ms = Math.min(ANSWER_MAX_MS, fetched.answer_ms);
  const lead_ms = pace.isActive ? lead(pace, answer_ms) : READY_MS + answer_ms;
  const low = wholeBlocks(pace, pace.position_ms + lead_ms, fetched);
  if (at >= low) return null;
  if (!pace.isActive) return low;
  return wholeBlocks(pace, pace.position_ms + lead_ms + REFILL_MS, fetched);
}

function lead(pace: Pace, answer_ms: number): number {
  const own_ms = LEAD_MS + pace.position_ms * LEAD_GROWTH + answer_ms * 2;
  return Math.min(LEAD_MAX_MS, own_ms * pace.caution);
}

function wholeBlocks(pace: Pace, until_ms: number, { film, total }: Fetched): number {
  const bytes = bytesUntil(film, until_ms, { bytes: total, ms: pace.duration_ms });
  return Math.min(total, Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES);
}
