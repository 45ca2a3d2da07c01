// A list of films that goes on: the feed's tabs, or a grid that was opened at one film.
import type { FeedItem, FeedTab, Page, Video } from '$api/types';
import { readFeed } from '$api/videos';
import { takeBootFeed } from '$lib/session/boot';
import { viewer } from '$lib/session/session.svelte';
import { Film } from '$lib/video/film.svelte';

export interface Entry {
  impression_id: string | null;
  film: Film;
  reason: FeedItem['reason'] | null;
  is_exploration: boolean;
}

type FilmPage = Page<FeedItem | Video> & { impressions?: string[] };
type Load = (cursor: string | null) => Promise<FilmPage>;

/** More is asked for when fewer than this many films are left. */
const AHEAD_MIN = 4;
/** A page may hold few films, or only ones already seen: then another is asked for, not for ever. */
const PAGES_MAX = 4;

export class Feed {
  entries = $state.raw<Entry[]>([]);
  /** Where the person is: survives leaving the page and coming back. */
  index = $state(0);
  problem = $state.raw<unknown>(null);
  isLoading = $state(false);
  isOver = $state(false);
  #cursor: string | null = null;
  #seen = new Set<string>();
  #round = 0;

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
    const round = this.#round;
    this.isLoading = true;
    this.problem = null;
    try {
      const page = await this.load(this.#cursor);
      if (round === this.#round) this.#take(page);
    } catch (problem) {
      if (round === this.#round) this.problem = problem;
    } finally {
      if (round === this.#round) this.isLoading = false;
    }
  }

  /** Begin again with fresh films. */
  async reload(): Promise<void> {
    this.#round += 1;
    this.entries = [];
    this.index = 0;
    this.#seen.clear();
    this.#cursor = null;
    this.isOver = false;
    this.isLoading = false;
    await this.more();
  }

  #take(page: FilmPage): void {
    const fresh = page.items
      .map((item, index) => asEntry(item, page.impressions?.[index] ?? null))
      .filter(({ film }) => !this.#seen.has(film.video.video_id));
    for (const { film } of fresh) this.#seen.add(film.video.video_id);
    this.entries = [...this.entries, ...fresh];
    this.#cursor = page.next_cursor;
    // The server goes round for ever; a page of nothing new means that everything was seen.
    this.isOver = page.next_cursor === null || fresh.length === 0;
  }
}

function asEntry(item: FeedItem | Video, impression_id: string | null): Entry {
  if ('video' in item) return { ...item, film: new Film(item.video) };
  return { impression_id, film: new Film(item), reason: null, is_exploration: false };
}

const tabs = new Map<FeedTab, Feed>();
/** A guest follows nobody: the server need not be asked. */
const nothing = async (): Promise<Page<FeedItem>> => ({ items: [], next_cursor: null });

/** The feed of a tab; the same one every time, so that coming back keeps its place. */
export function feedOf(tab: FeedTab): Feed {
  const known = tabs.get(tab);
  if (known) return known;
  const feed = new Feed(
    (cursor) => (tab === 'for_you' || viewer.isSignedIn ? readFeed(tab, cursor) : nothing()),
    tab === 'for_you' ? takeBootFeed() : null,
  );
  tabs.set(tab, feed);
  return feed;
}

/** Forget all tabs: somebody else signed in, or the switch of personalisation moved. */
export function forgetFeeds(): void {
  tabs.clear();
}
