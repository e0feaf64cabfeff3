import * as module from 'node:module';
import { join } from 'node:path';
import type * as main from './main.js';
import { bundleOf, loadBundle } from './bundle.js';
import { optimizeSooner } from './tier-up.js';
import { limitYoungGeneration } from './young-generation.js';

/** Node has it from 22.1 on, its declarations for Node 20 do not. */
interface CompileCache {
  readonly enableCompileCache?: (folder: string) => unknown;
}

const KEEP_AFTER_MS = 10_000;

limitYoungGeneration();
const dist = import.meta.dirname;
const bundle = bundleOf(dist);

/** Loads the modules without a turn of the event loop for each. */
const loadModules = (): unknown => {
  // Keeps what V8 compiled for the next start. Beside the program, where nobody can put code who cannot change the program.
  (module as CompileCache).enableCompileCache?.(join(dist, '.compile-cache'));
  return module.createRequire(import.meta.url)('./main.js');
};

const { exports, keepCompiled } =
  bundle === undefined ? { exports: loadModules(), keepCompiled: () => undefined } : loadBundle(bundle);
// Safe: it is that module, or the bundle of it.
const { listening, ended } = exports as typeof main;
// A start runs most functions a few times only.
void listening.then(optimizeSooner);
// When there is time for it: after the start, or with the end.
void listening.then(() => setTimeout(keepCompiled, KEEP_AFTER_MS).unref());
void Promise.all([listening, ended]).then(keepCompiled);
await ended;
