export { runFileWriter } from './file-writer.js';
export { processFile } from './file-outcome.js';
export { progressOn, SILENT } from './progress.js';
export { processesFrom } from './temporary.js';
export { piecewise, upperCase } from './transform.js';

export type { FileOutcome, FileWork } from './file-outcome.js';
export type { FileSystem } from './file-system.js';
export type { FileWriterDeps } from './file-writer.js';
export type { Progress } from './progress.js';
export type { Processes } from './temporary.js';
export type { Transform, Transformation } from './transform.js';
