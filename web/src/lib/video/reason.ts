// Why a film is shown, in the person's language: the server names the reason, we have the words.
import { words } from '$lib/i18n/index.svelte';

/** Our words for a reason's code; the server's own for a reason we do not know yet. */
export function reasonWords(reason: { code: string; words: string }): string {
  return words.maybe(`reason.${reason.code}`) ?? reason.words;
}

/** Our words for the source that proposed a film; the server's own for one we do not know yet. */
export function sourceWords(why: { source: string; source_words: string }): string {
  return words.maybe(`reason.${why.source}`) ?? why.source_words;
}
