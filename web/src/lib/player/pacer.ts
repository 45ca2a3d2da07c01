// Tells the service worker where each film is, so that it fetches along and not ahead.
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

/** The address to play a film from. */
export function pacedAddress(url: string): string {
  return isPaced() ? `${url}${url.includes('?') ? '&' : '?'}paced` : url;
}

/** Say where the film at a paced address is. Plain addresses need no word. */
export function tellPace(address: string, pace: Pace): void {
  if (!address.includes('paced')) return;
  const url = new URL(address, location.href);
  url.hash = '';
  navigator.serviceWorker.controller?.postMessage({ kind: 'pace', url: url.href, pace });
}
