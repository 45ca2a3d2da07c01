// Weighs what the feed page loads before anything is pressed, compressed as a server would: fails over budget.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { feedFiles } from './feed-files.mjs';

const root = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
const { output, scripts, styles, words } = feedFiles(root);

/** Budgets in bytes, brotli 11. Words are data and come on top: they are weighed, not limited. */
const BUDGET = { script: 60_000, style: 15_000, words: Infinity };

function weigh(kind, files) {
  const rows = files.map((file) => {
    const bytes = readFileSync(join(output, file));
    return { file, raw: bytes.length, brotli: brotliCompressSync(bytes).length };
  });
  const total = rows.reduce((sum, { brotli }) => sum + brotli, 0);
  for (const { file, raw, brotli } of rows.sort((one, other) => other.brotli - one.brotli))
    console.log(`${String(brotli).padStart(7)} ${String(raw).padStart(8)}  ${file}`);
  const limit = Number.isFinite(BUDGET[kind]) ? `, budget ${BUDGET[kind]}` : '';
  console.log(`${String(total).padStart(7)} bytes of ${kind}${limit}\n`);
  return total <= BUDGET[kind];
}

const fits = [weigh('script', scripts), weigh('style', styles), weigh('words', words.en)];
if (fits.includes(false)) process.exit(1);
