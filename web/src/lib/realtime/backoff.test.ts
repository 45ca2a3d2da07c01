import { expect, it } from 'vitest';
import { backoff_ms } from './backoff';

it('doubles up to a minute, spread by chance', () => {
  expect([0, 1, 2, 9, 99].map((failures) => backoff_ms(failures, 1))).toEqual([
    1_000, 2_000, 4_000, 60_000, 60_000,
  ]);
  expect(backoff_ms(2, 0)).toBe(2_000);
});
