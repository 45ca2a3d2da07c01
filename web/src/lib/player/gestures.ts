// Tap, double tap and long press told apart. Pure of the page: times and places are arguments.

export interface GestureHandlers {
  tap: () => void;
  double: (x: number, y: number) => void;
  holdStart: () => void;
  holdEnd: () => void;
}

const DOUBLE_MS = 230;
const HOLD_MS = 420;
const STILL_PX = 14;

/** Attach to the surface of a film. Buttons and links on it keep their own presses. */
export function gestures(handlers: GestureHandlers) {
  return (surface: HTMLElement) => {
    let lastTap_ms = 0;
    let tapTimer: ReturnType<typeof setTimeout> | undefined;
    let holdTimer: ReturnType<typeof setTimeout> | undefined;
    let start: { x: number; y: number } | null = null;
    let isHolding = false;

    const drop = () => {
      clearTimeout(holdTimer);
      start = null;
      if (isHolding) handlers.holdEnd();
      isHolding = false;
    };
    const down = (event: PointerEvent) => {
      if (
        event.button !== 0 ||
        (event.target as HTMLElement).closest('button, a, input, [data-solid]')
      )
        return;
      start = { x: event.clientX, y: event.clientY };
      holdTimer = setTimeout(() => {
        isHolding = true;
        handlers.holdStart();
      }, HOLD_MS);
    };
    const move = (event: PointerEvent) => {
      if (
        start &&
        !isHolding &&
        Math.hypot(event.clientX - start.x, event.clientY - start.y) > STILL_PX
      )
        drop();
    };
    const up = (event: PointerEvent) => {
      if (!start) return;
      const wasHolding = isHolding;
      drop();
      if (wasHolding) return;
      if (event.timeStamp - lastTap_ms < DOUBLE_MS) {
        clearTimeout(tapTimer);
        handlers.double(event.clientX, event.clientY);
        lastTap_ms = event.timeStamp;
        return;
      }
      lastTap_ms = event.timeStamp;
      tapTimer = setTimeout(handlers.tap, DOUBLE_MS);
    };

    surface.addEventListener('pointerdown', down);
    surface.addEventListener('pointermove', move);
    surface.addEventListener('pointerup', up);
    surface.addEventListener('pointercancel', drop);
    return () => {
      clearTimeout(tapTimer);
      clearTimeout(holdTimer);
      surface.removeEventListener('pointerdown', down);
      surface.removeEventListener('pointermove', move);
      surface.removeEventListener('pointerup', up);
      surface.removeEventListener('pointercancel', drop);
    };
  };
}
