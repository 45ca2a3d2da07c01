// Before anything renders: the language, its words, and who is here.
import { firstLanguage, words } from '$lib/i18n/index.svelte';
import { adoptBoot } from '$lib/session/boot';
import { viewer } from '$lib/session/session.svelte';

export const ssr = false;
export const prerender = false;
export const trailingSlash = 'never';

export async function load() {
  adoptBoot();
  const language = firstLanguage();
  await Promise.all([
    words
      .need('shell', 'errors')
      .then(() => (language === words.language ? undefined : words.speak(language))),
    viewer.isKnown ? undefined : viewer.refresh().catch(() => undefined),
  ]);
}
