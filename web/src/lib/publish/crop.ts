// Which part of the picture is kept: pure arithmetic in shares of its sides, as the server wants them.
import type { Shapes } from '$api/types';

export type Crop = Shapes['CropWish'];
export interface Size {
  width: number;
  height: number;
}

const RATIOS = { '9:16': 9 / 16, '1:1': 1, '16:9': 16 / 9 };
export type Aspect = 'original' | keyof typeof RATIOS;
export const ASPECTS: Aspect[] = ['original', '9:16', '1:1', '16:9'];
/** The server takes no less of a side. */
const SHARE_MIN = 0.2;

/** The largest frame of a shape, in the middle; null: the whole picture is kept. */
export function largest(aspect: Aspect, picture: Size): Crop | null {
  if (aspect === 'original') return null;
  const ratio = (RATIOS[aspect] * picture.height) / picture.width;
  const [width, height] = [Math.min(1, ratio), Math.min(1, 1 / ratio)];
  return { x: (1 - width) / 2, y: (1 - height) / 2, width, height };
}

/** How small the largest frame of a shape may be made; above 1: this picture has no room for it. */
export function scaleMin(aspect: Aspect, picture: Size): number {
  const whole = largest(aspect, picture);
  return whole ? SHARE_MIN / Math.min(whole.width, whole.height) : 0;
}

/** The frame, moved by shares of the picture, as far as the picture goes. */
export function moved(crop: Crop, by_x: number, by_y: number): Crop {
  const inside = (start: number, length: number) => Math.max(0, Math.min(1 - length, start));
  return {
    ...crop,
    x: inside(crop.x + by_x, crop.width),
    y: inside(crop.y + by_y, crop.height),
  };
}

/** The frame in another size, around the same middle as far as the picture goes. */
export function scaled(crop: Crop, aspect: Aspect, picture: Size, scale: number): Crop {
  const whole = largest(aspect, picture);
  if (!whole) return crop;
  const share = Math.max(scale, scaleMin(aspect, picture));
  const [width, height] = [whole.width * share, whole.height * share];
  const [x, y] = [crop.x + (crop.width - width) / 2, crop.y + (crop.height - height) / 2];
  return moved({ x, y, width, height }, 0, 0);
}
