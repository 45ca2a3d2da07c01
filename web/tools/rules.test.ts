import { expect, it } from 'vitest';
import { bareWords, styleMistakes, surfaceOf } from './rules.mjs';

it('finds physical directions, not logical ones', () => {
  expect(styleMistakes('a { margin-left: 1px; text-align: right; left: 0 }')).toHaveLength(3);
  expect(styleMistakes('a { margin-inline-start: 1px; text-align: end; inset-inline: 0 }')).toEqual(
    [],
  );
});
it('finds raw colours, except where they are declared', () => {
  expect(styleMistakes('a { color: #fff; background: rgb(0 0 0) }')).toHaveLength(2);
  expect(styleMistakes('a { color: #fff }', { mayNameColours: true })).toEqual([]);
});
it('finds words outside the message files', () => {
  expect(bareWords('<p>Nothing here yet</p><button aria-label="Close me"></button>')).toHaveLength(
    2,
  );
  expect(bareWords('<p>{t("a.b")}</p><button aria-label={t("c")}></button>')).toEqual([]);
});
it('knows the surface of a file', () => {
  expect(surfaceOf('src/routes/(studio)/publish/+page.svelte')).toBe('studio');
  expect(surfaceOf('src/lib/ui/Button.svelte')).toBeNull();
});
