// Keys of the feed, in one table: read by the handler and by the help.
import type { Key } from '$lib/i18n/catalogue';

export type FeedAction =
  | 'next'
  | 'previous'
  | 'play'
  | 'like'
  | 'mute'
  | 'comments'
  | 'share'
  | 'save'
  | 'follow'
  | 'captions'
  | 'forward'
  | 'backward'
  | 'faster'
  | 'slower'
  | 'clear'
  | 'help';

export const KEYS: { action: FeedAction; keys: string[]; shown: string[]; words: Key }[] = [
  { action: 'next', keys: ['ArrowDown', 'j', 'PageDown'], shown: ['↓', 'J'], words: 'keys.next' },
  {
    action: 'previous',
    keys: ['ArrowUp', 'k', 'PageUp'],
    shown: ['↑', 'K'],
    words: 'keys.previous',
  },
  { action: 'play', keys: [' '], shown: ['␣'], words: 'keys.play' },
  { action: 'like', keys: ['l'], shown: ['L'], words: 'keys.like' },
  { action: 'mute', keys: ['m'], shown: ['M'], words: 'keys.mute' },
  { action: 'comments', keys: ['c'], shown: ['C'], words: 'keys.comments' },
  { action: 'share', keys: ['s'], shown: ['S'], words: 'keys.share' },
  { action: 'save', keys: ['b'], shown: ['B'], words: 'keys.save' },
  { action: 'follow', keys: ['f'], shown: ['F'], words: 'keys.follow' },
  { action: 'captions', keys: ['t'], shown: ['T'], words: 'keys.captions' },
  { action: 'backward', keys: ['ArrowLeft'], shown: ['←'], words: 'keys.backward' },
  { action: 'forward', keys: ['ArrowRight'], shown: ['→'], words: 'keys.forward' },
  { action: 'slower', keys: ['<', ','], shown: ['<'], words: 'keys.slower' },
  { action: 'faster', keys: ['>', '.'], shown: ['>'], words: 'keys.faster' },
  { action: 'clear', keys: ['h'], shown: ['H'], words: 'keys.clear' },
  { action: 'help', keys: ['?'], shown: ['?'], words: 'keys.help' },
];

/** What a key does here, or null when it is not ours or somebody is writing. */
export function actionOf(event: KeyboardEvent): FeedAction | null {
  const target = event.target as HTMLElement;
  if (event.defaultPrevented || isChord(event) || isElsewhere(target)) return null;
  if (event.key === ' ' && target.closest('button, a, [role=slider]')) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return KEYS.find(({ keys }) => keys.includes(key))?.action ?? null;
}

function isElsewhere(target: HTMLElement): boolean {
  return target.closest('input, textarea, select, [contenteditable], dialog, [role=menu]') !== null;
}

const isChord = (event: KeyboardEvent) => event.ctrlKey || event.metaKey || event.altKey;
