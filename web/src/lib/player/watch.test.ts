import { expect, it } from 'vitest';
import { Watch } from './watch';

it('adds up moving and paused time and leaves out waiting', () => {
  const watch = new Watch();
  watch.turn('moving', 1_000);
  watch.turn('idle', 3_000);
  watch.turn('moving', 4_000);
  watch.turn('paused', 5_500);
  watch.at(3_500, 10_000);
  expect(watch.take(6_000)).toEqual({
    watch_ms: 3_500,
    paused_ms: 500,
    position_ms: 3_500,
    loops: 0,
  });
});
it('counts loops, not seeks', () => {
  const watch = new Watch();
  watch.turn('moving', 0);
  for (const position of [9_900, 100, 9_900, 200, 3_000, 1_000]) watch.at(position, 10_000);
  expect(watch.take(1_000)?.loops).toBe(2);
});
it('begins again after a sample, so samples add up', () => {
  const watch = new Watch();
  watch.turn('moving', 0);
  expect(watch.take(1_000)?.watch_ms).toBe(1_000);
  expect(watch.take(1_500)?.watch_ms).toBe(500);
  expect(watch.take(1_500)).toBeNull();
});
