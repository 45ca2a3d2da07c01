// Names and sizes in the language in use, for pages that are loaded when they are opened.
import { plain } from './format';
import { words } from './index.svelte';

/** The name of a market's country, as the browser says it in the language in use. */
export function country(market: string): string {
  const names = new Intl.DisplayNames([plain(words.language)], { type: 'region' });
  return names.of(market.toUpperCase()) ?? market.toUpperCase();
}

/** The name of a language by its code, as the browser says it in the language in use. */
export function tongue(code: string): string {
  const names = new Intl.DisplayNames([plain(words.language)], { type: 'language' });
  return names.of(code) ?? code;
}

/** A size in bytes as people read it: 1.2 MB. */
export function bytes(size: number): string {
  const steps = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  const step = Math.min(steps.length - 1, Math.floor(Math.log10(Math.max(1, size)) / 3));
  return new Intl.NumberFormat(plain(words.language), {
    style: 'unit',
    unit: steps[step],
    unitDisplay: 'short',
    maximumFractionDigits: step > 1 ? 1 : 0,
  }).format(size / 1000 ** step);
}
