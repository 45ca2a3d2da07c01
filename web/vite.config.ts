import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { mockServer } from './dev/mock.ts';

const server = process.env.NIGHTMARKET_URL ?? 'http://localhost:8000';
/** A folder of films: `vite dev` and `vite preview` then answer the API themselves. */
const films = process.env.NIGHTMARKET_MOCK;
const proxy: Record<string, string> = films ? {} : { '/api': server, '/media': server };

export default defineConfig({
  plugins: [sveltekit(), ...(films ? [mockServer(films)] : [])],
  server: { port: 5173, proxy },
  preview: { proxy },
  build: { target: 'es2022', assetsInlineLimit: 0 },
  test: { include: ['src/**/*.test.ts', 'tools/**/*.test.ts'], environment: 'node' },
});
