/** What every program needs: its environment, an end by signals, lines that forge nothing. Not for browsers. */
export { parseEnvironment } from './environment.js';
export { ownFolder } from './folder-owner.js';
export { field, printable } from './printable.js';
export { printableLog } from './printable-log.js';
export { isOpenToOthers, privateFolder } from './private-folder.js';
export { stopSignal } from './stop-signal.js';

export type { Environment, EnvironmentSchema } from './environment.js';
export type { FolderOwner, Release } from './folder-owner.js';
export type { Signalled } from './stop-signal.js';
