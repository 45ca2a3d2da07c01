import { words } from '$lib/i18n/index.svelte';

export const load = () => words.need('studio', 'settings');
