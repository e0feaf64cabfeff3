import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Operation } from '../store/operation.js';
import { Log, readLog } from './log.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-mongo-log-'));
  path = join(folder, 'a.log');
});
afterEach(() => rm(folder, { recursive: true }));

const put = (_id: number): Operation => ({
  kind: 'put',
  namespace: 'a.b',
  document: { _id, text: 'x'.repeat(50) },
});
const delay = { kind: 'delete', namespace: 'a.b', id: 1n } as const;

/** A log of three records, the second with two operations. */
const written = async (): Promise<number[]> => {
  const log = await Log.open(path, [put(1)]);
  const ends = [(await readFile(path)).length];
  for (const operations of [[put(2), delay], [put(3)]]) {
    operations.forEach((operation) => log.append(operation));
    log.flush();
    ends.push((await readFile(path)).length);
  }
  log.close();
  return ends;
};

describe('a log', () => {
  it('has what was flushed, and nothing of what was not', async () => {
    const log = await Log.open(path, []);
    log.append(put(1));
    expect(readLog(path)).toEqual({ operations: [], torn: 0 });
    log.flush(true);
    log.append(delay);
    expect(readLog(path)).toEqual({ operations: [put(1)], torn: 0 });
    log.close();
    expect(readLog(path).operations).toEqual([put(1), delay]);
  });

  it('that is not there is empty', () => {
    expect(readLog(path)).toEqual({ operations: [], torn: 0 });
  });

  it('leaves out a record that was not written whole, wherever it was cut', async () => {
    const [, second = 0, third = 0] = await written();
    const whole = await readFile(path);
    for (let length = second; length < third; length++) {
      await writeFile(path, whole.subarray(0, length));
      expect(readLog(path)).toEqual({ operations: [put(1), put(2), delay], torn: length - second });
    }
    await truncate(path, second);
    await truncate(path, second + 4_096);
    expect(readLog(path)).toMatchObject({ torn: 4_096, operations: { length: 3 } });
  });

  it('that is damaged, or another file, is refused', async () => {
    const [first = 0] = await written();
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(first + 20) ^ 1, first + 20);
    await writeFile(path, bytes);
    expect(() => readLog(path)).toThrow(expect.objectContaining({ code: 'storage_failed' }));
    await writeFile(path, 'something else entirely');
    expect(() => readLog(path)).toThrow(expect.objectContaining({ code: 'journal_unsupported' }));
  });
});
