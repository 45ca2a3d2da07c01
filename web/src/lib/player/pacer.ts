// Tells the service worker where each film is, so that it fetches along and not ahead.
import { link } from './link.svelte';
import type { Pace } from './pace';

interface Brands {
  brands?: { brand: string }[];
}

/** Only where it was measured to work: elsewhere films load as the browser likes. */
function isPaced(): boolean {
  const { brands } = (navigator as { userAgentData?: Brands }).userAgentData ?? {};
  return (
    !!navigator.serviceWorker?.controller && !!brands?.some(({ brand }) => brand === 'Chromium')
  );
}

let isListening = false;

/** The service worker says how long its requests took. */
function listen(): void {
  if (isListening || !navigator.serviceWorker) return;
  isListening = true;
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data?.kind === 'transfer') link.measured(data.bytes, data.passed_ms);
  });
}

/** The address to play a film from. */
export function pacedAddress(url: string): string {
  listen();
  return isPaced() ? `${url}${url.includes('?') ? '&' : '?'}paced` : url;
}

/** Say where the film at a paced address is. Plain addresses need no word. */
export function tellPace(address: string, pace: Pace): void {
  if (!address.includes('paced')) return;
  const url = new URL(address, location.href);
  url.hash = '';
  navigator.serviceWorker.controller?.postMessage({ kind: 'pace', url: url.href, pace });
}
