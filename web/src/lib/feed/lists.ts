// Lists of films that people come back to: a grid and the films opened from it are one list.
import { untrack } from 'svelte';
import { readFeed, readVideo } from '$api/videos';
import { Feed, forgetFeeds, type FilmPage } from './feed.svelte';

const KEPT_MAX = 12;
const lists = new Map<string, Feed>();
let opened: Feed | null = null;

/** The list of an address: the same one when people come back, so that their place is kept. */
export function listOf(key: string, load: (cursor: string | null) => Promise<FilmPage>): Feed {
  const known = lists.get(key) ?? new Feed(load);
  lists.delete(key);
  lists.set(key, known);
  if (lists.size > KEPT_MAX) lists.delete(lists.keys().next().value!);
  return known;
}

/** A film of this list is about to be opened. */
export function open(list: Feed, index: number): void {
  list.index = index;
  opened = list;
}

/** Forget every feed and list: somebody else is here, or what this person may or wants to see changed. */
export function forgetFilms(): void {
  forgetFeeds();
  lists.clear();
  opened = null;
}

/**
 * The list to walk from a film's own page: the one it was opened from, else the film and then the feed.
 * Untracked: a page derives it from its address, and must not be led back when the list grows.
 */
export const listFrom = (video_id: string): Feed => untrack(() => openedAt(video_id));

function openedAt(video_id: string): Feed {
  const at = opened?.entries.findIndex(({ film }) => film.video.video_id === video_id) ?? -1;
  if (opened && at >= 0) {
    opened.index = at;
    return opened;
  }
  const AFTER = 'after';
  opened = new Feed(async (cursor): Promise<FilmPage> => {
    if (cursor === null) {
      const video = await readVideo(video_id);
      return { items: [video], impressions: [video.impression_id], next_cursor: AFTER };
    }
    return readFeed('for_you', cursor === AFTER ? null : cursor);
  });
  return opened;
}
