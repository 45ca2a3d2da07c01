import { expect, it } from 'vitest';
import { complete, mentionAt } from './mention';

it('finds the mention that is being written', () => {
  expect(mentionAt('hello @mi', 9)).toEqual({ start: 6, end: 9, typed: 'mi' });
  expect(mentionAt('@', 1)).toEqual({ start: 0, end: 1, typed: '' });
  expect(mentionAt('@mi and', 7)).toBeNull();
  expect(mentionAt('mail a@b', 8)).toBeNull();
});
it('puts the handle in its place and leaves the rest', () => {
  const mention = mentionAt('hi @mi there', 6)!;
  expect(complete('hi @mi there', mention, 'mira')).toEqual({ text: 'hi @mira there', caret: 9 });
});
