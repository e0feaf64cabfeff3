import type { CallResult } from './call-state.js';
import { textOf } from './json.fixture.js';
import type { HandedOut, MadeCall, NewCall } from './open-call.js';
import { QueueCalls } from './queue-calls.js';

export const value: CallResult & { readonly kind: 'output' } = { kind: 'output', output: textOf(7) };
export const failure: CallResult & { readonly kind: 'failure' } = {
  kind: 'failure',
  failure: { code: 'offline' },
  reason: 'offline',
};

/** Time that only a test moves. */
class ManualTime {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly run: () => void }>();
  readonly now = (): number => this.#now;
  readonly after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  get timers(): number {
    return this.#timers.size;
  }

  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].sort((one, other) => one.at - other.at);
      if (next === undefined || next.at > end) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }
}

interface Made extends Partial<Omit<NewCall, 'input'>> {
  readonly input?: number;
}

/** The calls of a queue, some time after the start of its server. */
export const open = (afterStartMs = 7_000) => {
  const time = new ManualTime();
  const counted: string[] = [];
  const { now, after } = time;
  const calls = new QueueCalls({ now, after, onEnd: (call, { kind }) => counted.push(`${call} ${kind}`) });
  time.pass(afterStartMs);
  const results: CallResult[] = [];
  const items: unknown[] = [];
  const make = ({ input = 1, ...options }: Made = {}): MadeCall =>
    calls.call(
      {
        name: 'reserve',
        input: textOf(input),
        timeoutMs: 10_000,
        idempotent: false,
        retryDelayMs: () => undefined,
        ...options,
      },
      { onItem: (item) => items.push(item), onEnd: (result) => results.push(result) },
    );
  const serve = (id: string, concurrency = 1, isReady = () => true) => {
    const invocations: HandedOut[] = [];
    const ended: number[] = [];
    const more: number[] = [];
    calls.serve({
      id,
      client: id,
      isReady,
      concurrency,
      calls: new Set(['reserve']),
      invoke: (invocation) => {
        const index = invocations.push(invocation) - 1;
        return { end: () => ended.push(index), more: (count) => more.push(count) };
      },
    });
    return { invocations, ended, more };
  };
  return { time, calls, results, items, counted, make, serve };
};

export const codes = (results: readonly CallResult[]) =>
  results.map((result) => result.kind === 'error' && result.error.code);
