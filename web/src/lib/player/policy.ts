// Which rendition to fetch and how much ahead of need. Pure: link and screen in, choice out.
import type { Rendition } from '$api/types';

export interface Link {
  /** What the network gives, bits per second. */
  downlink_bps: number;
  /** The browser or the person asks to save data. */
  savesData: boolean;
}

/** Share of the link a film may use: the rest absorbs what the next one needs and how links wobble. */
const SHARE_OF_LINK = 0.6;
/** A rendition may be this much smaller than the screen before anyone sees it. */
const SHARPNESS = 0.8;

/** Best rendition that the link carries and the screen can show; the smallest when none fits. */
export function pickRendition(
  renditions: readonly Rendition[],
  link: Link,
  screen_px: number,
): Rendition | null {
  const ladder = [...renditions].sort((one, other) => shortSide(one) - shortSide(other));
  if (!ladder.length) return null;
  if (link.savesData) return ladder[0]!;
  const carried = ladder.filter((rung) => rung.bitrate_bps <= link.downlink_bps * SHARE_OF_LINK);
  const enough = carried.find((rung) => shortSide(rung) >= screen_px * SHARPNESS);
  return enough ?? carried.at(-1) ?? ladder[0]!;
}

/** The rung below one that stalls, or null at the bottom. */
export function rungBelow(renditions: readonly Rendition[], current: Rendition): Rendition | null {
  const below = renditions.filter((rung) => shortSide(rung) < shortSide(current));
  return below.sort((one, other) => shortSide(other) - shortSide(one))[0] ?? null;
}

export interface Plan {
  /** Offsets from the film on screen that get an element now, nearest need first. */
  prepared: number[];
  /** Offsets whose films stay when they have one already: all that is ever prepared. */
  kept: number[];
}

const AROUND = [0, 1, -1, 2, 3];
const AROUND_SPARING = [0, -1, 1];

/**
 * Which neighbours are decoded to their first picture. The one behind costs nothing: it is kept. The
 * two after the next wait until the film on screen runs safely and the next one is ready.
 */
export function plan(link: Link, current: { isSafe: boolean; isNextReady: boolean }): Plan {
  const kept = link.savesData ? AROUND_SPARING : AROUND;
  if (link.savesData) return { prepared: current.isSafe ? kept : [0, -1], kept };
  return { prepared: current.isSafe && current.isNextReady ? kept : [0, 1, -1], kept };
}

function shortSide({ width, height }: Rendition): number {
  return Math.min(width, height);
}
