// Calls about finding: used by mentions here; pages of search add theirs.
import { api } from './client';
import type { Profile } from './types';

/** People whose handle or name begins like this, a handful. */
export const findPeople = (typed: string) =>
  api.get<{ people: Profile[] }>('/search', { q: typed, kind: 'people', limit: 5 });
