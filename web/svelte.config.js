import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess({ script: false }),
  kit: {
    // One static shell; the server answers it for every page address and writes into its head.
    adapter: adapter({
      fallback: 'index.html',
      pages: 'build',
      assets: 'build',
      strict: false,
      precompress: true,
    }),
    alias: { $ui: 'src/lib/ui', $api: 'src/lib/api' },
    serviceWorker: { register: false },
    paths: { relative: false },
    version: { pollInterval: 0 },
  },
};
