// Registers the service worker; a new version waits until people agree to reload.
import { dev } from '$app/environment';
import { t } from '$lib/i18n/index.svelte';
import { toasts } from '$ui/toasts.svelte';

/** Install the offline shell once the first screen is done. */
export function installWorker(): void {
  if (dev || !('serviceWorker' in navigator)) return;
  const idle = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 2_000));
  idle(() => void install().catch(() => undefined), { timeout: 5_000 });
}

async function install(): Promise<void> {
  const registration = await navigator.serviceWorker.register('/service-worker.js');
  void navigator.serviceWorker.ready.then(({ active }) =>
    active?.postMessage({ kind: 'keep', paths: loaded() }),
  );
  registration.addEventListener('updatefound', () => {
    const fresh = registration.installing;
    fresh?.addEventListener('statechange', () => {
      if (fresh.state !== 'installed' || !navigator.serviceWorker.controller) return;
      toasts.say(t('update.ready'), {
        action: { words: t('update.reload'), run: () => location.reload() },
      });
    });
  });
}

/** Our own files that this page has loaded. */
function loaded(): string[] {
  return performance
    .getEntriesByType('resource')
    .map(({ name }) => new URL(name))
    .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith('/_app/'))
    .map(({ pathname }) => pathname);
}
