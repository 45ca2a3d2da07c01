import { describe, expect, it } from 'vitest';
import { bytesUntil, readIndex } from './film-index';

const word = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
const box = (name: string, ...body: number[]) => [
  ...word(body.length + 8),
  ...[...name].map((letter) => letter.charCodeAt(0)),
  ...body,
];
const references = [
  [1_000, 90_000],
  [3_000, 180_000],
].flatMap(([bytes, ticks]) => [...word(bytes!), ...word(ticks!), ...word(0x90000000)]);
const sidx = box(
  'sidx',
  ...word(1 << 24),
  ...word(1),
  ...word(90_000),
  ...[...word(0), ...word(0), ...word(0), ...word(0)],
  ...[0, 0, 0, 2],
  ...references,
);
const head = [...box('ftyp', 1, 2, 3, 4), ...box('moov', ...Array<number>(92).fill(0))];
const whole = { bytes: 4_300, ms: 3_000 };

describe('the index of a film', () => {
  it('tells the bytes of every part', () => {
    const film = readIndex(new Uint8Array([...head, ...sidx, ...box('moof')]))!;
    expect(film.parts).toEqual([
      { bytes: 1_000, ms: 1_000 },
      { bytes: 3_000, ms: 2_000 },
    ]);
    expect(film.head_bytes).toBe(head.length + sidx.length);
    expect(bytesUntil(film, 500, whole)).toBe(film.head_bytes + 500);
    expect(bytesUntil(film, 2_000, whole)).toBe(film.head_bytes + 2_500);
    expect(bytesUntil(film, 9_000, whole)).toBe(4_300);
  });
  it('takes a file without parts as even', () => {
    const film = readIndex(new Uint8Array([...head, ...box('mdat')]))!;
    expect(film).toEqual({ head_bytes: 112, parts: [] });
    expect(bytesUntil(film, 1_500, { bytes: 2_112, ms: 3_000 })).toBe(1_112);
  });
  it('waits for bytes that are not there yet', () => {
    expect(readIndex(new Uint8Array([...head, ...sidx.slice(0, 40)]))).toBeNull();
    expect(readIndex(new Uint8Array(head.slice(0, 30)))).toBeNull();
  });
});
