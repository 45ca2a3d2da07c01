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
    await feed.near(1);
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
});
