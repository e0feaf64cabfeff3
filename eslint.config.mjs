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

export default defineConfig(
  globalIgnores(['**/dist/', 'data/', 'coverage/']),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: [
            ...['*.mjs', 'checks/*.mjs', 'scripts/*.mjs', 'bench/contract-types/*.mjs'],
            'queue-server/bin.mjs',
            'cli/bin.mjs',
            'create-typed-queue/bin.mjs',
            'dashboard/vite.config.mjs',
          ],
          defaultProject: 'tsconfig.base.json',
          // As many scripts as the root has, and a few more: they are small.
          maximumDefaultProjectFileMatchCount_THIS_WILL_SLOW_DOWN_LINTING: 40,
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'max-lines': ['error', 300],
      eqeqeq: 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // `() => emit(…)` is as clear as a body in braces.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // The compiler's rule: what begins with an underscore is unused on purpose.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An interface is no record: typed-emitter takes only a type.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // A method may be async only so that what it throws rejects.
      '@typescript-eslint/require-await': 'off',
      // A number's text is no surprise; objects and undefined stay forbidden.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
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
    rules: {
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-unused-vars': 'off',
    },
  },
  {
    files: [
      ...['*.mjs', 'checks/*.mjs', 'scripts/*.mjs', 'bench/contract-types/*.mjs'],
      'dashboard/vite.config.mjs',
    ],
    languageOptions: {
      globals: { console: 'readonly', process: 'readonly', setTimeout: 'readonly', URL: 'readonly' },
    },
    // Plain JavaScript: a parameter has no type to be true to.
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
