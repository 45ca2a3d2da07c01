// What happens after somebody signed in: the page learns who is here and goes on where it was.
import { goto } from '$app/navigation';
import { nearestLanguage } from '$lib/i18n/catalogue';
import { words } from '$lib/i18n/index.svelte';
import { viewer } from '$lib/session/session.svelte';
import type { Me } from '$api/types';

/** The address to go on to; only paths of this site. */
export function nextOf(url: URL): string {
  const next = url.searchParams.get('next') ?? '/';
  // Browsers read `/\\host` and `/<tab>/host` as another site: only what resolves to this one counts.
  if (!next.startsWith('/') || !URL.canParse(next, url.origin)) return '/';
  const place = new URL(next, url.origin);
  return place.origin === url.origin ? place.pathname + place.search + place.hash : '/';
}

/** Learn who is here, speak their language, and go on. */
export async function enter(account: Me, url: URL): Promise<void> {
  await viewer.refresh();
  await words.speak(nearestLanguage([account.language])).catch(() => undefined);
  await goto(nextOf(url), { replaceState: true, invalidateAll: true });
}
