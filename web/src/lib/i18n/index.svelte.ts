// The language in use and its words, as state: a component that calls `t` re-renders when the language changes.
import { loadMessages, nearestLanguage, type Key, type Language, type Surface } from './catalogue';
import { format, plain, type Messages, type Variables } from './format';

const MINUTE_MS = 60_000;
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['minute', MINUTE_MS],
  ['hour', 60 * MINUTE_MS],
  ['day', 24 * 60 * MINUTE_MS],
  ['week', 7 * 24 * 60 * MINUTE_MS],
  ['month', 30 * 24 * 60 * MINUTE_MS],
  ['year', 365 * 24 * 60 * MINUTE_MS],
];

class Words {
  language = $state<Language>('en');
  #parts = $state.raw<Partial<Record<Surface, Messages>>>({});
  #messages = $derived<Messages>(Object.assign({}, ...Object.values(this.#parts)));
  #isStarted = false;

  /** Fetch the words of these surfaces once; call it in the `load` of a layout, before anything renders. */
  async need(...surfaces: Surface[]): Promise<void> {
    this.#start();
    const missing = surfaces.filter((surface) => !this.#parts[surface]);
    if (missing.length) await this.#fetch(missing, this.language);
  }

  /** Change the language: fetches every surface in use, then changes all words at once. */
  async speak(language: Language): Promise<void> {
    this.#start();
    await this.#fetch(Object.keys(this.#parts) as Surface[], language);
    this.#use(language);
    remember(language);
    // A page may have asked for its words in the old language meanwhile.
    const late = Object.keys(this.#parts) as Surface[];
    await this.#fetch(late, language);
  }

  async #fetch(surfaces: Surface[], language: Language): Promise<void> {
    const parts = await Promise.all(surfaces.map((surface) => loadMessages(surface, language)));
    const fresh = Object.fromEntries(surfaces.map((surface, index) => [surface, parts[index]!]));
    this.#parts = { ...this.#parts, ...fresh };
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#use(firstLanguage());
  }

  #use(language: Language): void {
    this.language = language;
    document.documentElement.lang = language === 'ar-XB' ? 'ar' : language;
    document.documentElement.dir = this.direction;
  }

  /** The language in use as headers and forms name it; known before any words are here. */
  get spoken(): string {
    this.#start();
    return plain(this.language);
  }

  get direction(): 'ltr' | 'rtl' {
    return this.language === 'ar-XB' ? 'rtl' : 'ltr';
  }

  /** The words of a key, filled in; for plurals pass `n`. A missing key shows itself. */
  say(key: Key, variables?: Variables): string {
    const message = this.#messages[key];
    return message === undefined ? key : format(message, this.language, variables);
  }

  /** The words of a key that only the server knows (an error code), or undefined. */
  maybe(key: string, variables?: Variables): string | undefined {
    const message = this.#messages[key];
    return message === undefined ? undefined : format(message, this.language, variables);
  }
}

export const words = new Words();

/** The words of a message key in the language in use. */
export const t = (key: Key, variables?: Variables): string => words.say(key, variables);

/** What a policy is called; an installation's own policy keeps the title it was given. */
export const policyName = (code: string, title: string): string =>
  words.maybe(`policy.${code}`) ?? title;

/** A count as people read it under an icon: 999, 12.3K, 1.2M. */
export function count(value: number): string {
  return new Intl.NumberFormat(plain(words.language), {
    notation: 'compact',
    maximumFractionDigits: 1,
  }).format(value);
}

/** How long ago: "3 hours ago"; nothing for never. `now_ms` is an argument so that a list agrees with itself. */
export function ago(instant: string | null, now_ms = Date.now()): string {
  if (!instant) return '';
  const passed = now_ms - Date.parse(instant);
  const formatter = new Intl.RelativeTimeFormat(plain(words.language), {
    numeric: 'auto',
    style: 'short',
  });
  let [unit, size] = STEPS[0]!;
  for (const [name, length] of STEPS) if (Math.abs(passed) >= length) [unit, size] = [name, length];
  return formatter.format(-Math.trunc(passed / size), unit);
}

/** A calendar date and, if asked, the time of day; nothing for never. */
export function date(instant: string | null, withTime = false): string {
  if (!instant) return '';
  const options: Intl.DateTimeFormatOptions = withTime
    ? { dateStyle: 'medium', timeStyle: 'short' }
    : { dateStyle: 'medium' };
  return new Intl.DateTimeFormat(plain(words.language), options).format(new Date(instant));
}

/** Minutes and seconds of a clip: 0:07, 12:30. */
export function clock(duration_ms: number): string {
  const seconds = Math.max(0, Math.round(duration_ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** The language to begin with: chosen before on this device, else nearest to the browser's. */
export function firstLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang');
  const kept = recall();
  return nearestLanguage([
    ...(asked ? [asked] : []),
    ...(kept ? [kept] : []),
    ...navigator.languages,
  ]);
}

function remember(language: Language): void {
  try {
    localStorage.setItem('nm.language', language);
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
}

function recall(): string | null {
  try {
    return localStorage.getItem('nm.language');
  } catch {
    return null;
  }
}
