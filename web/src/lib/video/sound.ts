// What a sound is called.
import type { Sound } from '$api/types';
import { t } from '$lib/i18n/index.svelte';

/** Its title; one without a name of its own is known by who made it. */
export function soundName({ title, by }: Sound): string {
  return title.startsWith('@') && by ? t('sound.original', { name: by.name }) : title;
}
