import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { failing } from '../gated-engine.fixture.js';
import { later, eventLoopIdle } from '../recorder.fixture.js';
import { Tailing, type ClientOfTail } from './tailing.fixture.js';

const EVENTS = ['a', 'b', 'c'];

const someStep = fc.oneof(
  fc.record({
    kind: fc.constant('publish' as const),
    events: fc.array(fc.constantFrom(...EVENTS), { minLength: 1 }),
  }),
  fc.record({
    kind: fc.constant('open' as const),
    position: fc.double({ min: 0, max: 1, noNaN: true }),
    events: fc.option(fc.uniqueArray(fc.constantFrom(...EVENTS), { minLength: 1 }), { nil: undefined }),
    window: fc.record({
      messages: fc.integer({ min: 1, max: 20 }),
      bytes: fc.integer({ min: 1, max: 4_000 }),
    }),
  }),
  fc.record({ kind: fc.constantFrom('report' as const, 'end' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('damage' as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    kind: fc.constantFrom('close gate' as const, 'open gate' as const, 'fail' as const, 'wait' as const),
  }),
);
type Step = typeof someStep extends fc.Arbitrary<infer S> ? S : never;

interface Reader extends ClientOfTail {
  readonly from: number;
  readonly events: readonly string[];
  ended: boolean;
}

/** A log that is written while tails of all kinds open, read, lag and end; and what each of them has to get. */
class Trial {
  readonly world = new Tailing();
  readonly log: (string | undefined)[] = [];
  readonly readers: Reader[] = [];
  #gate = later();

  async run(step: Step): Promise<void> {
    const { gates } = this.world.engine;
    switch (step.kind) {
      case 'publish':
        this.log.push(...step.events);
        this.world.publish(...step.events);
        break;
      case 'damage':
        this.log.push(...Array.from({ length: step.count }, () => undefined));
        this.world.damage(step.count);
        break;
      case 'open':
        await this.#open(1 + Math.floor(step.position * this.log.length), step.events, step.window);
        break;
      case 'report':
        this.#report(this.readers[step.which % this.readers.length]);
        break;
      case 'end':
        this.#end(this.readers[step.which % this.readers.length]);
        break;
      case 'close gate':
        this.#gate.resolve();
        this.#gate = later();
        gates.read = this.#gate.promise;
        break;
      case 'open gate':
        this.#openGate();
        break;
      case 'fail':
        gates.read = failing(new Error('not now'));
        break;
      case 'wait':
        await eventLoopIdle();
    }
  }

  /** All can read, and every client reports what it reads. */
  async finish(): Promise<void> {
    this.#openGate();
    const heard = (): number => this.readers.reduce((sum, reader) => sum + reader.heard.length, 0);
    let before: number;
    do {
      before = heard();
      this.readers.forEach((reader) => this.#report(reader));
      await eventLoopIdle();
      await this.world.fireTimers();
    } while (heard() > before);
  }

  async #open(
    seq: number,
    events: string[] | undefined,
    window: { messages: number; bytes: number },
  ): Promise<void> {
    const client = await this.world.opened({ seq }, { events, window });
    this.readers.push(Object.assign(client, { from: seq, events: events ?? EVENTS, ended: false }));
    client.tail.start();
  }

  #report(reader: Reader | undefined): void {
    const lastBatch = reader?.heard.findLast((what) => /^(replay|deliver)/.test(what));
    const to = Number(/^\w+ \d+-(\d+)/.exec(lastBatch ?? '')?.[1] ?? 0);
    if (to > 0 && reader?.ended === false) reader.tail.position(to + 1);
  }

  #end(reader: Reader | undefined): void {
    if (reader === undefined) return;
    reader.tail.end();
    // The transport takes its connection out of the room.
    reader.inRoom = undefined;
    reader.ended = true;
  }

  #openGate(): void {
    this.world.engine.gates.read = undefined;
    this.#gate.resolve();
  }
}

/** The seqs of a reader's events, and of the gaps, from its start on. */
const expected = (log: Trial['log'], { from, events }: Reader): { seqs: number[]; missing: number[] } => {
  const all = log.map((event, index) => ({ event, seq: index + 1 })).filter(({ seq }) => seq >= from);
  return {
    seqs: all.filter(({ event }) => event !== undefined && events.includes(event)).map(({ seq }) => seq),
    missing: all.filter(({ event }) => event === undefined).map(({ seq }) => seq),
  };
};

describe('whatever tails do while the log is written', () => {
  it('each that stays gets every message and every gap once, in order, and is live in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someStep, { minLength: 5, maxLength: 40 }), async (steps) => {
        const trial = new Trial();
        for (const step of steps) await trial.run(step);
        await trial.finish();
        for (const reader of trial.readers) {
          const { seqs, missing } = expected(trial.log, reader);
          const gaps = reader.gaps.flatMap(({ from, to }) =>
            Array.from({ length: to - from + 1 }, (_, index) => from + index),
          );
          if (reader.ended) {
            expect(reader.seqs).toEqual(seqs.slice(0, reader.seqs.length));
            continue;
          }
          expect(reader.seqs).toEqual(seqs);
          expect(gaps).toEqual(missing);
          expect(reader.heard.filter((what) => /^(live|lagging)/.test(what)).at(-1)).toMatch(/^live/);
          reader.tail.end();
        }
        expect(trial.world.timers.size).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});
