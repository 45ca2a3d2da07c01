import { expect, it } from 'vitest';
import { ASPECTS, largest, moved, scaled, scaleMin, type Crop } from './crop';

const WIDE = { width: 1920, height: 1080 };
const TALL = { width: 720, height: 1280 };
const shape = (crop: Crop, picture: typeof WIDE) =>
  (crop.width * picture.width) / (crop.height * picture.height);

it('takes the largest frame of a shape, from the middle', () => {
  expect(largest('original', WIDE)).toBeNull();
  expect(largest('1:1', WIDE)).toEqual({ x: 0.21875, y: 0, width: 0.5625, height: 1 });
  const upright = largest('9:16', WIDE)!;
  expect(shape(upright, WIDE)).toBeCloseTo(9 / 16);
  expect(upright.height).toBe(1);
  expect(largest('9:16', TALL)).toEqual({ x: 0, y: 0, width: 1, height: 1 });
});
it('never leaves the picture, however far it is moved', () => {
  const square = largest('1:1', WIDE)!;
  expect(moved(square, -9, 0.3)).toEqual({ ...square, x: 0, y: 0 });
  expect(moved(square, 9, 0).x).toBe(1 - square.width);
  expect(moved(square, 0.1, 0).x).toBeCloseTo(square.x + 0.1);
});
it('keeps its shape and its middle when it is made smaller', () => {
  for (const picture of [WIDE, TALL])
    for (const aspect of ASPECTS.slice(1)) {
      const whole = largest(aspect, picture)!;
      const small = scaled(whole, aspect, picture, 0.7);
      expect(shape(small, picture)).toBeCloseTo(shape(whole, picture));
      expect(small.x + small.width / 2).toBeCloseTo(0.5);
    }
  const corner = moved(scaled(largest('1:1', TALL)!, '1:1', TALL, 0.5), 1, 1);
  const grown = scaled(corner, '1:1', TALL, 1);
  expect(grown.x).toBe(0);
  expect(grown.y + grown.height).toBeCloseTo(1);
});
it('is never smaller than a fifth of a side', () => {
  const least = scaled(largest('9:16', WIDE)!, '9:16', WIDE, 0);
  expect(Math.min(least.width, least.height)).toBeCloseTo(0.2);
  expect(scaleMin('9:16', { width: 3200, height: 900 })).toBeGreaterThan(1);
});
