// Walks the sources and reports what rules.mjs finds; also that every language has every message.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bareWords, COMPONENT_LINES_MAX, styleBlocks, styleMistakes } from './rules.mjs';
import { messageMistakes } from './messages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const found = [];

function* walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else yield path;
  }
}

const report = (path, source, { index, words }) =>
  found.push(`${relative(root, path)}:${source.slice(0, index).split('\n').length}: ${words}`);

for (const path of walk(join(root, 'src'))) {
  if (!/\.(svelte|css)$/.test(path)) continue;
  const source = readFileSync(path, 'utf8');
  if (path.endsWith('.css')) {
    for (const mistake of styleMistakes(source, { mayNameColours: path.endsWith('ui/tokens.css') }))
      report(path, source, mistake);
    continue;
  }
  const lines = source.trimEnd().split('\n').length;
  if (lines > COMPONENT_LINES_MAX)
    found.push(`${relative(root, path)}: ${lines} lines, at most ${COMPONENT_LINES_MAX}`);
  for (const { css, offset } of styleBlocks(source))
    for (const mistake of styleMistakes(css))
      report(path, source, { ...mistake, index: mistake.index + offset });
  for (const mistake of bareWords(source)) report(path, source, mistake);
}
found.push(...messageMistakes(join(root, 'src/lib/i18n/messages')));

if (found.length) {
  console.error(found.join('\n'));
  process.exit(1);
}
