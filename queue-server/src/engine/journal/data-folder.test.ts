import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contract, fingerprintOf } from '@typed-queue/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSmallFolder, QUEUE, type Confirmed } from '../../reliability/flips/small-folder.js';
import { servedContracts } from '../../stored-contracts.js';
import { Duplicates } from '../dedup/duplicates.js';
import {
  filesIn,
  readBlock,
  readFrame,
  readSegment,
  recordFields,
  type ReadSegment,
} from './data-folder.fixture.js';
import { openJournal } from './open-journal.js';

const LOG = `queues/${QUEUE}`;

let dir: string;
let confirmed: Confirmed;
let files: ReadonlyMap<string, Buffer>;
const errors: unknown[] = [];
let segments: ReadonlyMap<string, ReadSegment>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'data-folder-'));
  confirmed = await makeSmallFolder(dir, false);
  const queue = () => ({ head: () => ({ epoch: 'one', firstSeq: 1, lastSeq: 6, bytes: 0 }) });
  const fingerprints = new Map([[QUEUE, fingerprintOf(contract.files)]]);
  await servedContracts(fingerprints, { queue }, dir, (error) => errors.push(error));
  files = await filesIn(dir);
  segments = new Map(
    [...files].filter(([path]) => path.endsWith('.log')).map(([path, file]) => [path, readSegment(file)]),
  );
});
afterAll(() => rm(dir, { recursive: true }));

const fileAt = (path: string): Buffer => files.get(path) ?? Buffer.alloc(0);
const segmentsOf = (journal: string): ReadSegment[] =>
  [...segments].flatMap(([path, segment]) => (path.startsWith(`${journal}/`) ? [segment] : []));
const framesOf = (journal: string, kind = 0) =>
  segmentsOf(journal).flatMap(({ frames }) => frames.filter((frame) => frame.kind === kind));
const messagesOf = (journal: string) => framesOf(journal).flatMap(({ messages }) => messages);

/** Safe: the fields are checked by the caller. */
const fieldsOf = (value: unknown): Record<string, unknown> => value as Record<string, unknown>;

