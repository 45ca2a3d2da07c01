import { expect, it } from 'vitest';
import { allowance, slice_bytes } from './pace';

const pace = { position_ms: 0, duration_ms: 10_000, isActive: true, isWaiting: false, caution: 1 };

it('fetches a first picture ahead, no more', () => {
  expect(allowance({ ...pace, isActive: false }, 1_080_000)).toBe(100_000);
});
it('stays most of a second ahead, more as the film goes on', () => {
  expect(allowance(pace, 1_080_000)).toBe(145_000);
  expect(allowance({ ...pace, position_ms: 5_000 }, 1_080_000)).toBe(695_000);
});
it('is more careful after a stall, and never asks for more than there is', () => {
  expect(allowance({ ...pace, caution: 3 }, 1_080_000)).toBe(275_000);
  expect(allowance({ ...pace, position_ms: 9_500 }, 1_080_000)).toBe(1_080_000);
  expect(allowance(pace, 50_000)).toBe(50_000);
});
it('asks in slices of a fraction of a second', () => {
  expect(slice_bytes(pace, 2_000_000)).toBe(80_000);
  expect(slice_bytes(pace, 100_000)).toBe(48_000);
});
