// The window's title: the server writes the first one, pages change it as people walk.
import { t } from '$lib/i18n/index.svelte';

/** Set the title of the page; with nothing to say it is the name of the market. */
export function title(words?: string): void {
  document.title = words ? `${words} · ${t('app.name')}` : t('app.name');
}
