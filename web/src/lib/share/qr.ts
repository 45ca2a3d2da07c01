// A QR code from text: byte mode, correction level M, as small as fits. Pure; up to version 10 (213 bytes).

/** Per version 1..10 at level M: correction words per block, and the data words of each block. */
const BLOCKS: [correction: number, data: number[]][] = [
  [10, [16]],
  [16, [28]],
  [26, [44]],
  [18, [32, 32]],
  [24, [43, 43]],
  [16, [27, 27, 27, 27]],
  [18, [31, 31, 31, 31]],
  [22, [38, 38, 39, 39]],
  [22, [36, 36, 36, 37, 37]],
  [26, [43, 43, 43, 43, 44]],
];
const ALIGNMENT: number[][] = [
  [],
  [6, 18],
  [6, 22],
  [6, 26],
  [6, 30],
  [6, 34],
  [6, 22, 38],
  [6, 24, 42],
  [6, 26, 46],
  [6, 28, 50],
];
const MASKS: ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

type Grid = boolean[][];

/** Rows of dark modules. Null when the text is too long. `mask` is chosen unless given. */
export function qr(text: string, mask?: number): Grid | null {
  const bytes = new TextEncoder().encode(text);
  const version =
    BLOCKS.findIndex(([, data], index) => bytes.length + (index < 9 ? 2 : 3) <= sum(data)) + 1;
  if (version === 0) return null;
  const words = protect(version, pack(version, bytes));
  const { grid, fixed } = frame(version);
  fill(grid, fixed, words);
  const drawn = (mask === undefined ? MASKS.map((_, index) => index) : [mask]).map((index) =>
    finish(grid, fixed, index, version),
  );
  return drawn.reduce((best, one) => (penalty(one) < penalty(best) ? one : best));
}

const sum = (list: number[]) => list.reduce((total, one) => total + one, 0);

function pack(version: number, bytes: Uint8Array): number[] {
  const capacity = sum(BLOCKS[version - 1]![1]);
  const bits: number[] = [];
  const put = (value: number, length: number) => {
    for (let bit = length - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1);
  };
  put(4, 4);
  put(bytes.length, version < 10 ? 8 : 16);
  bytes.forEach((byte) => put(byte, 8));
  put(0, Math.min(4, capacity * 8 - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  const words: number[] = [];
  for (let at = 0; at < bits.length; at += 8)
    words.push(bits.slice(at, at + 8).reduce((word, bit) => word * 2 + bit, 0));
  for (let pad = 0xec; words.length < capacity; pad ^= 0xec ^ 0x11) words.push(pad);
  return words;
}

function times(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    product ^= ((other >>> bit) & 1) * one;
  }
  return product;
}

function correction(data: number[], length: number): number[] {
  const divisor: number[] = Array.from({ length }, (_, index) => (index === length - 1 ? 1 : 0));
  let root = 1;
  for (let step = 0; step < length; step += 1) {
    for (let at = 0; at < length; at += 1)
      divisor[at] = times(divisor[at]!, root) ^ (at + 1 < length ? divisor[at + 1]! : 0);
    root = times(root, 2);
  }
  const rest: number[] = Array.from({ length }, () => 0);
  for (const word of data) {
    const factor = word ^ rest.shift()!;
    rest.push(0);
    divisor.forEach((part, at) => (rest[at]! ^= times(part, factor)));
  }
  return rest;
}

function protect(version: number, words: number[]): number[] {
  const [length, sizes] = BLOCKS[version - 1]!;
  let at = 0;
  const data = sizes.map((size) => words.slice(at, (at += size)));
  const checks = data.map((block) => correction(block, length));
  const woven: number[] = [];
  for (let index = 0; index < Math.max(...sizes); index += 1)
    for (const block of data) if (index < block.length) woven.push(block[index]!);
  for (let index = 0; index < length; index += 1)
    for (const block of checks) woven.push(block[index]!);
  return woven;
}

function frame(version: number): { grid: Grid; fixed: Grid } {
  const size = version * 4 + 17;
  const blank = () => Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  const [grid, fixed] = [blank(), blank()];
  const set = (x: number, y: number, dark: boolean) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    grid[y]![x] = dark;
    fixed[y]![x] = true;
  };
  for (let at = 0; at < size; at += 1) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    for (let down = -4; down <= 4; down += 1)
      for (let along = -4; along <= 4; along += 1) {
        const ring = Math.max(Math.abs(along), Math.abs(down));
        set(x + along, y + down, ring !== 2 && ring !== 4);
      }
  const places = ALIGNMENT[version - 1]!;
  const last = places.length - 1;
  places.forEach((x, column) =>
    places.forEach((y, row) => {
      if (
        (column === 0 && row === 0) ||
        (column === 0 && row === last) ||
        (column === last && row === 0)
      )
        return;
      for (let down = -2; down <= 2; down += 1)
        for (let along = -2; along <= 2; along += 1)
          set(x + along, y + down, Math.max(Math.abs(along), Math.abs(down)) !== 1);
    }),
  );
  writeFormat(size, 0, set);
  writeVersion(size, version, set);
  return { grid, fixed };
}

