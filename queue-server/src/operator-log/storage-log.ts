import type { Level, Logger } from 'pino';
import type { JournalEvent } from '../engine/journal/journal-event.js';

/** How loud each event of a journal is: what may have cost messages is an error. */
const LEVELS: Record<JournalEvent['kind'], Level> = {
  'segment-started': 'debug',
  'segment-sealed': 'debug',
  'segment-dropped': 'debug',
  'torn-tail': 'warn',
  'mark-failed': 'warn',
  'header-damaged': 'error',
  damage: 'error',
  gap: 'error',
  'segment-failed': 'error',
  'storage-full': 'error',
  'storage-unavailable': 'error',
  'storage-recovered': 'info',
  'storage-failed': 'fatal',
};

/** Writes what the journals tell into the server's log. */
export const storageLog =
  (logger: Logger) =>
  ({ kind, ...details }: JournalEvent, journal: string): void => {
    logger[LEVELS[kind]]({ journal, ...details }, `journal: ${kind}`);
  };
