import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

const server = process.env.NIGHTMARKET_URL ?? 'http://localhost:8000';
/** The host stays ours: the server takes changes only from the host that was called. */
const to = { target: server, changeOrigin: false };
const proxy = { '/api': to, '/media': to };

const CORE =
  /\/node_modules\/(svelte\/(?!.*(bindings\/(select|input|media|size|universal|window)|elements\/transitions|src\/(store|reactivity|transition|motion|easing)\/))|esm-env|devalue|clsx|@sveltejs\/kit)\/|\/src\/lib\/(i18n\/(?!pseudo|messages|names)|session\/|realtime\/|shell\/(?!SignIn)|player\/|api\/(client|problem|uuid7|session|videos|events|realtime)\.|feed\/(?!\w*Sheet\.|NothingLeft\.)|video\/(film|caption|RichText|Info|Actions)|ui\/(Icon|IconButton|Button|Avatar|Skeleton|EmptyState|ErrorState|Tabs|Toasts|toasts|motion)\.)/;

/** What every page needs, and what the feed does: one file instead of twenty small ones. */
function isCore(id: string): boolean {
  return CORE.test(id.split('?')[0] ?? '') || id.startsWith('\0');
}

export default defineConfig({
  plugins: [sveltekit()],
  server: { port: 5173, proxy },
  preview: { proxy },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: {
        codeSplitting: { groups: [{ name: 'core', test: isCore }] },
      },
    },
  },
  test: { include: ['src/**/*.test.ts', 'tools/**/*.test.ts'], environment: 'node' },
});