type Set = (x: number, y: number, dark: boolean) => void;

function writeFormat(size: number, mask: number, set: Set): void {
  let rest = mask; // level M is 0
  for (let step = 0; step < 10; step += 1) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
  const bits = ((mask << 10) | rest) ^ 0x5412;
  const bit = (index: number) => ((bits >>> index) & 1) === 1;
  for (let index = 0; index <= 5; index += 1) set(8, index, bit(index));
  set(8, 7, bit(6));
  set(8, 8, bit(7));
  set(7, 8, bit(8));
  for (let index = 9; index < 15; index += 1) set(14 - index, 8, bit(index));
  for (let index = 0; index < 8; index += 1) set(size - 1 - index, 8, bit(index));
  for (let index = 8; index < 15; index += 1) set(8, size - 15 + index, bit(index));
  set(8, size - 8, true);
}

function writeVersion(size: number, version: number, set: Set): void {
  if (version < 7) return;
  let rest = version;
  for (let step = 0; step < 12; step += 1) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let index = 0; index < 18; index += 1) {
    const dark = ((bits >>> index) & 1) === 1;
    const [far, near] = [size - 11 + (index % 3), Math.floor(index / 3)];
    set(far, near, dark);
    set(near, far, dark);
  }
}

function fill(grid: Grid, fixed: Grid, words: number[]): void {
  const size = grid.length;
  let index = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1)
      for (const x of [right, right - 1]) {
        const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
        if (fixed[y]![x] || index >= words.length * 8) continue;
        grid[y]![x] = ((words[index >>> 3]! >>> (7 - (index & 7))) & 1) === 1;
        index += 1;
      }
  }
}

function finish(grid: Grid, fixed: Grid, mask: number, _version: number): Grid {
  const flips = MASKS[mask]!;
  const drawn = grid.map((row, y) =>
    row.map((dark, x) => (fixed[y]![x] ? dark : dark !== flips(x, y))),
  );
  writeFormat(grid.length, mask, (x, y, dark) => (drawn[y]![x] = dark));
  return drawn;
}

/** How hard a pattern is to read: long runs, blocks, false finders, imbalance. */
function penalty(grid: Grid): number {
  const size = grid.length;
  const columns = grid.map((_, x) => grid.map((row) => row[x]!));
  let points = 0;
  for (const line of [...grid, ...columns]) {
    const text = line.map((dark) => (dark ? '1' : '0')).join('');
    for (const run of text.match(/0{5,}|1{5,}/g) ?? []) points += run.length - 2;
    points += 40 * (text.match(/(?=10111010000|00001011101)/g) ?? []).length;
  }
  for (let y = 1; y < size; y += 1)
    for (let x = 1; x < size; x += 1)
      if (
        grid[y]![x] === grid[y - 1]![x] &&
        grid[y]![x] === grid[y]![x - 1] &&
        grid[y]![x] === grid[y - 1]![x - 1]
      )
        points += 3;
  const dark = grid.flat().filter(Boolean).length;
  return points + 10 * Math.floor(Math.abs((dark * 20) / (size * size) - 10));
}
