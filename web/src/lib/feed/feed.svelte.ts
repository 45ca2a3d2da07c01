// A list of films that goes on: the feed's tabs, or a grid that was opened at one film.
import type { FeedItem, FeedTab, Page, Video } from '$api/types';
import { events } from '$api/events';
import { readFeed } from '$api/videos';
import { takeBootFeed } from '$lib/session/boot';
import { viewer } from '$lib/session/session.svelte';
import { Film } from '$lib/video/film.svelte';

export interface Entry {
  /** One of a kind in its list: a film comes again when everything was seen. */
  key: string;
  /** Everything was seen before this one. */
  opensRound: boolean;
  impression_id: string | null;
  film: Film;
  reason: FeedItem['reason'] | null;
  /** Whom the person follows and who passed it on; null: its creator showed it. */
  reposted_by: FeedItem['reposted_by'];
  is_exploration: boolean;
}

/** A page of a feed, or of a grid whose films are counted: an impression for each, in order. */
export type FilmPage = Page<FeedItem | Video> & {
  impressions?: readonly (string | null)[];
  /** Everything was seen: from here on it comes again, each film once. */
  starts_over?: boolean;
};
type Load = (cursor: string | null) => Promise<FilmPage>;

/** More is asked for when this many films are left: late enough to count what was just watched. */
const AHEAD_MIN = 3;
/** A page may hold few films, or only ones already seen: then another is asked for, not for ever. */
const PAGES_MAX = 4;
/** With fewer films to show than this there is no going round: the same few would come again at once. */
const ROUND_MIN = 5;

export class Feed {
  entries = $state.raw<Entry[]>([]);
  /** Where the person is: survives leaving the page and coming back. */
  index = $state(0);
  problem = $state.raw<unknown>(null);
  isLoading = $state(false);
  isOver = $state(false);
  #cursor: string | null = null;
  /** The films of this walk; one that comes again is the same one, liked or not. */
  #films = new Map<string, Film>();
  #seen = new Set<string>();
  #walk = 0;
  #barren = 0;
  #reloads = 0;

  constructor(
    private readonly load: Load,
    first: FilmPage | null = null,
  ) {
    if (first) this.#take(first);
  }

  get isEmpty(): boolean {
    return this.entries.length === 0 && this.isOver;
  }

  /** Fetch more when the person comes near the end. */
  async near(index: number): Promise<void> {
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const isNear = index > this.entries.length - 1 - AHEAD_MIN;
      if (!isNear || this.isLoading || this.isOver || (page > 0 && this.problem)) return;
      await this.more();
    }
  }

  async more(): Promise<void> {
    if (this.isLoading || this.isOver) return;
    const reloads = this.#reloads;
    this.isLoading = true;
    this.problem = null;
    try {
      const page = await this.load(this.#cursor);
      if (reloads === this.#reloads) this.#take(page);
    } catch (problem) {
      if (reloads === this.#reloads) this.problem = problem;
    } finally {
      if (reloads === this.#reloads) this.isLoading = false;
    }
  }

  /** Begin again with fresh films. */
  async reload(): Promise<void> {
    this.#reloads += 1;
    this.entries = [];
    this.index = 0;
    this.#seen.clear();
    this.#films.clear();
    this.#barren = 0;
    this.#cursor = null;
    this.isOver = false;
    this.isLoading = false;
    await this.more();
  }

  /** Take what is not wanted out of the films still to come; what was shown stays where it is. */
  drop(isUnwanted: (video: Video) => boolean): void {
    this.entries = this.entries.filter(
      ({ film }, index) => index <= this.index || !isUnwanted(film.video),
    );
  }

  #take(page: FilmPage): void {
    if (page.starts_over && this.entries.length && !this.#startOver(page)) return;
    const fresh: Entry[] = [];
    for (const [index, item] of page.items.entries()) {
      const entry = this.#enter(item, page.impressions?.[index] ?? null);
      if (entry) fresh.push(entry);
    }
    this.entries = [...this.entries, ...fresh];
    this.#cursor = page.next_cursor;
    this.#barren = fresh.length ? 0 : this.#barren + 1;
    this.isOver = page.next_cursor === null || this.#barren >= PAGES_MAX;
  }

  /** An entry for a film that is new in this walk. */
  #enter(item: FeedItem | Video, impression_id: string | null): Entry | null {
    const told = 'video' in item ? item : asItem(item, impression_id);
    const { video_id } = told.video;
    if (this.#seen.has(video_id)) return null;
    const opensRound = this.#walk > 0 && this.#seen.size === 0;
    this.#seen.add(video_id);
    const { reason, reposted_by, is_exploration } = told;
    return {
      key: `${this.#walk}:${video_id}`,
      opensRound,
      film: this.#film(told.video),
      impression_id: told.impression_id,
      reason,
      reposted_by,
      is_exploration,
    };
  }

  /** Everything was seen; false: there is too little to go round, however much of it was of this walk. */
  #startOver({ items }: FilmPage): boolean {
    const known = items.map((item) => ('video' in item ? item.video : item).video_id);
    this.isOver = new Set([...this.#films.keys(), ...known]).size < ROUND_MIN;
    if (this.isOver) return false;
    this.#walk += 1;
    this.#seen.clear();
    return true;
  }

  #film(video: Video): Film {
    const known = this.#films.get(video.video_id) ?? new Film(video);
    this.#films.set(video.video_id, known);
    return known;
  }
}

/** A film of a grid, as the feed has its own: shown without a reason. */
function asItem(video: Video, impression_id: string | null) {
  return { video, impression_id, reason: null, reposted_by: null, is_exploration: false };
}

const TOLD_MS = 200;
const pause = (wait_ms: number) => new Promise((resolve) => setTimeout(resolve, wait_ms));
const tabs = new Map<FeedTab, Feed>();
/** A guest follows nobody: the server need not be asked. */
const nothing = async (): Promise<Page<FeedItem>> => ({ items: [], next_cursor: null });

/** The feed of a tab; the same one every time, so that coming back keeps its place. */
export function feedOf(tab: FeedTab): Feed {
  const known = tabs.get(tab);
  if (known) return known;
  const feed = new Feed(
    async (cursor) => {
      if (tab !== 'for_you') return viewer.isSignedIn ? readFeed(tab, cursor) : nothing();
      // What was watched on this page counts for the next one, unless the network keeps it.
      if (cursor) await Promise.race([events.flush(), pause(TOLD_MS)]);
      return readFeed(tab, cursor);
    },
    tab === 'for_you' ? takeBootFeed() : null,
  );
  tabs.set(tab, feed);
  return feed;
}

/** Forget all tabs: somebody else signed in, or the switch of personalisation moved. */
export function forgetFeeds(): void {
  tabs.clear();
}
