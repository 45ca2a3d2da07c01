import { expect, it } from 'vitest';
import { blend, together_bps } from './throughput';

it('counts time once when transfers share the link', () => {
  const transfers = [
    { start_ms: 0, end_ms: 100, bytes: 50_000 },
    { start_ms: 50, end_ms: 150, bytes: 50_000 },
    { start_ms: 900, end_ms: 950, bytes: 0 },
  ];
  expect(together_bps(transfers)).toBe((100_000 * 8_000) / 150);
});
it('does not guess from crumbs', () => {
  expect(together_bps([{ start_ms: 0, end_ms: 10, bytes: 900 }])).toBeNull();
});
it('believes good news sooner than bad', () => {
  expect(blend(null, 5)).toBe(5);
  expect(blend(1_000, 2_000)).toBe(1_600);
  expect(blend(1_000, 0)).toBe(850);
});
