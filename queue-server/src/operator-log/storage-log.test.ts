import { expect, it } from '@jest/globals';
import { pino } from 'pino';
import { storageLog } from './storage-log.js';

it('A failure of a journal is logged with its reason and its place', () => {
  const lines: string[] = [];
  const log = storageLog(pino({}, { write: (line: string) => lines.push(line) }));
  log({ kind: 'segment-failed', file: '1.log', durableOffset: 7, error: new Error('EIO') }, 'queue/files');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    journal: 'queue/files',
    file: '1.log',
    durableOffset: 7,
    err: { message: 'EIO' },
  });
});
