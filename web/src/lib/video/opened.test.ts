import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { events } from '$api/events';
import { openedFrom, openProfile } from './opened';

const film = (account_id: string, is_owner = false) => ({
  video: { creator: { account_id }, you: { is_owner } },
});

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(events, 'note').mockReturnValue();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test('a profile opened from a film is told, and a follow there names the showing for a while', () => {
  openProfile({ impression_id: 'shown', film: film('ada') });
  expect(events.note).toHaveBeenCalledWith({ kind: 'profile_visit', impression_id: 'shown' });
  expect(openedFrom('ada')).toBe('shown');
  expect(openedFrom('bob')).toBeUndefined();
  vi.advanceTimersByTime(10 * 60_000);
  expect(openedFrom('ada')).toBeUndefined();
});

test('one’s own profile, and a film that no list showed, tell nothing', () => {
  openProfile({ impression_id: null, film: film('cid') });
  openProfile({ impression_id: 'own', film: film('dan', true) });
  expect(events.note).not.toHaveBeenCalled();
  expect(openedFrom('cid') ?? openedFrom('dan')).toBeUndefined();
});
