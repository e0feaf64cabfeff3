import { expect, it } from '@jest/globals';
import { newId, type QueueError } from '@typed-queue/contracts';
import { openFrame, type Frame, type FrameReceipt, type Result } from '@typed-queue/contracts/wire';
import fc from 'fast-check';
import { Outbox } from './outbox.js';
import { refused, serverOf, stored } from '../requests.fixture.js';
import { OutboxQuota } from './outbox-quota.js';
import { ManualRuntime } from '../runtime.fixture.js';
import type { Answer } from '../connection/requests.js';

/**
 * A server of one queue. Requests reach it in order, one `process` each; its answers leave in order, one `deliver`
 * each; `cut` loses both. A refused frame must come again before the connection's later ones are accepted.
 */
class ModelServer {
  readonly log: number[] = [];
  /** The numbers of each batch that was sent. */
  readonly batches = new Set<string>();
  readonly #receipts = new Map<number, Result<FrameReceipt>>();
  #requests: { frame: Frame; answer: Answer<FrameReceipt> }[] = [];
  #answers: (() => void)[] = [];
  #missing: number | undefined;

  publish(bytes: Uint8Array, answer: Answer<FrameReceipt>): void {
    this.#requests.push({ frame: openFrame(bytes), answer });
  }

  process(refuse: boolean): boolean {
    const request = this.#requests.shift();
    if (request === undefined) return false;
    const { frame, answer } = request;
    const number = frame.header.firstNumber;
    const late = this.#missing !== undefined && this.#missing !== number;
    this.#missing = late ? this.#missing : refuse ? number : undefined;
    const result = late || refuse ? refused('overloaded') : this.#store(number, frame);
    this.#answers.push(() => answer(result));
    return true;
  }

  deliver(): boolean {
    const answer = this.#answers.shift();
    answer?.();
    return answer !== undefined;
  }

  cut(): void {
    this.#requests = [];
    this.#answers = [];
    this.#missing = undefined;
  }

  #store(number: number, frame: Frame): Result<FrameReceipt> {
    const known = this.#receipts.get(number);
    if (known !== undefined) return known;
    const receipt = stored(this.log.length + 1);
    this.log.push(...numbersOf(frame));
    this.#receipts.set(number, receipt);
    return receipt;
  }
}

type Step =
  | { readonly kind: 'publish' | 'batch'; readonly count: number }
  | { readonly kind: 'abort'; readonly message: number }
  | { readonly kind: 'turn' | 'store' | 'refuse' | 'deliver' | 'cut' | 'connect' | 'fire' };

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('publish' as const, 'batch' as const),
        count: fc.integer({ min: 1, max: 4 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), message: fc.nat(60) }) },
    {
      weight: 14,
      arbitrary: fc.record({
        kind: fc.constantFrom<Exclude<Step['kind'], 'publish' | 'batch' | 'abort'>>(
          ...([
            'turn',
            'turn',
            'store',
            'store',
            'refuse',
            'deliver',
            'deliver',
            'cut',
            'connect',
            'fire',
          ] as const),
        ),
      }),
    },
  ),
  { maxLength: 120 },
);

/** One run: the outbox, its server, and what became of each message by its number. */
class Run {
  readonly server = new ModelServer();
  /** Its seq, or why it has none. */
  readonly outcomes = new Map<number, number | string>();
  /** The numbers of each batch. */
  readonly batches: number[][] = [];
  readonly #runtime = new ManualRuntime();
  readonly #quota = new OutboxQuota({ maxMessages: 1e6, maxBytes: 1e9 });
  readonly #outbox = new Outbox({
    queue: 'files',
    producer: newId(),
    server: serverOf({
      'publish:frame': (_, bytes, answer) => this.server.publish(bytes, answer),
      'publish:batch:frame': (_, bytes, answer) => {
        this.server.batches.add(numbersOf(openFrame(bytes)).join());
        this.server.publish(bytes, answer);
      },
    }),
    quota: this.#quota,
    runtime: this.#runtime,
  });
  readonly #controllers: AbortController[] = [];
  #connected = false;

  get published(): readonly number[] {
    return this.#controllers.map((_, index) => index);
  }

  apply(step: Step): void {
    switch (step.kind) {
      case 'publish':
        for (let count = 0; count < step.count; count++) this.#publish();
        return;
      case 'batch':
        this.#publishBatch(step.count);
        return;
      case 'abort':
        this.#controllers[step.message]?.abort();
        return;
      case 'turn':
        this.#runtime.endTurn();
        return;
      case 'store':
      case 'refuse':
        this.server.process(step.kind === 'refuse');
        return;
      case 'deliver':
        this.server.deliver();
        return;
      case 'fire':
        this.#runtime.fireNextTimer();
        return;
      case 'cut':
        this.#cut();
        return;
      case 'connect':
        this.#cut();
        this.#connected = true;
        this.#outbox.online();
        return;
    }
  }

  /** Everything goes well from here on. */
  finish(): void {
    if (!this.#connected) this.apply({ kind: 'connect' });
    do this.#runtime.endTurn();
    while (
      this.server.process(false) ||
      this.server.deliver() ||
      this.#runtime.fireNextTimer() !== undefined
    );
  }

  #publish(): void {
    const number = this.#controllers.length;
    const { signal, reject } = this.#call([number]);
    const resolve = ({ seq }: { seq: number }): void => this.#outcome(number, seq);
    this.#outbox.add([draftOf(number)], { resolve, reject }, undefined, signal);
  }

  #publishBatch(count: number): void {
    const numbers = Array.from({ length: count }, (_, index) => this.#controllers.length + index);
    this.batches.push(numbers);
    const { signal, reject } = this.#call(numbers);
    const unresolved = [...numbers];
    const resolve = ({ seq }: { seq: number }): void => this.#outcome(unresolved.shift() ?? -1, seq);
    this.#outbox.add(numbers.map(draftOf), { resolve, reject }, {}, signal);
  }

  #call(numbers: readonly number[]): { signal: AbortSignal; reject: (error: QueueError) => void } {
    const controller = new AbortController();
    numbers.forEach(() => this.#controllers.push(controller));
    const reject = ({ code }: QueueError): void => numbers.forEach((number) => this.#outcome(number, code));
    return { signal: controller.signal, reject };
  }

  /** The first outcome counts: a promise settles once. */
  #outcome(number: number, outcome: number | string): void {
    if (!this.outcomes.has(number)) this.outcomes.set(number, outcome);
  }

  #cut(): void {
    this.server.cut();
    if (this.#connected) this.#outbox.offline();
    this.#connected = false;
  }
}

const draftOf = (number: number) => ({ id: newId(), event: 'save', payload: String(number) });

const numbersOf = (frame: Frame): number[] =>
  Array.from({ length: frame.count }, (_, index) => Number(frame.payloadText(index)));

it('stores every message once and in order, and each batch by one request, whatever the connection and the server do', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const run = new Run();
      for (const step of sequence) run.apply(step);
      run.finish();
      const kept = run.published.filter((number) => run.outcomes.get(number) !== 'aborted');
      expect(run.server.log).toEqual(kept);
      kept.forEach((number, index) => {
        const outcome = run.outcomes.get(number);
        if (outcome !== 'outcome_unknown') expect(outcome).toBe(index + 1);
      });
      const sent = run.batches.filter(([number = 0]) => kept.includes(number));
      expect([...run.server.batches]).toEqual(sent.map((numbers) => numbers.join()));
    }),
    { numRuns: 400 },
  );
});
