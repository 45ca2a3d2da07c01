// Before anything renders: the language, its words, and who is here.
import { words } from '$lib/i18n/index.svelte';
import { feedOf } from '$lib/feed/feed.svelte';
import { adoptBoot } from '$lib/session/boot';
import { viewer } from '$lib/session/session.svelte';

export const ssr = false;
export const prerender = false;
export const trailingSlash = 'never';

export async function load() {
  adoptBoot();
  await Promise.all([
    words.need('shell', 'errors'),
    viewer.isKnown ? undefined : isFirstFeed() ? void feedFirst() : whoIsHere(),
  ]);
}

const whoIsHere = () => viewer.refresh().catch(() => undefined);

/** On the feed itself the films come first: whoever is here is asked for after them. */
async function feedFirst(): Promise<void> {
  await feedOf('for_you').more();
  await whoIsHere();
}

const isFirstFeed = () => location.pathname === '/' && !location.search.includes('tab=');
