import { expect, it } from 'vitest';
import { uuid7 } from './uuid7';

it('carries its time first, then version and variant', () => {
  expect(uuid7(0x0123456789ab, new Uint8Array(10).fill(0xff))).toBe(
    '01234567-89ab-7fff-bfff-ffffffffffff',
  );
});
it('is ordered by time', () => {
  expect(uuid7(1_000) < uuid7(2_000)).toBe(true);
});
