import { expect, it } from 'vitest';
import { Wheel } from './wheel';

it('turns one film for a notch of a mouse wheel', () => {
  const wheel = new Wheel();
  expect(wheel.turn(100, 0)).toBe(1);
  expect(wheel.turn(100, 600)).toBe(1);
  expect(wheel.turn(-100, 1_200)).toBe(-1);
});
it('turns one film for a push on a touchpad that rolls out for a second', () => {
  const wheel = new Wheel();
  let turned = 0;
  for (let step = 0; step < 60; step += 1) turned += wheel.turn(Math.max(1, 60 - step), step * 16);
  expect(turned).toBe(1);
});
it('adds up small movements', () => {
  const wheel = new Wheel();
  expect([8, 9, 10, 9].map((delta, step) => wheel.turn(delta, step * 16))).toEqual([0, 0, 0, 1]);
});
