// Calls about finding: results, suggestions, what rises.
import { api } from './client';
import type { Shapes } from './types';

export type SearchKind = 'all' | 'videos' | 'people' | 'hashtags' | 'sounds';

export type SearchResults = Shapes['ResultsPayload'];

export type Suggestion = Shapes['SuggestionPayload'];

/** People whose handle or name begins like this, a handful. */
export const findPeople = (typed: string) =>
  api.get('/search', { q: typed, kind: 'people', limit: 5 });
export const search = (q: string, kind: SearchKind, cursor?: string | null) =>
  api.get('/search', { q, kind, cursor });
export const suggestions = (q: string, signal?: AbortSignal) =>
  api.get('/search/suggestions', { q }, { signal });
export const forgetSearch = (q: string) => api.delete('/search/recent', { q });
