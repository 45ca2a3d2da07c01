// Weighs what the feed page loads before anything is pressed, compressed as a server would: fails over budget.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

const root = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
const output = join(root, '.svelte-kit/output/client');
const manifest = JSON.parse(readFileSync(join(output, '.vite/manifest.json'), 'utf8'));
const generated = join(root, '.svelte-kit/generated/client-optimized');

/** Budgets in bytes, brotli 11: the page's words are data and come on top. */
const BUDGET = { script: 60_000, style: 15_000 };

const [, page, layouts] = readFileSync(join(generated, 'app.js'), 'utf8').match(
  /"\/\(viewer\)": \[(\d+),\[([\d,]*)\]/,
);
const nodes = ['0', ...layouts.split(','), page].map((node) => `nodes/${node}.js`);
const isWanted = (key) =>
  key.endsWith('client/entry.js') ||
  key.endsWith('client-optimized/app.js') ||
  nodes.some((node) => key.endsWith(`client-optimized/${node}`));

const scripts = new Set();
const styles = new Set();
function visit(key) {
  const chunk = manifest[key];
  if (scripts.has(chunk.file)) return;
  scripts.add(chunk.file);
  chunk.css?.forEach((style) => styles.add(style));
  chunk.imports?.forEach(visit);
}
Object.keys(manifest).filter(isWanted).forEach(visit);

function weigh(kind, files) {
  const rows = [...files].map((file) => {
    const bytes = readFileSync(join(output, file));
    return { file, raw: bytes.length, brotli: brotliCompressSync(bytes).length };
  });
  const total = rows.reduce((sum, { brotli }) => sum + brotli, 0);
  for (const { file, raw, brotli } of rows.sort((one, other) => other.brotli - one.brotli))
    console.log(`${String(brotli).padStart(7)} ${String(raw).padStart(8)}  ${file}`);
  console.log(`${String(total).padStart(7)} bytes of ${kind}, budget ${BUDGET[kind]}\n`);
  return total <= BUDGET[kind];
}

const fits = [weigh('script', scripts), weigh('style', styles)];
if (fits.includes(false)) process.exit(1);
