import { expect, it } from '@jest/globals';
import { draftOf, idOf } from '../engine/frames.fixture.js';
import type { QueueHandle } from '../engine/engine.js';
import { openMemoryEngine } from '../engine/memory/open-memory-engine.js';
import { Recovery } from './recovery.js';
import { ScheduleLog } from './schedule-log.js';
import type { MessageForLater } from './schedule-records.js';
import { FILES } from './schedule.fixture.js';
import { SettledIds } from './settled-ids.js';

const DUE_AT = 1_700_000_100_000;
const NOW = 1_700_000_000_000;

const message = (number: number): MessageForLater => ({
  queue: FILES,
  draft: draftOf(number),
  dueAt: DUE_AT,
});

const settled = (...numbers: readonly number[]): readonly string[] => {
  const ids = new SettledIds();
  for (const number of numbers)
    ids.add({ queue: FILES, id: idOf(number) }, { dueAt: DUE_AT, isCancelled: false }, NOW);
  return ids.texts();
};

const open = (): { readonly log: QueueHandle; readonly records: ScheduleLog } => {
  const engine = openMemoryEngine({ queues: [{ name: FILES, retention: {} }], now: () => NOW });
  const log = engine.queue(FILES);
  let ids = 1_000;
  return { log, records: new ScheduleLog({ log, newId: () => idOf(ids++), onError: () => undefined }) };
};

it('A message that was settled when the ids were written does not wait, though no record of its own says so', async () => {
  const { log, records } = open();
  await records.add(message(1));
  await records.add(message(2));
  await records.settled(settled(1, 3));
  const { waiting, settled: known } = await Recovery.read(log);
  expect([waiting.size, waiting.candidates(FILES, idOf(2)).length]).toEqual([1, 1]);
  expect(known.get({ queue: FILES, id: idOf(1) }, NOW)?.dueAt).toBe(DUE_AT);
});

it('A message that is scheduled after its id was written, and forgotten, waits', async () => {
  const { log, records } = open();
  await records.settled(settled(1));
  await records.add(message(1));
  const { waiting, settled: known } = await Recovery.read(log);
  expect(waiting.size).toBe(1);
  expect(known.get({ queue: FILES, id: idOf(1) }, NOW)).toBeUndefined();
});

it('A message that came twice, since the first append seemed to fail, is settled by a record of the first', async () => {
  const { log, records } = open();
  const { seq } = await records.add(message(1));
  await records.add(message(1));
  await records.cancelled(seq);
  const { waiting, settled: known } = await Recovery.read(log);
  expect(waiting.size).toBe(0);
  expect(known.get({ queue: FILES, id: idOf(1) }, NOW)).toEqual({ dueAt: DUE_AT, isCancelled: true });
});

it('A run of a schedule is not remembered', async () => {
  const { log, records } = open();
  const { seq } = await records.add({ ...message(1), isRun: true });
  await records.cancelled(seq);
  const { waiting, settled: known } = await Recovery.read(log);
  expect([waiting.size, known.size]).toEqual([0, 0]);
});
