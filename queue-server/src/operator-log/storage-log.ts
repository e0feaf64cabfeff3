import type { Level, Logger } from 'pino';
import type { JournalEvent } from '../engine/journal/journal-event.js';

/** Events that may have cost messages are errors. */
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

/** Logs the events of the journals. */
export const storageLog =
  (logger: Logger) =>
  ({ kind, ...details }: JournalEvent, journal: string): void => {
    logger[LEVELS[kind]]({ journal, ...withErr(details) }, `journal: ${kind}`);
  };

/** Of errors, pino writes the message only under the name `err`. */
const withErr = (details: object): object => {
  if (!('error' in details)) return details;
  const { error: err, ...others } = details;
  return { ...others, err };
};
