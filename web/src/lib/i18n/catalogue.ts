// Languages, surfaces and the typed keys of every message; the words themselves are loaded when needed.
import { readFile } from '$api/files';
import type { Messages } from './format';
import type account from './messages/account.en.json';
import type consoleWords from './messages/console.en.json';
import type errors from './messages/errors.en.json';
import type inbox from './messages/inbox.en.json';
import type search from './messages/search.en.json';
import type settings from './messages/settings.en.json';
import type shell from './messages/shell.en.json';
import type studio from './messages/studio.en.json';
import type viewer from './messages/viewer.en.json';

type Catalogue = typeof shell &
  typeof errors &
  typeof viewer &
  typeof account &
  typeof studio &
  typeof inbox &
  typeof search &
  typeof settings &
  typeof consoleWords;

export type Key = keyof Catalogue;
export type Surface =
  | 'shell'
  | 'errors'
  | 'viewer'
  | 'account'
  | 'studio'
  | 'inbox'
  | 'search'
  | 'settings'
  | 'console';

/** Languages people can choose; the last one is a test of right-to-left, made from English. */
export const LANGUAGES = [
  { code: 'en', name: 'English' },
  { code: 'de', name: 'Deutsch' },
  { code: 'id', name: 'Bahasa Indonesia' },
  { code: 'ja', name: '日本語' },
  { code: 'zh-Hans', name: '简体中文' },
  { code: 'ar-XB', name: '[Right to left]' },
] as const;

export type Language = (typeof LANGUAGES)[number]['code'];

/** Words are data, not script: the build gives each file an address of its own. */
const files = import.meta.glob<string>('./messages/*.json', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** The words of one surface in one language. Raises when the file cannot be fetched. */
export async function loadMessages(surface: Surface, language: Language): Promise<Messages> {
  if (language === 'ar-XB') {
    const { pseudoMessages } = await import('./pseudo');
    return pseudoMessages(await loadMessages(surface, 'en'));
  }
  const address = files[`./messages/${surface}.${language}.json`];
  if (!address) throw new Error(`no messages for ${surface} in ${language}`);
  return readFile<Messages>(address);
}

/** The language we speak that is nearest to what the browser or the account asks for. */
export function nearestLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const lower = tag.toLowerCase();
    if (lower.startsWith('zh')) return 'zh-Hans';
    const found = LANGUAGES.find(
      ({ code }) => lower === code.toLowerCase() || lower.split('-')[0] === code,
    );
    if (found) return found.code;
  }
  return 'en';
}
