import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Me } from '$api/types';
import { Thread } from './thread.svelte';

/** As much of a browser as a call looks at. */
const BROWSER = {
  window: {},
  navigator: { languages: ['en'] },
  location: new URL('http://market.test/'),
  localStorage: { getItem: () => 'en' },
  document: { documentElement: {} },
};

/** A server that answers each call when the test says so. */
function slow() {
  const calls: { address: string; answer: (body: object) => void }[] = [];
  for (const [name, thing] of Object.entries(BROWSER)) vi.stubGlobal(name, thing);
  vi.stubGlobal('fetch', (address: string | URL | Request) => {
    return new Promise<Response>((resolve) => {
      calls.push({
        address: address instanceof Request ? address.url : String(address),
        answer: (body) => resolve(Response.json(body)),
      });
    });
  });
  return calls;
}
const comment = (comment_id: string, text = comment_id) => ({
  comment_id,
  text,
  parent_id: null,
  likes_count: 0,
  replies_count: 0,
  you: { liked: false },
});
const list = (...ids: string[]) => ({ items: ids.map((id) => comment(id)), next_cursor: null });
const texts = (thread: Thread) => thread.notes.map((note) => note.comment.text);
const me = { handle: 'mira' } as unknown as Me;

afterEach(() => vi.unstubAllGlobals());

describe('a thread of comments', () => {
  it('shows the order asked for last, whichever list comes last', async () => {
    const calls = slow();
    const thread = new Thread('v', () => {});
    const first = thread.load();
    const second = thread.order('new');
    expect(calls.map(({ address }) => /sort=(\w+)/.exec(address)?.[1])).toEqual(['top', 'new']);
    calls[1]!.answer(list('newest', 'newer'));
    await second;
    expect(thread.isLoading).toBe(false);
    calls[0]!.answer(list('best'));
    await first;
    expect(texts(thread)).toEqual(['newest', 'newer']);
  });
  it('keeps what was written while the list was on its way, once', async () => {
    const calls = slow();
    const thread = new Thread('v', () => {});
    const loading = thread.load();
    const writing = thread.write('Mine', me, null);
    expect(texts(thread)).toEqual(['Mine']);
    calls[0]!.answer(list('best'));
    await loading;
    expect(texts(thread)).toEqual(['Mine', 'best']);
    const again = thread.load();
    calls[2]!.answer({ items: [comment('saved', 'Mine'), comment('best')], next_cursor: null });
    await again;
    calls[1]!.answer(comment('saved', 'Mine'));
    await writing;
    expect(texts(thread)).toEqual(['Mine', 'best']);
  });
});
