// A layer over the page: it takes the keys while it is there, and gives them back as it begins to go.

const ways = new WeakMap<Element, HTMLElement[]>();

/**
 * Open a dialog over the page, or beside it when it is no `isModal` one. What is answered begins its way out: from then
 * on it is only looked at, and keys and fingers are the page's again, however long its motion takes. The focus goes
 * back to where it was; from a layer opened out of another one that is gone by then, to where that one was opened from.
 */
export function openLayer(layer: HTMLDialogElement, isModal = true): () => void {
  const before = document.activeElement as HTMLElement | null;
  const outer = before?.closest('dialog');
  const back = before ? [before, ...((outer && ways.get(outer)) ?? [])] : [];
  ways.set(layer, back);
  layer.inert = false;
  layer.close();
  if (isModal) layer.showModal();
  else layer.show();
  return () => {
    layer.close();
    layer.inert = true;
    layer.setAttribute('open', '');
    if (layer.contains(document.activeElement)) (document.activeElement as HTMLElement).blur();
    back.find((one) => one.isConnected && !one.closest('[inert]'))?.focus({ preventScroll: true });
  };
}