describe('a data folder, read as README.md says', () => {
  it('has no other files', () => {
    const journal = `(queues/${QUEUE}|groups|groups-copy|dead-letters/${QUEUE})`;
    const known = new RegExp(
      `^(${journal}/(\\d{16}\\.log|durable\\.mark|removed\\.[01]\\.mark)|owner\\.pid|contracts\\.json)$`,
    );
    expect([...files.keys()].filter((path) => !known.test(path))).toEqual([]);
  });

  it('has intact segments, named by their first seq', () => {
    for (const [path, { header, frames }] of segments) {
      const [firstSeq] = header.numbers;
      expect(header).toMatchObject({ magic: 'SEGH', version: 1, length: 96, isIntact: true });
      expect(path.endsWith(`/${String(firstSeq).padStart(16, '0')}.log`)).toBe(true);
      expect(frames.filter(({ isIntact, version }) => !isIntact || version !== 1)).toEqual([]);
    }
  });

  it.each([LOG, 'groups', 'groups-copy', `dead-letters/${QUEUE}`])(
    'has consecutive seqs and a durable checkpoint in %s',
    (journal) => {
      let nextSeq = 1;
      for (const { firstSeq, count, offset, durableOffset } of framesOf(journal)) {
        expect(firstSeq).toBe(nextSeq);
        expect(durableOffset).toBeLessThanOrEqual(offset);
        nextSeq += count;
      }
      const last = segmentsOf(journal).at(-1);
      const checkpoint = readBlock(fileAt(`${journal}/durable.mark`));
      expect(checkpoint).toMatchObject({ magic: 'MARK', isIntact: true, epoch: last?.header.epoch });
      expect(checkpoint.numbers.slice(0, 3)).toEqual([last?.header.numbers[0], last?.size, nextSeq]);
    },
  );

  it('has the messages of a queue', () => {
    const payloads = messagesOf(LOG).map(({ value }) => JSON.stringify(value));
    expect(payloads).toEqual(confirmed.payloads);
  });

  it('has a footer at the end of a sealed segment', () => {
    const [sealed] = segmentsOf(LOG);
    const footer = sealed?.frames.filter(({ kind }) => kind === 1) ?? [];
    expect(footer.map(({ messages }) => messages.map(({ event }) => event))).toEqual([['index'], ['ids']]);
    const [end, length, nextSeq] = sealed?.trailer?.numbers ?? [];
    expect(sealed?.trailer).toMatchObject({ magic: 'SEGT', isIntact: true, epoch: sealed?.header.epoch });
    expect(end).toBe(footer[0]?.offset);
    expect(length).toBe(footer.reduce((sum, frame) => sum + frame.length, 0));
    expect(nextSeq).toBe(7);
    expect(fieldsOf(footer[0]?.messages[0]?.value).places).toEqual([1, 96, expect.any(Number)]);
    expect(Buffer.from(String(footer[1]?.messages[0]?.value), 'base64')).toHaveLength(16 * 6);
  });

  it('has group records of the kinds and fields that are described', () => {
    const records = messagesOf('groups').map(({ value }) => fieldsOf(value));
    const unknown = records.flatMap(({ kind, ...fields }) => {
      const described = recordFields.get(String(kind)) ?? [];
      return Object.keys(fields).filter((field) => !described.includes(field));
    });
    expect(unknown).toEqual([]);
    expect(new Set(records.map(({ kind }) => kind))).toEqual(
      new Set(['start', 'group', 'changes', 'redriven']),
    );
  });

  it('has the states of messages under the names that are described', () => {
    const described = new Set(
      ['kind', 'failures', 'handouts', 'alone', 'noPrefetch', 'dueAt', 'delayMs'].sort(),
    );
    const deliveries = messagesOf('groups').flatMap(({ value }) => {
      const { runs = [] } = fieldsOf(value);
      // Safe: `runs` is a list in every record that has it.
      return (runs as { delivery: object }[]).map(({ delivery }) => delivery);
    });
    expect(deliveries.length).toBeGreaterThan(0);
    expect(deliveries.flatMap(Object.keys).filter((field) => !described.has(field))).toEqual([]);
  });

  it('has copies of all group records but changes', () => {
    const records = messagesOf('groups').map(({ value }, index) => ({ at: index + 1, record: value }));
    const copied = records.filter(({ record }) => fieldsOf(record).kind !== 'changes');
    const copies = messagesOf('groups-copy').map(({ value }) => value);
    expect(copies).toEqual(expect.arrayContaining(copied));
    expect(copies.filter((copy) => !('copiedBefore' in fieldsOf(copy)))).toHaveLength(copied.length);
  });

  it('has dead letters under the names of their groups', () => {
    const letters = messagesOf(`dead-letters/${QUEUE}`);
    expect(letters.map(({ event, value }) => [event, fieldsOf(value).seq])).toEqual([
      ['first', 3],
      ['first', 4],
      ['first', 5],
    ]);
  });

  it('has the definitions by which its queues were served', () => {
    const stored = fieldsOf(JSON.parse(String(fileAt('contracts.json'))));
    expect(errors).toEqual([]);
    expect(stored[QUEUE]).toEqual({ fingerprint: expect.any(String), since: 7, epoch: 'one' });
  });

  it('has a log-start checkpoint with the producer snapshot once segments were dropped', async () => {
    const journal = await openJournal({ dir: join(dir, LOG), dedup: new Duplicates() });
    await journal.dropBefore(7);
    await journal.close();
    const left = await filesIn(join(dir, LOG));
    expect([...left.keys()]).toEqual(['0000000000000007.log', 'durable.mark', 'removed.0.mark']);
    const file = left.get('removed.0.mark') ?? Buffer.alloc(0);
    const start = readBlock(file);
    const snapshot = readFrame(file, start.length);
    expect(start).toMatchObject({ magic: 'GONE', isIntact: true, numbers: [7, 7, snapshot.length, 0] });
    expect(snapshot).toMatchObject({ kind: 1, isIntact: true, messages: [{ event: 'note', value: '[]' }] });
  });
});
