// One change of a setting: done, or said in a toast why not.
import { t } from '$lib/i18n/index.svelte';
import { toasts } from '$ui/toasts.svelte';

/** Run a change; true when it went well. Words of thanks are shown unless `isQuiet`. */
export async function attempt(work: () => Promise<unknown>, isQuiet = false): Promise<boolean> {
  try {
    await work();
    if (!isQuiet) toasts.say(t('settings.saved'));
    return true;
  } catch (problem) {
    toasts.fail(problem);
    return false;
  }
}

/** Take one out of a list at once; the list comes back as it was when the server refuses. */
export async function takeOut<T>(
  list: readonly T[],
  one: T,
  show: (list: T[]) => void,
  work: () => Promise<unknown>,
): Promise<void> {
  show(list.filter((other) => other !== one));
  if (!(await attempt(work, true))) show([...list]);
}
