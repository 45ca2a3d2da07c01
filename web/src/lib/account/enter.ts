// What happens after somebody signed in: the page learns who is here and goes on where it was.
import { goto } from '$app/navigation';
import { nearestLanguage } from '$lib/i18n/catalogue';
import { words } from '$lib/i18n/index.svelte';
import { viewer } from '$lib/session/session.svelte';
import type { Me } from '$api/types';

/** The address to go on to; only paths of this site. */
export function nextOf(url: URL): string {
  const next = url.searchParams.get('next') ?? '/';
  return next.startsWith('/') && !next.startsWith('//') ? next : '/';
}

/** Learn who is here, speak their language, and go on. */
export async function enter(account: Me, url: URL): Promise<void> {
  await viewer.refresh();
  await words.speak(nearestLanguage([account.language])).catch(() => undefined);
  await goto(nextOf(url), { replaceState: true, invalidateAll: true });
}
