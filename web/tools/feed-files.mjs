// Which built files the feed page loads before anything is pressed: from the build's own manifest.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Scripts, styles and words (by language, then surface) of the feed, relative to the build. */
export function feedFiles(root) {
  const output = join(root, '.svelte-kit/output/client');
  const manifest = JSON.parse(readFileSync(join(output, '.vite/manifest.json'), 'utf8'));
  const app = readFileSync(join(root, '.svelte-kit/generated/client-optimized/app.js'), 'utf8');
  const [, page, layouts] = app.match(/"\/\(viewer\)": \[(\d+),\[([\d,]*)\]/);
  const nodes = ['0', ...layouts.split(',').filter(Boolean), page].map(
    (node) => `client-optimized/nodes/${node}.js`,
  );
  const entries = ['client/entry.js', 'client-optimized/app.js', ...nodes];

  const scripts = new Set();
  const styles = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (scripts.has(chunk.file)) return;
    scripts.add(chunk.file);
    chunk.css?.forEach((style) => styles.add(style));
    chunk.imports?.forEach(visit);
  };
  Object.keys(manifest)
    .filter((key) => entries.some((entry) => key.endsWith(entry)))
    .forEach(visit);

  const words = {};
  for (const [key, { file }] of Object.entries(manifest)) {
    const [, surface, language] = key.match(/messages\/(\w+)\.([\w-]+)\.json/) ?? [];
    if (['shell', 'errors', 'viewer'].includes(surface)) (words[language] ??= []).push(file);
  }
  return { output, scripts: [...scripts], styles: [...styles], words };
}
