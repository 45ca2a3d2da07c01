import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { toasts } from './toasts.svelte';

const words = () => toasts.list.map((toast) => toast.words);

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

it('says the same once, however often it is pressed', () => {
  for (let press = 0; press < 12; press += 1) toasts.say('Saved');
  toasts.say('Sent');
  expect(words()).toEqual(['Saved', 'Sent']);
});
it('keeps each that can be undone, three at most', () => {
  const action = { words: 'Undo', run: () => undefined };
  for (let press = 0; press < 4; press += 1) toasts.say('Hidden', { action });
  expect(words()).toEqual(['Hidden', 'Hidden', 'Hidden']);
});
