import { expect, it } from 'vitest';
import { pieces } from './caption';

it('finds hashtags and mentions in every script and leaves the rest alone', () => {
  const caption = '見つけた #大阪 with @mira.k. Mail a@b.c #2026';
  const found = pieces(caption);
  expect(found.filter(({ kind }) => kind !== 'text').map(({ text }) => text)).toEqual([
    '#大阪',
    '@mira.k',
    '#2026',
  ]);
  expect(found.map(({ text }) => text).join('')).toBe(caption);
});
it('leads somewhere', () => {
  expect(
    pieces('#Tea @mira')
      .map(({ href }) => href)
      .filter(Boolean),
  ).toEqual(['/tag/tea', '/@mira']);
});
