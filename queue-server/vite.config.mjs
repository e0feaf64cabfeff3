import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

const BEYOND_ASCII = /[^\0-\x7f]/g;
const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
const DYNAMIC_IMPORT = /\bimport\(/g;

/**
 * V8 keeps a text in half the memory when it is nothing but ASCII, and forgets in code that it keeps how modules are imported:
 * who loads the bundle gives it a function for that.
 */
const adapted = {
  name: 'adapted to how it is loaded',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        if (chunk.isEntry) chunk.code = chunk.code.replace(DYNAMIC_IMPORT, 'importModule(');
        chunk.code = chunk.code.replace(BEYOND_ASCII, escaped);
      }
    },
  },
};

const OURS = ['contracts', 'program'];
const manifestOf = (folder) => JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));

/** Writes which versions are in the bundle: it is used only where the same are installed. */
const versions = {
  name: 'versions',
  generateBundle() {
    const found = OURS.map((folder) => manifestOf(`../${folder}`)).map(({ name, version }) => [
      name,
      version,
    ]);
    const source = JSON.stringify(Object.fromEntries(found));
    this.emitFile({ type: 'asset', fileName: 'program.versions.json', source });
  },
};

/**
 * The modules of ours that the program loads, and zod's, in one file: most of a start is loading them. Other libraries are
 * those that are installed, so that their updates reach the server.
 */
export default defineConfig({
  plugins: [adapted, versions],
  build: {
    ssr: 'dist/main.js',
    ssrEmitAssets: true,
    outDir: 'dist',
    emptyOutDir: false,
    license: { fileName: 'program.licenses.md' },
    target: 'node20',
    // Names and lines stay readable where a stack shows them.
    minify: false,
    rolldownOptions: {
      output: { format: 'cjs', entryFileNames: 'program.cjs', chunkFileNames: 'program.[name].cjs' },
    },
  },
  ssr: { noExternal: [/^@typed-queue\//, /^zod/] },
  logLevel: 'warn',
});
