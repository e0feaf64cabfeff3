import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  contract,
  defineQueue,
  fingerprintOf,
  type Contract,
  type PayloadSchema,
} from '@typed-queue/contracts';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { servedContracts } from './stored-contracts.js';

const { files } = contract;
const changed = { files: defineQueue('files', { events: { save: z.strictObject({ path: z.string() }) } }) };
/** Of a library that cannot say what its schemas are. */
const plain: PayloadSchema = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) },
};
const nameless = { files: defineQueue('files', { events: { save: plain } }) };

let dataDir: string;
let epoch: string;
let lastSeq: number;
let unwritten: unknown[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'stored-contracts-'));
  epoch = 'one';
  lastSeq = 0;
  unwritten = [];
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** What `files` is served by when the server starts with this contract. */
const served = async (
  contract: Contract = { files },
  { dir }: { dir: string | undefined } = { dir: dataDir },
) => {
  const head = () => ({ epoch, firstSeq: 1, lastSeq, bytes: 0 });
  const fingerprints = new Map(
    Object.values(contract).map((queue) => [queue.name, fingerprintOf(queue)] as const),
  );
  const contractOf = await servedContracts(fingerprints, { queue: () => ({ head }) }, dir, (error) =>
    unwritten.push(error),
  );
  return contractOf('files');
};

const path = (): string => join(dataDir, 'contracts.json');

describe('what a queue is served by', () => {
  it('goes back to the first message, as long as its definition stays the same', async () => {
    for (lastSeq of [0, 10, 20])
      expect(await served()).toEqual({ fingerprint: fingerprintOf(files), since: 1 });
  });

  it('begins with the next message when its definition is another than before, back and forth', async () => {
    await served();
    lastSeq = 10;
    expect(await served(changed)).toEqual({ fingerprint: fingerprintOf(changed.files), since: 11 });
    lastSeq = 20;
    expect(await served(changed)).toMatchObject({ since: 11 });
    expect(await served()).toEqual({ fingerprint: fingerprintOf(files), since: 21 });
  });

  it('begins with the next message at each start when it has no fingerprint', async () => {
    for (lastSeq of [0, 10, 20]) {
      expect(await served(nameless)).toEqual({ fingerprint: null, since: lastSeq + 1 });
    }
  });

  it('begins with the next message in another log, and never after it', async () => {
    lastSeq = 10;
    await served();
    [epoch, lastSeq] = ['another', 20];
    expect(await served()).toMatchObject({ since: 21 });
    lastSeq = 5;
    expect(await served()).toMatchObject({ since: 6 });
  });

  it('stays known while the queue is not served', async () => {
    await served();
    lastSeq = 10;
    await served({ database: contract.database });
    expect(await served()).toMatchObject({ since: 1 });
  });

  it.each([
    '',
    'nothing like JSON',
    'null',
    '[]',
    '{"files":null}',
    '{"files":{}}',
    `{"files":{"fingerprint":"${fingerprintOf(files) ?? ''}","since":0,"epoch":"one"}}`,
    `{"files":{"fingerprint":"${fingerprintOf(files) ?? ''}","since":"1","epoch":"one"}}`,
    `{"files":{"fingerprint":7,"since":1,"epoch":"one"}}`,
    undefined,
  ])('begins with the next message when the file is damaged or lost: %j', async (text) => {
    await served();
    if (text === undefined) await rm(path());
    else await writeFile(path(), text);
    lastSeq = 10;
    expect(await served()).toMatchObject({ since: 11 });
    lastSeq = 20;
    expect(await served()).toMatchObject({ since: 11 });
    expect(unwritten).toEqual([]);
  });

  it('is not remembered without a data directory', async () => {
    expect(await served({ files }, { dir: undefined })).toMatchObject({ since: 1 });
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('leaves nothing else in the data directory', async () => {
    await served();
    expect(await readdir(dataDir)).toEqual(['contracts.json']);
    expect(JSON.parse(await readFile(path(), 'utf8'))).toEqual({
      files: { fingerprint: fingerprintOf(files), since: 1, epoch: 'one' },
    });
  });

  it('is served all the same when it cannot be written, and the file that is too old goes', async () => {
    await served();
    lastSeq = 10;
    // A folder is where the draft would be written.
    await mkdir(`${path()}.draft`);
    expect(await served(changed)).toMatchObject({ since: 11 });
    expect(unwritten).toMatchObject([{ code: 'EISDIR' }]);
    await rm(`${path()}.draft`, { recursive: true });
    lastSeq = 20;
    expect(await served()).toMatchObject({ since: 21 });
  });
});
