export { runFileWriter } from './file-writer.js';
export { processFile } from './file-outcome.js';
export { upperCase } from './transform.js';

export type { FileOutcome, FileWork } from './file-outcome.js';
export type { FileSystem } from './file-system.js';
export type { Parts } from './file-writer.js';
export type { Transform } from './transform.js';
