import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

const BEYOND_ASCII = /[^\0-\x7f]/g;
const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** V8 keeps a text in half the memory, and reads it faster, when it is nothing but ASCII. */
const ascii = {
  name: 'ASCII only',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk') chunk.code = chunk.code.replace(BEYOND_ASCII, escaped);
      }
    },
  },
};

const OWN = ['contracts', 'program'];
const manifestOf = (folder) => JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));

/** Of packages that are where npm puts those that only one version is needed of. */
const HOISTED =
  /^(?:(?!node_modules).)*\/node_modules\/((?:@[^/]+\/)?[^/]+)(?=\/(?:(?!\/node_modules\/).)*$)/;

/** Writes which versions are in the bundle: it is used only where the same are installed. */
const versions = {
  name: 'versions',
  generateBundle(_options, bundle) {
    const found = new Map(
      OWN.map((folder) => manifestOf(`../${folder}`)).map(({ name, version }) => [name, version]),
    );
    for (const id of Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds)) {
      const [folder, name] = HOISTED.exec(id) ?? [];
      if (folder === undefined || found.has(name)) continue;
      found.set(name, manifestOf(folder).version);
    }
    const source = JSON.stringify(Object.fromEntries([...found].sort()));
    this.emitFile({ type: 'asset', fileName: 'program.versions.json', source });
  },
};

const OPTIONAL = ['bufferutil', 'utf-8-validate', 'supports-color', '@valibot/to-json-schema'];

/** The program in one file: most of a start is loading modules. */
export default defineConfig({
  plugins: [ascii, versions],
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
      // Optional: there when who installs the server installs them. A queue server makes no traces.
      external: [...OPTIONAL, /^@opentelemetry\//],
      output: { format: 'cjs', entryFileNames: 'program.cjs', codeSplitting: false },
    },
  },
  ssr: { noExternal: true },
  logLevel: 'warn',
});
