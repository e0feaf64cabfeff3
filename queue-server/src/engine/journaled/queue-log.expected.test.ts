import { describe, expect, it } from '@jest/globals';
import { encodeFrame, type Frame } from '@typed-queue/contracts/wire';
import * as fc from 'fast-check';
import { draftOf } from '../frames.fixture.js';
import { FakeJournal } from './fake-journal.fixture.js';
import { open, type Opened } from './queue-log.fixture.js';

let number = 0;
const frameOf = (key: string, count = 1): Frame =>
  encodeFrame(
    Array.from({ length: count }, () => ({ ...draftOf(++number), key, headers: JSON.stringify({ key }) })),
  );

const heldLog = (): Opened => {
  const opened = open();
  opened.journal.held = true;
  return opened;
};

/** As many as any append needs. */
const MANY_TURNS = 100;

/** Work that waits for nothing but promises is done. */
const idle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const outcomeOf = async (appended: Promise<{ firstSeq: number }>): Promise<unknown> =>
  appended.then(
    ({ firstSeq }) => firstSeq,
    (error: unknown) => error,
  );

describe('an append that expects a seq', () => {
  it('is compared with what was appended before and is not durable yet', async () => {
    const { log, journal } = heldLog();
    const first = outcomeOf(log.append(frameOf('a'), { seq: 0, key: undefined }));
    const second = outcomeOf(log.append(frameOf('a'), { seq: 1, key: undefined }));
    await idle();
    journal.commit();
    expect(await Promise.all([first, second])).toEqual([1, 2]);
  });

  it('is refused once the message that it conflicts with is durable', async () => {
    const { log, journal } = heldLog();
    void log.append(frameOf('a'));
    let refused = false;
    const refusal = outcomeOf(log.append(frameOf('a'), { seq: 0, key: undefined })).finally(
      () => (refused = true),
    );
    await idle();
    expect(refused).toBe(false);
    journal.commit();
    expect(await refusal).toMatchObject({ code: 'seq_conflict', details: { actualSeq: 1 } });
  });

  it.each([undefined, 'a'])('is not refused for a message of the key %p whose append failed', async (key) => {
    const { log, journal } = heldLog();
    const known = log.append(frameOf('a'));
    journal.commit();
    await known;
    // From now on the keys are known.
    await outcomeOf(log.append(frameOf('a'), { seq: 7, key }));
    const failing = outcomeOf(log.append(frameOf('a')));
    const waiting = outcomeOf(log.append(frameOf('a'), { seq: 1, key }));
    await idle();
    journal.fail();
    journal.recover();
    expect(await failing).toMatchObject({ code: 'storage_full' });
    for (let turns = 0; turns < MANY_TURNS && journal.waiting === 0; turns++) await idle();
    journal.commit();
    expect(await waiting).toBe(2);
  });
});

const someStep = fc.oneof(
  fc.record({
    kind: fc.constant('append' as const),
    key: fc.constantFrom('a', 'b'),
    count: fc.integer({ min: 1, max: 2 }),
    /** How far the expectation is from the last durable seq of the key; null: none. */
    off: fc.constantFrom(0, 0, 0, 1, null),
  }),
  fc.record({ kind: fc.constant('commit' as const), frames: fc.integer({ min: 1, max: 3 }) }),
  fc.constant({ kind: 'fail' as const }),
  fc.constant({ kind: 'idle' as const }),
);

/** The keys of a journal by seq. */
const keysIn = ({ frames }: FakeJournal): string[] =>
  frames.flatMap((frame) =>
    Array.from({ length: frame.count }, () => /"key":"(.)"/.exec(frame.texts())?.[1] ?? ''),
  );

it('is stored only right after the seq that it expects of its key, while others write and the disk fails', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(someStep, { maxLength: 30 }), async (steps) => {
      const { log, journal } = heldLog();
      const answers: Promise<unknown>[] = [];
      const met: { readonly key: string; readonly seq: number; readonly at: number }[] = [];
      for (const step of steps) {
        if (step.kind === 'commit') journal.commit(step.frames);
        else if (step.kind === 'idle') await idle();
        else if (step.kind === 'fail') {
          journal.fail();
          journal.recover();
        } else {
          const { key, count, off } = step;
          const seq = keysIn(journal).lastIndexOf(key) + 1 + (off ?? 0);
          const appended = log.append(frameOf(key, count), off === null ? undefined : { seq, key });
          const noted = appended.then(
            ({ firstSeq: at }) => void (off !== null && met.push({ key, seq, at })),
          );
          answers.push(noted.catch((error: unknown) => error));
        }
      }
      let open = answers.length;
      for (const answer of answers) void answer.finally(() => open--);
      for (let turns = 0; turns < MANY_TURNS && open > 0; turns++) {
        await idle();
        journal.commit();
      }
      expect(open).toBe(0);
      const codes = (await Promise.all(answers)).flatMap((error) =>
        error instanceof Error && 'code' in error ? [error.code] : [],
      );
      expect(codes.filter((code) => code !== 'seq_conflict' && code !== 'storage_full')).toEqual([]);
      const stored = keysIn(journal);
      for (const { key, seq, at } of met) {
        expect([stored[at - 1], stored.slice(0, at - 1).lastIndexOf(key) + 1]).toEqual([key, seq]);
      }
    }),
    { numRuns: 300 },
  );
});
