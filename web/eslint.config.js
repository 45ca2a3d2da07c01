import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';
import { surfaceOf } from './tools/rules.mjs';

const crossSurface = {
  meta: {
    type: 'problem',
    messages: { crosses: 'Surface "{{from}}" may not import surface "{{to}}".' },
  },
  create(context) {
    const from = surfaceOf(context.filename);
    const check = (node) => {
      const to =
        node.source && surfaceOf(`/${String(node.source.value)}/`.replace(/^\/\.\.?/, '/routes'));
      if (to && to !== from)
        context.report({ node, messageId: 'crosses', data: { from: from ?? 'shared', to } });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

export default ts.config(
  { ignores: ['.svelte-kit/', 'build/', 'node_modules/', 'static/', 'src/lib/api/schema.d.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs['flat/recommended'],
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    plugins: { nightmarket: { rules: { 'no-cross-surface': crossSurface } } },
    rules: {
      'max-lines': ['error', { max: 250 }],
      complexity: ['error', 10],
      'no-console': ['error', { allow: ['warn', 'error'] }],
      'no-undef': 'off',
      'nightmarket/no-cross-surface': 'error',
      'svelte/no-navigation-without-resolve': 'off',
      // Dates and addresses are made and thrown away here, never kept as state.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/require-each-key': 'error',
      'svelte/no-at-html-tags': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Only lib/api talks to the server.' },
        { name: 'XMLHttpRequest', message: 'Only lib/api talks to the server.' },
        { name: 'WebSocket', message: 'Only lib/realtime opens sockets.' },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
  },
  {
    files: ['src/lib/api/**', 'src/lib/realtime/**', 'src/service-worker/**', 'tools/**'],
    rules: { 'no-restricted-globals': 'off', 'no-console': 'off' },
  },
);
