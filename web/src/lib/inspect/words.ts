// What inspections call things, in the language in use.
import type { Inspection, Part } from '$api/inspections';
import type { Key } from '$lib/i18n/catalogue';
import { plain } from '$lib/i18n/format';
import { t, words } from '$lib/i18n/index.svelte';
import { tongue } from '$lib/i18n/names';

export const KINDS = [
  'tab',
  'is_personal',
  'source',
  'way',
  'age',
  'is_ai',
  'is_mature',
  'language',
  'hashtag',
  'pool_level',
  'creator_id',
  'video_id',
  'snapshot',
] as const satisfies readonly Part['kind'][];
/** Of these only those with the most items are told. */
export const MANY: readonly Part['kind'][] = ['hashtag', 'creator_id', 'video_id', 'snapshot'];
export const TABS = ['for_you', 'following', 'friends', 'explore'] as const;
const DAY_MS = 86_400_000;

export const kindName = (kind: Part['kind']) => t(`console.inspect_kind_${kind}`);

const yesOrNo = (value: string) =>
  t(value === 'true' ? 'console.inspect_yes' : 'console.inspect_no');
const listed = (kind: string) => (value: string) => t(`console.inspect_${kind}_${value}` as Key);
const NAMES: Partial<Record<Part['kind'], (value: string) => string>> = {
  tab: listed('tab'),
  way: listed('way'),
  age: listed('age'),
  is_personal: yesOrNo,
  is_ai: yesOrNo,
  is_mature: yesOrNo,
  language: (value) => (value === 'und' ? t('console.inspect_no_language') : tongue(value)),
  hashtag: (value) => `#${value}`,
  snapshot: (value) => value || t('console.inspect_no_snapshot'),
  pool_level: (value) =>
    value === 'none'
      ? t('console.inspect_unraced')
      : t('console.inspect_level', { n: Number(value) }),
};

/** What a value is called: `said` by the server, or by its kind; ids as they are. */
export function valueName(kind: Part['kind'], value: string, said = ''): string {
  if (value === 'unknown') return t('console.inspect_unknown');
  if (said) return kind === 'creator_id' ? `@${said}` : said;
  return NAMES[kind]?.(value) ?? value;
}

/** A mark of the form `kind:value`, in words. */
export function markName(mark: string): string {
  const [kind, value] = [mark.slice(0, mark.indexOf(':')), mark.slice(mark.indexOf(':') + 1)];
  const known = KINDS.find((one) => one === kind);
  return known ? `${kindName(known)}: ${valueName(known, value)}` : mark;
}

export const percent = (share: number) =>
  new Intl.NumberFormat(plain(words.language), {
    style: 'percent',
    maximumFractionDigits: share > 0 && share < 0.01 ? 2 : 1,
  }).format(share);

export const whole = (n: number) => new Intl.NumberFormat(plain(words.language)).format(n);

/** A number of a score, with as many digits as tell. */
export const exact = (n: number) =>
  new Intl.NumberFormat(plain(words.language), {
    maximumFractionDigits: Math.abs(n) < 0.01 ? 5 : 3,
  }).format(n);

/** A day of UTC, wherever the reader is. */
export const utcDay = (day: string) =>
  new Intl.DateTimeFormat(plain(words.language), {
    dateStyle: 'medium',
    timeZone: 'UTC',
  }).format(new Date(day));

/** The days an inspection is of; its end is the first moment that is no longer in it. */
export function daysOf(one: Inspection): string {
  const format = new Intl.DateTimeFormat(plain(words.language), {
    dateStyle: 'medium',
    timeZone: 'UTC',
  });
  return format.formatRange(new Date(one.since ?? 0), new Date(Date.parse(one.until ?? '') - 1));
}

/** The stretch of one day, cut to the inspection it is in. */
export function dayWithin(one: Inspection, day: string): { since: string; until: string } {
  const begin = Math.max(Date.parse(day), Date.parse(one.since ?? ''));
  const end = Math.min(Date.parse(day) + DAY_MS, Date.parse(one.until ?? ''));
  return { since: new Date(begin).toISOString(), until: new Date(end).toISOString() };
}

/** So many days ago, as a date field writes it. */
export const dayBefore = (days: number, now_ms = Date.now()) =>
  new Date(now_ms - days * DAY_MS).toISOString().slice(0, 10);
export const dayAfter = (day: string) => new Date(Date.parse(day) + DAY_MS).toISOString();
