/** What every program needs: its environment, an end by signals, lines that forge nothing. Not for browsers. */
export { dataDirVariable } from './data-dir.js';
export { parseEnvironment } from './environment.js';
export { ownFolder } from './folder-owner.js';
export { field, printable } from './printable.js';
export { answerArguments } from './server-arguments.js';
export { stopSignal } from './stop-signal.js';

export type { DataDirPlaces } from './data-dir.js';
export type { Environment, EnvironmentSchema } from './environment.js';
export type { FolderOwner, Release } from './folder-owner.js';
export type { ServerProgram } from './server-arguments.js';
export type { Signalled } from './stop-signal.js';
