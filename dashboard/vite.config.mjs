import { gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

const COMPRESSED = /\.(?:js|css|svg)$/;

/** Assets are written as the server sends them: `x.js.gz` in place of `x.js`. */
const compressed = {
  name: 'compressed assets',
  apply: 'build',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (!COMPRESSED.test(file.fileName)) continue;
        const source = gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 });
        Reflect.deleteProperty(bundle, file.fileName);
        this.emitFile({ type: 'asset', fileName: `${file.fileName}.gz`, source });
      }
    },
  },
};

/** Where `npm run dev` finds a queue server. */
const target = process.env.QUEUE_URL ?? 'http://localhost:3333';

export default defineConfig({
  plugins: [compressed],
  build: {
    outDir: '../queue-server/dist/dashboard',
    emptyOutDir: true,
    license: { fileName: 'licenses.md' },
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // An asset in a `data:` URL would need an exception in the page's policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Only for the tests of @rjsf/core, which nothing here imports.
      external: ['@rjsf/validator-ajv8'],
      onLog: (level, log, handle) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && handle(level, log),
    },
  },
  logLevel: 'warn',
  server: { proxy: { '/socket.io': { target, ws: true, changeOrigin: true, rewriteWsOrigin: true } } },
});
