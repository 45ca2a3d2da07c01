// Where the keys were before something opened over the page, and the way back there.

const ways = new WeakMap<Element, HTMLElement[]>();

/**
 * Call before a layer takes the focus; what it answers gives the focus back. A layer opened from another one that is
 * gone by then leads back to where that one was opened from.
 */
export function keepFocus(layer: HTMLElement): () => void {
  const before = document.activeElement as HTMLElement | null;
  const outer = before?.closest('dialog');
  const back = before ? [before, ...((outer && ways.get(outer)) ?? [])] : [];
  ways.set(layer, back);
  return () => back.find((one) => one.isConnected)?.focus({ preventScroll: true });
}
