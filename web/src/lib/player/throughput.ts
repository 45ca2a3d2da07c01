// How fast the network is, told from what was downloaded anyway. Pure.

export interface Transfer {
  start_ms: number;
  end_ms: number;
  bytes: number;
}

const BYTES_MIN = 15_000;
/** A faster sample proves that the link can; a slower one may only have shared it. */
const RISE = 0.6;
const FALL = 0.15;

/** Bits per second over the time in which anything was arriving; null when too little did. */
export function together_bps(transfers: readonly Transfer[]): number | null {
  const real = transfers.filter(({ bytes, start_ms, end_ms }) => bytes > 0 && end_ms > start_ms);
  const bytes = real.reduce((sum, one) => sum + one.bytes, 0);
  if (bytes < BYTES_MIN) return null;
  let busy_ms = 0;
  let until_ms = -Infinity;
  for (const { start_ms, end_ms } of [...real].sort(
    (one, other) => one.start_ms - other.start_ms,
  )) {
    busy_ms += Math.max(0, end_ms - Math.max(start_ms, until_ms));
    until_ms = Math.max(until_ms, end_ms);
  }
  return (bytes * 8_000) / Math.max(5, busy_ms);
}

/** The estimate after another sample. */
export function blend(known_bps: number | null, sample_bps: number): number {
  if (known_bps === null) return sample_bps;
  const weight = sample_bps > known_bps ? RISE : FALL;
  return known_bps + (sample_bps - known_bps) * weight;
}
