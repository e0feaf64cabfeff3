import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareWithLists, triedOptions, type TriedJournal } from './journal-model.suite.js';
import { openForTest } from './journal.fixture.js';
import type { FolderOptions } from './open-journal.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';

const options = fc.record({
  ...triedOptions,
  inlineBytes: fc.constantFrom(0, 500),
  fillBytes: fc.constantFrom(0, 300),
});

const onDisk = (chosen: Partial<FolderOptions>): TriedJournal => {
  let disk = new LossyFileSystem();
  return {
    open: async () => (await openForTest(disk, chosen)).journal,
    restart: async () => void (disk = disk.restart('power')),
    end: async () => expect(disk.openFiles).toBe(0),
  };
};

it('a journal behaves like a list', () => compareWithLists(options, 150, onDisk));
