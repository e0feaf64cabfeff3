import * as module from 'node:module';
import { join } from 'node:path';
import type * as main from './main.js';
import { limitYoungGeneration } from './young-generation.js';

/** Node has it from 22.1 on, its declarations for Node 20 do not. */
interface CompileCache {
  readonly enableCompileCache?: (folder: string) => unknown;
}

limitYoungGeneration();
// Keeps what V8 compiled for the next start. Beside the program, where nobody can put code who cannot change the program.
(module as CompileCache).enableCompileCache?.(join(import.meta.dirname, '.compile-cache'));

// Loads its modules without a turn of the event loop for each. Safe: it is that module.
const { ended } = module.createRequire(import.meta.url)('./main.js') as typeof main;
await ended;
