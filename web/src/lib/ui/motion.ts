// Transitions of our own that respect reduced motion and right-to-left writing.
import type { TransitionConfig } from 'svelte/transition';

/** Whether the person asked for less motion. */
export const isStill = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

const easeOut = (step: number) => 1 - (1 - step) ** 3;

/** Comes up from the lower edge. */
export function rise(node: HTMLElement): TransitionConfig {
  const from = Number(node.dataset.dragged ?? 0);
  return {
    duration: isStill() ? 0 : 280,
    easing: easeOut,
    css: (step, rest) => `translate: 0 calc(${rest * 100}% + ${from * step}px)`,
  };
}

/** Comes in from the inline end. */
export function enter(node: HTMLElement): TransitionConfig {
  const sign = getComputedStyle(node).direction === 'rtl' ? -1 : 1;
  return {
    duration: isStill() ? 0 : 240,
    easing: easeOut,
    css: (_step, rest) => `translate: ${sign * rest * 100}% 0`,
  };
}

/** Comes closer, softly. */
export function appear(_node: HTMLElement): TransitionConfig {
  return {
    duration: isStill() ? 0 : 180,
    easing: easeOut,
    css: (step) => `opacity: ${step}; scale: ${0.96 + 0.04 * step}`,
  };
}
