import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { imports } from './checks/import-rule.mjs';

const sources = ['{*,examples/*}/src/**/*.{ts,tsx}'];
const tests = ['**/*.test.ts', '**/*.test-d.ts', '**/*.fixture.ts', '**/*.suite.ts', '**/*.test.mjs'];
/** Each file of the benchmark that reads `process`, and each reliability run, is a process of its own. */
const main = [
  ...['{*,examples/*}/src/{main,bin}.ts', 'api-server/src/reliability/*.main.ts'],
  ...['bench/src/*.ts', 'bench/src/peers/*-served.ts'],
];

const environment = 'Only main.ts reads the environment; everything else receives values.';

/** Rules that need types are those of `.oxlintrc.json`. */
export default defineConfig(
  globalIgnores(['**/dist/', 'data/', 'coverage/']),
  js.configs.recommended,
  tseslint.configs.strict,
  tseslint.configs.stylistic,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', 300],
      eqeqeq: 'error',
      // The compiler's rule: what begins with an underscore is unused on purpose.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An interface is no record: an emitter takes only a type.
      '@typescript-eslint/consistent-type-definitions': 'off',
    },
  },
  {
    files: sources,
    plugins: { imports },
    rules: {
      'imports/direction': 'error',
      'max-params': ['error', 4],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Exports have names.' },
        { selector: 'ExportSpecifier[exported.name="default"]', message: 'Exports have names.' },
        {
          selector: 'ObjectExpression > SpreadElement > ObjectExpression',
          message: 'Write the properties themselves.',
        },
        {
          selector: 'ImportDeclaration[source.value="zod"] > :not(ImportNamespaceSpecifier, Literal)',
          message: "Write: import * as z from 'zod'.",
        },
      ],
    },
  },
  {
    files: sources,
    ignores: tests,
    rules: {
      complexity: ['error', 15],
      'max-lines-per-function': ['error', { max: 30, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: sources,
    ignores: [...tests, ...main],
    rules: {
      'no-restricted-globals': ['error', { name: 'process', message: environment }],
      'no-restricted-properties': [
        'error',
        { object: 'globalThis', property: 'process', message: environment },
      ],
      'no-restricted-imports': [
        'error',
        { name: 'node:process', message: environment },
        { name: 'process', message: environment },
      ],
    },
  },

  {
    // A type test names a value only to ask for its type.
    files: ['**/*.test-d.ts'],
    rules: { '@typescript-eslint/no-unused-vars': 'off' },
  },
  {
    files: [
      ...['*.mjs', 'checks/*.mjs', 'scripts/*.mjs', 'bench/contract-types/*.mjs'],
      'dashboard/vite.config.mjs',
    ],
    languageOptions: {
      globals: { console: 'readonly', process: 'readonly', setTimeout: 'readonly', URL: 'readonly' },
    },
  },
);
