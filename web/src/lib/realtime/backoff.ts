// How long to wait before the next try. Pure.

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/** Doubles with each failure up to a minute; `chance` (0..1) spreads clients apart. */
export function backoff_ms(failures: number, chance: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.round(ceiling / 2 + (ceiling / 2) * chance);
}
