import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RecordedDedupState } from './dedup-state.fixture.js';
import { frameOf, openForTest, readBack } from './journal.fixture.js';
import type { Journal } from './journal.js';
import type { FolderOptions } from './open-journal.js';
import type { Random } from './lossy-disk.fixture.js';
import { LossyFileSystem, type Ending } from './lossy-file-system.fixture.js';
import { seededRandom } from '../../reliability/seeded-random.js';
import { isThorough } from '../../../../checks/thorough.fixture.js';

/** What the publishers of a journal know. */
interface Ledger {
  /** Every text that ever had a seq. */
  readonly offered: Map<number, Set<string>>;
  /** What was confirmed. */
  readonly acked: Map<number, string>;
  /** By frame. */
  readonly frames: { readonly firstSeq: number; readonly texts: readonly string[] }[];
  count: number;
}

const newLedger = (): Ledger => ({
  offered: new Map(),
  acked: new Map(),
  frames: [],
  count: 0,
});

const publish = (journal: Journal, ledger: Ledger, count: number): Promise<void> => {
  const texts = Array.from({ length: count }, () => `message ${++ledger.count}`);
  const { firstSeq, durable } = journal.append(frameOf(texts));
  ledger.frames.push({ firstSeq, texts });
  texts.forEach((text, index) => {
    const seq = firstSeq + index;
    ledger.offered.set(seq, (ledger.offered.get(seq) ?? new Set()).add(text));
  });
  return durable.then(() => texts.forEach((text, index) => ledger.acked.set(firstSeq + index, text)));
};

/** Rounds of appends that overlap, and now and then a new segment; small ones go inline, large ones do not. */
const work = async (journal: Journal, ledger: Ledger, rounds: number): Promise<void> => {
  for (let round = 1; round <= rounds; round++) {
    await Promise.all([1, 2, 1].map((count) => publish(journal, ledger, count * (1 + (round % 3)))));
    if (round % 3 === 0) await journal.roll();
    if (round === rounds - 1) await journal.dropBefore(journal.activeFirstSeq);
  }
};

const options: Partial<FolderOptions> = {
  segmentBytes: 3000,
  inlineBytes: 600,
  fillBytes: 300,
  dedup: new RecordedDedupState((nextSeq) => `up to ${nextSeq}`),
};

const stopAt = (index: number, takes: number) => (call: { index: number }) =>
  call.index === index ? ({ kind: 'stop', takes } as const) : undefined;

const ignore = (): void => undefined;

/** Runs the work until it is done or the process stops within a call. */
const crash = async (disk: LossyFileSystem, ledger: Ledger, rounds = 8): Promise<void> => {
  const opened = await openForTest(disk, options).catch(ignore);
  if (opened) await work(opened.journal, ledger, rounds).catch(ignore);
};

/**
 * Nothing confirmed is lost, nothing is invented, of each frame there is all or nothing, and nothing is reported as
 * damage. Returns the texts.
 */
const check = async (disk: LossyFileSystem, ledger: Ledger): Promise<[number, string][]> => {
  const { journal, events } = await openForTest(disk, options);
  const { texts, gaps } = await readBack(journal);
  expect(gaps).toEqual([]);
  expect(events.filter(({ kind }) => kind === 'damage' || kind === 'header-damaged')).toEqual([]);
  for (const [seq, text] of ledger.acked) {
    if (seq >= journal.firstSeq) expect([seq, texts.get(seq)]).toEqual([seq, text]);
  }
  for (const [seq, text] of texts) expect(ledger.offered.get(seq)).toContain(text);
  for (const frame of ledger.frames) {
    const stored = frame.texts.filter((text, index) => texts.get(frame.firstSeq + index) === text);
    expect([[], frame.texts]).toContainEqual(stored);
  }
  expect(journal.lastSeq).toBeGreaterThanOrEqual(Math.max(0, ...ledger.acked.keys()));
  // What is missing was dropped on purpose, and is known to be so.
  const before = (await journal.read(1, 1)).flatMap((item) => (item.kind === 'gap' ? [item.gap] : []));
  const { firstSeq } = journal;
  expect(before).toEqual(firstSeq > 1 ? [{ from: 1, to: firstSeq - 1, reason: 'retention' }] : []);
  return [...texts];
};

/** What was served once is there after every further restart. */
const checkAll = async (disk: LossyFileSystem, ledger: Ledger, random: Random): Promise<LossyFileSystem> => {
  const first = await check(disk, ledger);
  // Served: from now on it counts as confirmed.
  for (const [seq, text] of first) ledger.acked.set(seq, text);
  const afterKill = disk.restart('kill');
  expect(await check(afterKill, ledger)).toEqual(first);
  const afterTear = afterKill.restart('tear', random);
  expect(await check(afterTear, ledger)).toEqual(first);
  const afterLoss = afterTear.restart('power');
  expect(await check(afterLoss, ledger)).toEqual(first);
  return afterLoss.restart('power');
};

const callsOf = async (): Promise<number> => {
  const disk = new LossyFileSystem();
  await crash(disk, newLedger());
  return disk.calls;
};

describe('a journal whose process stops within any call', () => {
  const cases = (['kill', 'power', 'tear'] as const).flatMap((ending, group) =>
    [0, 1, 200].map((takes): [Ending, number, number] => [ending, takes, group]),
  );
  /** Each ending tries one call of three, and the three of them all. */
  const step = isThorough ? 1 : 3;

  it.each(cases)(
    'keeps what it confirmed (%s, %i bytes of a write written)',
    async (ending, takes, group) => {
      const calls = await callsOf();
      expect(calls).toBeGreaterThan(40);
      for (let index = group % step; index <= calls; index += step) {
        const random = seededRandom(index * 7919 + takes).below;
        const ledger = newLedger();
        const disk = new LossyFileSystem();
        disk.fault = stopAt(index, takes);
        await crash(disk, ledger);
        const next = await checkAll(disk.restart(ending, random), ledger, random);
        // It continues normally.
        await crash(next, ledger, 2);
        await check(next.restart('power'), ledger);
      }
    },
  );
});

describe('a journal that is stopped repeatedly', () => {
  it('keeps what it confirmed', async () => {
    const ending = fc.constantFrom<Ending>('kill', 'power', 'tear');
    const stop = fc.record({ after: fc.nat(60), takes: fc.nat(500), ending, seed: fc.nat() });
    await fc.assert(
      fc.asyncProperty(fc.array(stop, { minLength: 1, maxLength: 6 }), async (stops) => {
        const ledger = newLedger();
        let disk = new LossyFileSystem();
        for (const { after, takes, ending: how, seed } of stops) {
          disk.fault = stopAt(after, takes);
          await crash(disk, ledger);
          const random = seededRandom(seed).below;
          disk = await checkAll(disk.restart(how, random), ledger, random);
        }
      }),
      { numRuns: 30 },
    );
  });
});
