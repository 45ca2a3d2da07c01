// Calls about finding: results, suggestions, what rises.
import { api } from './client';
import type { Profile, Sound, Video } from './types';

export type SearchKind = 'all' | 'videos' | 'people' | 'hashtags' | 'sounds';

export interface SearchResults {
  videos: Video[];
  /** They go with `videos`. */
  impressions: string[];
  people: Profile[];
  hashtags: { tag: string; videos_count: number }[];
  sounds: Sound[];
  /** Video id → where its caption speaks of the query, as [start, end] in code points. */
  highlights: Record<string, [number, number][]>;
  corrected: string | null;
  next_cursor: string | null;
}

export interface Suggestion {
  text: string;
  kind: 'query' | 'hashtag' | 'person' | 'word' | 'recent';
}

/** People whose handle or name begins like this, a handful. */
export const findPeople = (typed: string) =>
  api.get<{ people: Profile[] }>('/search', { q: typed, kind: 'people', limit: 5 });
export const search = (q: string, kind: SearchKind, cursor?: string | null) =>
  api.get<SearchResults>('/search', { q, kind, cursor });
export const suggestions = (q: string, signal?: AbortSignal) =>
  api.get<{ items: Suggestion[] }>('/search/suggestions', { q }, { signal });
export const forgetSearch = (q: string) =>
  api.delete<undefined>(`/search/recent?q=${encodeURIComponent(q)}`);
