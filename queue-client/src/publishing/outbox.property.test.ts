import { expect, it } from '@jest/globals';
import { newId, type QueueError, type Receipt } from '@typed-queue/contracts';
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
    for (let index = 0; index < frame.count; index++) this.log.push(Number(frame.payloadText(index)));
    this.#receipts.set(number, receipt);
    return receipt;
  }
}

type Step =
  | { readonly kind: 'publish'; readonly count: number }
  | { readonly kind: 'abort'; readonly message: number }
  | { readonly kind: 'turn' | 'store' | 'refuse' | 'deliver' | 'cut' | 'connect' | 'fire' };

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 4 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), message: fc.nat(60) }) },
    {
      weight: 14,
      arbitrary: fc.record({
        kind: fc.constantFrom<Exclude<Step['kind'], 'publish' | 'abort'>>(
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
  readonly outcomes = new Map<number, Receipt | string>();
  readonly #runtime = new ManualRuntime();
  readonly #quota = new OutboxQuota({ maxMessages: 1e6, maxBytes: 1e9 });
  readonly #outbox = new Outbox({
    queue: 'files',
    producer: newId(),
    server: serverOf({ 'publish:frame': (_, bytes, answer) => this.server.publish(bytes, answer) }),
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
    const controller = new AbortController();
    this.#controllers.push(controller);
    const say = (outcome: Receipt | QueueError): void => {
      if (this.outcomes.has(number)) return;
      this.outcomes.set(number, 'code' in outcome ? outcome.code : outcome);
    };
    this.#outbox.add({ id: newId(), event: 'save', payload: String(number) }, say, say, controller.signal);
  }

  #cut(): void {
    this.server.cut();
    if (this.#connected) this.#outbox.offline();
    this.#connected = false;
  }
}

it('stores every message once and in order, whatever the connection and the server do', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const run = new Run();
      for (const step of sequence) run.apply(step);
      run.finish();
      const kept = run.published.filter((number) => run.outcomes.get(number) !== 'aborted');
      expect(run.server.log).toEqual(kept);
      kept.forEach((number, index) => {
        const outcome = run.outcomes.get(number);
        if (outcome !== 'outcome_unknown') expect(outcome).toMatchObject({ seq: index + 1 });
      });
    }),
    { numRuns: 400 },
  );
});
