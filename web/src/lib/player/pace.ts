// How far ahead of what is watched a film may be fetched: bytes nobody watches are bytes wasted. Pure.

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

/** The film's index and first picture, whatever its length. */
const HEAD_BYTES = 80_000;
const READY_MS = 200;
const LEAD_FIRST_MS = 650;
const LEAD_GROWTH = 0.1;
const LEAD_MAX_MS = 4_000;

/** Bytes from the beginning that may have been fetched by now; all of them near the end. */
export function allowance(pace: Pace, bytes: number): number {
  const lead_ms = pace.isActive
    ? Math.min(LEAD_MAX_MS, (LEAD_FIRST_MS + pace.position_ms * LEAD_GROWTH) * pace.caution)
    : READY_MS;
  const share = (pace.position_ms + lead_ms) / Math.max(1, pace.duration_ms);
  return Math.min(bytes, Math.ceil(HEAD_BYTES + share * (bytes - HEAD_BYTES)));
}

/** Size of one request: a fraction of a second of film, neither chatty nor coarse. */
export function slice_bytes(pace: Pace, bytes: number): number {
  const perSecond = (bytes * 1_000) / Math.max(1, pace.duration_ms);
  return Math.max(48_000, Math.min(256_000, Math.round(perSecond * 0.4)));
}
