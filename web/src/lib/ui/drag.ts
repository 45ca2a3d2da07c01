// Drag to dismiss: follows the finger, lets go by distance or by speed.

const SPEED_PX_PER_MS = 0.55;
const SHARE_OF_HEIGHT = 0.3;

/** Attach to the part of a sheet that is held. `dismiss` is called when it is let go far or fast enough. */
export function dragDown(sheet: () => HTMLElement | undefined, dismiss: () => void) {
  return (handle: HTMLElement) => {
    let from = 0;
    let started_ms = 0;
    let held: number | null = null;

    const down = (event: PointerEvent) => {
      if ((event.target as HTMLElement).closest('button, a, input') || event.button !== 0) return;
      held = event.pointerId;
      from = event.clientY;
      started_ms = event.timeStamp;
      handle.setPointerCapture(event.pointerId);
    };
    const move = (event: PointerEvent) => {
      const element = sheet();
      if (held !== event.pointerId || !element) return;
      const way = Math.max(0, event.clientY - from);
      element.dataset.dragged = String(way);
      element.style.translate = `0 ${way}px`;
    };
    const up = (event: PointerEvent) => {
      const element = sheet();
      if (held !== event.pointerId || !element) return;
      held = null;
      const way = event.clientY - from;
      const speed = way / Math.max(1, event.timeStamp - started_ms);
      if (way > element.offsetHeight * SHARE_OF_HEIGHT || (way > 24 && speed > SPEED_PX_PER_MS))
        return dismiss();
      delete element.dataset.dragged;
      element.style.transition = 'translate var(--calm) var(--ease)';
      element.style.translate = '';
      element.addEventListener('transitionend', () => (element.style.transition = ''), {
        once: true,
      });
    };

    handle.addEventListener('pointerdown', down);
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', up);
    handle.addEventListener('pointercancel', up);
    return () => {
      handle.removeEventListener('pointerdown', down);
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('pointerup', up);
      handle.removeEventListener('pointercancel', up);
    };
  };
}
