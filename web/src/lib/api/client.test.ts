import { expect, it } from 'vitest';
import { address } from './client';

it('writes values into the path and the rest behind it', () => {
  expect(
    address('/videos/{video_id}/comments', { video_id: 'a/b', sort: 'top', cursor: null }),
  ).toBe('/api/v1/videos/a%2Fb/comments?sort=top');
});
it('asks without a question mark when there is nothing to ask', () => {
  expect(address('/session')).toBe('/api/v1/session');
});
