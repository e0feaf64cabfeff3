import * as real from 'node:fs/promises';
import { expect } from '@jest/globals';
import { contract, findIssues } from '@typed-queue/contracts';
import { processFile, type FileOutcome, type FileWork } from './file-outcome.js';
import { SILENT } from './progress.js';
import { upperCase } from './transform.js';

/** Processes a file on the real file system, and proves that the queue would take the event. */
export const outcomeOf = async (path: string, work: Partial<FileWork> = {}): Promise<FileOutcome> => {
  const outcome = await processFile(path, {
    fs: real,
    transform: upperCase,
    processes: { pid: 100, isRunning: () => true },
    progress: SILENT,
    now: () => 0,
    ...work,
  });
  expect(findIssues(contract.files.events[outcome.event], outcome.payload)).toBeUndefined();
  return outcome;
};
