// What the server may write into the page so that the first screen needs no round trip.
import type { FeedPage, Session } from '$api/types';
import { viewer } from './session.svelte';

interface Boot {
  session?: Session;
  feed?: FeedPage;
}

let boot: Boot | null = null;

/** Read `<script type="application/json" id="nm-boot">` once and take the session from it. */
export function adoptBoot(): void {
  if (boot) return;
  const element = document.getElementById('nm-boot');
  boot = element ? (JSON.parse(element.textContent ?? '{}') as Boot) : {};
  if (boot.session) viewer.adopt(boot.session);
}

/** The first page of the feed, if the server wrote it; only once, because it grows old. */
export function takeBootFeed(): FeedPage | null {
  const feed = boot?.feed ?? null;
  if (boot) delete boot.feed;
  return feed;
}
