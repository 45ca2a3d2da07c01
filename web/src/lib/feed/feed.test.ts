import { describe, expect, it } from 'vitest';
import { Feed } from './feed.svelte';
import type { Video } from '$api/types';

const video = (video_id: string) =>
  ({ video_id, counts: {}, you: {}, creator: {} }) as unknown as Video;
const pages = (...lists: string[][]) => {
  let at = 0;
  return async () => {
    const items = lists[at++]!.map(video);
    return { items, next_cursor: at < lists.length ? String(at) : null };
  };
};
const ids = (feed: Feed) => feed.entries.map(({ film }) => film.video.video_id);

describe('a feed', () => {
  it('goes on before its end is reached and stops where the server stops', async () => {
    const feed = new Feed(pages(['a', 'b', 'c', 'd', 'e', 'f'], ['g']));
    await feed.near(0);
    expect(ids(feed)).toHaveLength(6);
    await feed.near(2);
    expect(ids(feed)).toHaveLength(6);
    await feed.near(3);
    expect(ids(feed).at(-1)).toBe('g');
    expect(feed.isOver).toBe(true);
  });
  it('asks again when a page is short, but not for ever', async () => {
    let asked = 0;
    const feed = new Feed(async () => ({ items: [video(`v${(asked += 1)}`)], next_cursor: 'x' }));
    await feed.near(0);
    expect(asked).toBe(4);
    await feed.near(9);
    expect(asked).toBe(8);
  });
  it('shows a film once, even if the server sends it twice', async () => {
    const feed = new Feed(pages(['a', 'b'], ['b', 'c']));
    await feed.more();
    await feed.more();
    expect(ids(feed)).toEqual(['a', 'b', 'c']);
  });
  it('keeps what it has when more cannot be fetched, and says why', async () => {
    let tries = 0;
    const feed = new Feed(async () => {
      tries += 1;
      if (tries === 2) throw new Error('no network');
      return { items: [video(`v${tries}`)], next_cursor: 'x' };
    });
    await feed.more();
    await feed.more();
    expect(ids(feed)).toEqual(['v1']);
    expect(feed.problem).toBeInstanceOf(Error);
    await feed.more();
    expect(ids(feed)).toEqual(['v1', 'v3']);
    expect(feed.problem).toBeNull();
  });
  it('goes round when the server starts over, with the same films, each a new entry', async () => {
    const films = ['a', 'b', 'c', 'd', 'e'].map(video);
    let asked = 0;
    const feed = new Feed(async () => ({
      items: films,
      next_cursor: 'x',
      starts_over: (asked += 1) > 1,
    }));
    await feed.more();
    await feed.more();
    expect(ids(feed)).toEqual(['a', 'b', 'c', 'd', 'e', 'a', 'b', 'c', 'd', 'e']);
    expect(feed.entries[5]!.film).toBe(feed.entries[0]!.film);
    expect(new Set(feed.entries.map(({ key }) => key)).size).toBe(10);
    expect(feed.entries.map(({ opensRound }) => opensRound).indexOf(true)).toBe(5);
    expect(feed.isOver).toBe(false);
  });
  it('ends where only a handful of films could come again', async () => {
    let asked = 0;
    const feed = new Feed(async () => ({
      items: ['a', 'b'].map(video),
      next_cursor: 'x',
      starts_over: (asked += 1) > 1,
    }));
    await feed.near(0);
    expect(ids(feed)).toEqual(['a', 'b']);
    expect(feed.isOver).toBe(true);
  });
  it('goes round after a reload that left only a few unseen, when there are others', async () => {
    const told = [
      { items: ['a', 'b', 'c'].map(video), next_cursor: 'x' },
      { items: ['d', 'e', 'a'].map(video), next_cursor: 'y', starts_over: true },
    ];
    const feed = new Feed(async () => told.shift()!);
    await feed.more();
    await feed.more();
    expect(ids(feed)).toEqual(['a', 'b', 'c', 'd', 'e', 'a']);
    expect(feed.isOver).toBe(false);
  });
  it('asks on when a page holds only known films, but not for ever', async () => {
    let asked = 0;
    const feed = new Feed(async () => {
      asked += 1;
      return { items: [video(asked === 3 ? 'b' : 'a')], next_cursor: 'x' };
    });
    await feed.near(0);
    expect(ids(feed)).toEqual(['a', 'b']);
    expect(feed.isOver).toBe(false);
    await feed.near(1);
    expect(feed.isOver).toBe(true);
  });
  it('takes out what is to come and not wanted, never what was shown', async () => {
    const feed = new Feed(pages(['a', 'b', 'c', 'b2', 'd']));
    await feed.more();
    feed.index = 1;
    feed.drop(({ video_id }) => video_id.startsWith('b') || video_id === 'a');
    expect(ids(feed)).toEqual(['a', 'b', 'c', 'd']);
  });
  it('counts films of a grid by its impressions', async () => {
    const feed = new Feed(async () => ({
      items: ['a', 'b'].map(video),
      impressions: ['one', 'two'],
      next_cursor: null,
    }));
    await feed.more();
    expect(feed.entries.map(({ impression_id }) => impression_id)).toEqual(['one', 'two']);
  });
});
