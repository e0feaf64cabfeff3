import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ContractCheck } from '../messages/contract-check.js';
import { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import { numbers } from '../publishing/numbers.fixture.js';
import { ManualRuntime } from '../runtime.fixture.js';
import { serverOf } from '../requests.fixture.js';
import { isWanted, ModelServer } from './model-server.fixture.js';
import { QueueTail } from './queue-tail.js';
import { tailParameters } from './tails.js';
import { taker } from './tail.fixture.js';
import { freeUse } from '../agreement/queue-use.fixture.js';

const WINDOW = 8;

const weighted = {
  append: 4,
  replay: 6,
  take: 6,
  process: 8,
  arrive: 12,
  trim: 1,
  lag: 1,
  refuse: 1,
  lose: 1,
  cut: 1,
  connect: 2,
  fire: 3,
};
type Kind = keyof typeof weighted;

const steps = fc.array(
  fc.record({
    kind: fc.oneof(
      // Safe: the keys of the table above.
      ...(Object.entries(weighted) as [Kind, number][]).map(([kind, weight]) => ({
        weight,
        arbitrary: fc.constant(kind),
      })),
    ),
    count: fc.integer({ min: 1, max: 5 }),
  }),
  { maxLength: 100 },
);

/** One run: the server, the tail that begins at seq 1, and what its loop took. */
class Run {
  readonly server: ModelServer;
  readonly errors: string[] = [];
  readonly #runtime = new ManualRuntime();
  readonly #tail: QueueTail;
  readonly #taker: ReturnType<typeof taker>;
  #connected = false;

  constructor(filtered: boolean) {
    this.server = new ModelServer(WINDOW, filtered);
    const emitter = new Emitter<ClientEvents>(() => undefined);
    emitter.on('error', ({ error }) => {
      if (!error.retryable) this.errors.push(error.message);
    });
    const options = { window: { messages: WINDOW }, ...(filtered && { events: ['save'] }) };
    this.#tail = new QueueTail({
      use: freeUse,
      request: tailParameters('s', numbers.files, options),
      from: { seq: 1 },
      signal: undefined,
      check: new ContractCheck(numbers.files),
      server: serverOf({
        tail: (request, answer) => this.server.tail(request, answer),
        position: (_, next) => this.server.position(next),
        unsubscribe: (_, answer) => this.server.unsubscribe(answer),
      }),
      runtime: this.#runtime,
      emitter,
      onEnd: () => undefined,
    });
    this.#taker = taker(this.#tail);
  }

  get messages(): readonly number[] {
    return this.#taker.results.filter((results) => typeof results === 'number');
  }
  get gaps(): readonly (readonly [number, number])[] {
    // Safe: an array is the range of a gap.
    return this.#taker.results.filter((results) => Array.isArray(results)) as [number, number][];
  }

  readonly #steps: Readonly<Record<Kind, (count: number) => unknown>> = {
    append: (count) => this.server.append(count),
    replay: (count) => this.server.replay(count),
    take: (count) => this.#taker.take(count),
    process: () => this.server.process(false),
    arrive: () => this.server.arrive(this.#tail.source),
    trim: (count) => this.server.trim(count),
    lag: () => this.server.lag(),
    refuse: () => this.server.process(true),
    lose: () => this.server.lose(),
    cut: () => this.#cut(),
    connect: () => this.#connect(),
    fire: () => this.#runtime.fireNextTimer(),
  };

  async apply(kind: Kind, count: number): Promise<void> {
    await this.#steps[kind](count);
  }

  /** Everything goes well from here on. */
  async finish(): Promise<void> {
    if (!this.#connected) this.#connect();
    // Lost chunks are noticed by later ones.
    this.server.append(1);
    for (;;) {
      await this.#taker.take();
      const { server } = this;
      const going = server.process(false) || server.replay(3) || server.arrive(this.#tail.source);
      if (!going && this.#runtime.fireNextTimer() === undefined) return;
    }
  }

  #cut(): void {
    this.server.cut();
    this.#tail.source.offline();
    this.#connected = false;
  }

  #connect(): void {
    this.#cut();
    this.#connected = true;
    this.#tail.source.online();
  }
}

it('brings every message once and in order, and exact gaps, whatever the connection and the server do', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (sequence, filtered) => {
      const run = new Run(filtered);
      for (const { kind, count } of sequence) await run.apply(kind, count);
      await run.finish();
      const { messages, gaps, server } = run;
      const isGone = (seq: number): boolean => gaps.some(([from, to]) => from <= seq && seq <= to);
      const all = Array.from({ length: server.last }, (_, index) => index + 1);
      expect(messages).toEqual(all.filter((seq) => !isGone(seq) && (!filtered || isWanted(seq))));
      expect(gaps.flat()).toEqual(gaps.flat().sort((a, b) => a - b));
      expect(all.filter((seq) => isGone(seq) && seq >= server.first)).toEqual([]);
      expect(server.wrong).toEqual([]);
      if (!sequence.some(({ kind }) => kind === 'lose')) expect(run.errors).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
