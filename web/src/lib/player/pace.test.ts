import { expect, it } from 'vitest';
import { BLOCK_BYTES, fetchUntil } from './pace';

const pace = { position_ms: 0, duration_ms: 10_000, isActive: true, isWaiting: false, caution: 1 };
/** A hundred blocks in ten seconds. */
const fetched = { film: { head_bytes: 0, parts: [] }, total: 100 * BLOCK_BYTES, answer_ms: 0 };
const blocks = (...args: Parameters<typeof fetchUntil>) => {
  const until = fetchUntil(...args);
  return until === null ? null : until / BLOCK_BYTES;
};

it('fetches a first picture ahead, no more', () => {
  expect(blocks({ ...pace, isActive: false }, 0, fetched)).toBe(9);
  expect(blocks({ ...pace, isActive: false }, 9 * BLOCK_BYTES, fetched)).toBeNull();
});
it('stays most of a second ahead, more as the film goes on', () => {
  expect(blocks(pace, 6 * BLOCK_BYTES, fetched)).toBe(10);
  expect(blocks(pace, 7 * BLOCK_BYTES, fetched)).toBeNull();
  expect(blocks({ ...pace, position_ms: 5_000 }, 58 * BLOCK_BYTES, fetched)).toBe(63);
});
it('stays further ahead on a slow link and after a stall, never beyond the end', () => {
  expect(blocks(pace, 0, { ...fetched, answer_ms: 300 })).toBe(16);
  expect(blocks({ ...pace, caution: 2 }, 0, fetched)).toBe(17);
  expect(blocks({ ...pace, position_ms: 9_500 }, 90 * BLOCK_BYTES, fetched)).toBe(100);
});
