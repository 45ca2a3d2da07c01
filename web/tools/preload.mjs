// After the build: lets the page ask for the feed's files, and its words, before its scripts have run;
// and lists the addresses that have a page, so that the server can say of others that there is nothing.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { feedFiles } from './feed-files.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, 'build/index.html');
const { scripts, styles, words } = feedFiles(root);
const before = readFileSync(page, 'utf8');

const links = scripts
  .filter((file) => !before.includes(file))
  .map((file) => `<link rel="modulepreload" href="/${file}">`);
/** Styles travel in the page: a link of their own would hold the first picture back for a round trip.
    The links stay, for the loader that looks for them, and wait their turn. */
const inline = styles.map((file) => {
  const css = readFileSync(join(root, 'build', file), 'utf8').trim();
  return `<style>${css}</style><link rel="stylesheet" href="/${file}" media="print">`;
});
/** Styles of sheets that nobody has opened are fetched with the sheet. */
const bare = before.replace(/<link href="[^"]+" rel="stylesheet">\s*/g, '');

/** The same choice as `firstLanguage` makes, in as few words: asked for, chosen before, the browser's. */
const choose = `{
  const words = ${JSON.stringify(words)};
  let kept = null;
  try { kept = localStorage.getItem('nm.language'); } catch {}
  const wanted = [new URLSearchParams(location.search).get('lang'), kept, ...navigator.languages].filter(Boolean);
  const known = wanted.map((tag) => (/^zh/i.test(tag) ? 'zh-Hans' : tag.toLowerCase().split('-')[0])).find((tag) => words[tag]);
  for (const file of words[known ?? 'en'])
    document.head.append(Object.assign(document.createElement('link'), { rel: 'preload', as: 'fetch', crossOrigin: 'anonymous', href: '/' + file }));
}`;

const after = bare.replace(
  '<!-- preload -->',
  () => `${[...inline, ...links].join('\n    ')}\n    <script>${choose}</script>`,
);
if (after === bare) throw new Error('app.html has lost its <!-- preload --> mark');
writeFileSync(page, after);
writeFileSync(`${page}.gz`, gzipSync(after));
writeFileSync(`${page}.br`, brotliCompressSync(after));

/** `/@[handle]` for `(viewer)/@[handle]/+page.svelte`. */
const pages = readdirSync(join(root, 'src/routes'), { recursive: true })
  .filter((file) => basename(file) === '+page.svelte')
  .map((file) => `/${dirname(file).replace(/\(\w+\)\/?/g, '')}`);
writeFileSync(join(root, 'build/_app/pages.json'), JSON.stringify(pages.sort()));
