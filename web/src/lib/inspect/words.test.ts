import { describe, expect, it } from 'vitest';
import type { Inspection } from '$api/inspections';
import { dayAfter, dayBefore, dayWithin } from './words';

const one = {
  since: '2026-11-20T06:00:00.000Z',
  until: '2026-11-22T00:00:00.000Z',
} as Inspection;

describe('days of an inspection', () => {
  it('are cut to what it was opened for', () => {
    expect(dayWithin(one, '2026-11-20')).toEqual({
      since: '2026-11-20T06:00:00.000Z',
      until: '2026-11-21T00:00:00.000Z',
    });
    expect(dayWithin(one, '2026-11-21').until).toBe('2026-11-22T00:00:00.000Z');
  });
  it('end where the next one begins', () => {
    expect(dayAfter('2026-02-28')).toBe('2026-03-01T00:00:00.000Z');
    expect(dayBefore(1, Date.parse('2026-03-01T23:59:00Z'))).toBe('2026-02-28');
  });
});
