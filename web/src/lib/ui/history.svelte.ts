// Makes what lies over the page closable with the back button, one entry per layer.
import { pushState } from '$app/navigation';
import { page } from '$app/state';

/** Note a layer in the history. The page's address stays. */
export function enterLayer(id: string): void {
  pushState('', { ...$state.snapshot(page.state), sheets: [...(page.state.sheets ?? []), id] });
}

/** True while the layer is still part of where we are: false after the back button. */
export function isInLayer(id: string): boolean {
  return page.state.sheets?.includes(id) ?? false;
}

/** Leave a layer that was closed by other means than the back button. */
export function leaveLayer(id: string): void {
  if (isInLayer(id)) history.back();
}
