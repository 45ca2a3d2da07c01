import { describe, expect, it } from 'vitest';
import type { Rendition } from '$api/types';
import { pickRendition, plan, rungBelow } from './policy';

const rung = (side: number, bitrate_bps: number): Rendition => ({
  name: String(side),
  url: `/media/${side}`,
  width: side,
  height: (side * 16) / 9,
  bitrate_bps,
  bytes: 1,
  codecs: 'avc1',
});
const ladder = [rung(720, 2_000_000), rung(360, 500_000), rung(540, 1_000_000)];
const link = (downlink_bps: number, savesData = false) => ({ downlink_bps, savesData });

describe('the rendition', () => {
  it('is the one the screen can show when the link is good', () => {
    expect(pickRendition(ladder, link(10e6), 1170)?.name).toBe('720');
    expect(pickRendition(ladder, link(10e6), 390)?.name).toBe('360');
  });
  it('leaves the link room to breathe', () => {
    expect(pickRendition(ladder, link(1.7e6), 1170)?.name).toBe('540');
  });
  it('is the smallest to save data or when nothing fits', () => {
    expect(pickRendition(ladder, link(10e6, true), 1170)?.name).toBe('360');
    expect(pickRendition(ladder, link(100_000), 1170)?.name).toBe('360');
  });
  it('is none while there is none', () => {
    expect(pickRendition([], link(10e6), 390)).toBeNull();
  });
  it('steps down a rung at a time', () => {
    expect(rungBelow(ladder, ladder[0]!)?.name).toBe('540');
    expect(rungBelow(ladder, ladder[1]!)).toBeNull();
  });
});

describe('the plan', () => {
  const safe = { isSafe: true, isNextReady: true };
  it('prepares the next one and two more, five elements in all', () => {
    expect(plan(link(10e6), safe).prepared).toEqual([0, 1, -1, 2, 3]);
  });
  it('keeps what was prepared before the person went on', () => {
    const gone_on = plan(link(10e6), { isSafe: false, isNextReady: false });
    expect(gone_on.prepared).toEqual([0, 1, -1]);
    expect(gone_on.kept).toEqual([0, 1, -1, 2, 3]);
    expect(plan(link(10e6, true), safe).kept).toEqual([0, -1, 1]);
  });
  it('looks further ahead only when what is nearer is there', () => {
    expect(plan(link(10e6), { ...safe, isNextReady: false }).prepared).toEqual([0, 1, -1]);
    expect(plan(link(10e6), { ...safe, isSafe: false }).prepared).toEqual([0, 1, -1]);
  });
  it('prepares nothing ahead to save data until the current film is safe', () => {
    expect(plan(link(10e6, true), { ...safe, isSafe: false }).prepared).toEqual([0, -1]);
    expect(plan(link(10e6, true), safe).prepared).toEqual([0, -1, 1]);
  });
});
