export type { Manifest } from './manifest.js';
export { restore, type RestoreOptions } from './restore.js';
export { passArchive, saveArchive, saveFolder } from './saved-backup.js';
