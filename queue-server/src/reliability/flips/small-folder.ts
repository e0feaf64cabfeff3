import { encodeFrame, type Frame } from '@typed-queue/contracts/wire';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../engine/engine.js';
import { Duplicates } from '../../engine/dedup/duplicates.js';
import { openDiskEngine } from '../../engine/disk/open-disk-engine.js';
import { openJournal } from '../../engine/journal/open-journal.js';

export const QUEUE = 'files';
export const QUEUES = [{ name: QUEUE, retention: {} }];

/** What a server confirmed before its folder was damaged. */
export interface Confirmed {
  /** By their seqs, the first one at 1. */
  readonly payloads: readonly string[];
  /** What each group has not settled. */
  readonly unsettled: Readonly<Record<string, readonly number[]>>;
  /** The seqs of dead letters that are listed; one in the same frame was redriven and is unsettled. */
  readonly letters: readonly number[];
  readonly lastToken: number;
  /** When the messages were stored, in ms since 1970. */
  readonly time: number;
}

const payloadOf = (seq: number): string => JSON.stringify({ number: seq, text: `message ${seq}` });

/** A frame of the messages with these seqs, each with an id of its own. */
export const frameOf = (seqs: readonly number[]): Frame =>
  encodeFrame(
    seqs.map((seq) => ({
      id: `01890000-0000-7000-8000-${String(seq).padStart(12, '0')}`,
      event: 'said',
      payload: payloadOf(seq),
    })),
  );

const append = async (engine: Engine, seqs: readonly number[]): Promise<string[]> => {
  await engine.queue(QUEUE).append(frameOf(seqs));
  return seqs.map(payloadOf);
};

/** Seals the segment of the queue's log, so that its footer has its ids. */
const sealSegment = async (dir: string): Promise<void> => {
  const journal = await openJournal({ dir: join(dir, 'queues', QUEUE), dedup: new Duplicates() });
  await journal.roll();
  await journal.close();
};

/**
 * Makes a small data folder in which every kind of file has something to lose. With `snapshot`, the groups are
 * stored as one, else as the records that made them.
 */
export const makeSmallFolder = async (dir: string, snapshot: boolean): Promise<Confirmed> => {
  const engine = await openDiskEngine({ dir, queues: QUEUES });
  const payloads = await append(engine, [1, 2, 3]);
  await engine.group(QUEUE, 'first').open({ start: 'start' });
  await engine.group(QUEUE, 'later').open({ start: 'now' });
  payloads.push(...(await append(engine, [4, 5])), ...(await append(engine, [6])));
  const group = engine.group(QUEUE, 'first');
  const claim = { member: 'm', maxMessages: 5, maxBytes: 1024 * 1024 };
  const claimed = await group.claim(claim);
  if (typeof claimed === 'string') throw new Error('The group granted nothing.');
  const of = { member: 'm', token: claimed.token };
  const acked = await group.settle({ ...of, outcome: { kind: 'ack' }, ranges: [[1, 2]] });
  const rejected = await group.settle({ ...of, outcome: { kind: 'dead-letter' }, ranges: [[3, 5]] });
  await Promise.all([acked.durable, rejected.durable]);
  const { letters } = await engine.queue(QUEUE).deadLetters.list({});
  await engine.queue(QUEUE).deadLetters.redrive(letters.filter(({ seq }) => seq === 4));
  await engine.close();
  await sealSegment(dir);
  const again = await openDiskEngine({ dir, queues: QUEUES });
  payloads.push(...(await append(again, [7])));
  await again.close();
  if (snapshot) {
    // A start without the copies writes them again, from a snapshot.
    await rm(join(dir, 'groups-copy'), { recursive: true });
    await (await openDiskEngine({ dir, queues: QUEUES })).close();
  }
  const unsettled = { first: [4, 6, 7], later: [4, 5, 6, 7] };
  return { payloads, unsettled, letters: [3, 5], lastToken: claimed.token, time: Date.now() };
};
