import {
  fingerprintOf,
  type AnyMessage,
  type Gap,
  type JsonText,
  type QueueDefinition,
} from '@typed-queue/contracts';
import type { Tailing } from '@typed-queue/contracts/wire';
import { ContractCheck } from '../messages/contract-check.js';
import { seqFrame } from '../consuming/grants.fixture.js';
import { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import { numbers } from '../publishing/numbers.fixture.js';
import { RequestLog } from '../requests.fixture.js';
import { ManualRuntime, eventLoopIdle } from '../runtime.fixture.js';
import { TextMessages } from '../messages/lazy-messages.js';
import { QueueTail } from './queue-tail.js';
import type { TailItem, TailOptions } from './tail.js';
import { tailParameters } from './tails.js';
import { freeUse } from '../agreement/queue-use.fixture.js';

/** The text of live messages from a seq on, each with its seq as payload. */
export const liveText = (firstSeq: number, count: number): JsonText<readonly AnyMessage[]> =>
  // Safe: the text of an array of messages.
  JSON.stringify(
    Array.from({ length: count }, (_, index): AnyMessage => {
      const seq = firstSeq + index;
      return { id: `id ${seq}`, queue: 'files', event: 'save', payload: seq, headers: {}, seq, time: seq };
    }),
  ) as JsonText<readonly AnyMessage[]>;

/** An item in short: the seq of a message, the range of a gap, or its kind. */
export const brief = (item: TailItem): unknown => {
  if (item.kind === 'message') return item.message.seq;
  if (item.kind === 'live') return `live ${item.next}`;
  if (item.kind === 'invalid') return `invalid ${item.message.seq}`;
  return item.gap.reason === 'reset' ? `reset ${item.gap.from}` : [item.gap.from, item.gap.to];
};

/** A tail of `files`, with a server that answers when the test says so, and the items that its loop took. */
export const openTail = (options: TailOptions<string> = {}, definition: QueueDefinition = numbers.files) => {
  const runtime = new ManualRuntime();
  const server = new RequestLog();
  const emitter = new Emitter<ClientEvents>(runtime.report);
  const events: [string, object][] = [];
  for (const name of ['gap', 'tail:live', 'error'] as const) {
    emitter.on(name, (event: object) => void events.push([name, event]));
  }
  const ends: string[] = [];
  const tail = new QueueTail({
    use: freeUse,
    request: tailParameters('files/tail/1', definition, options),
    from: options.from ?? 'now',
    signal: options.signal,
    check: new ContractCheck(definition),
    server,
    runtime,
    emitter,
    onEnd: () => ends.push('ended'),
  });
  const { source } = tail;
  const contract = { fingerprint: fingerprintOf(definition), since: 1 };
  /** Connects, and answers the request that it brings. */
  const begin = (next = 1, rest: Partial<Tailing> = {}): void => {
    source.online();
    server.tails.at(-1)?.answer({ ok: true, value: { epoch: 'e', next, contract, ...rest } });
  };
  /** Messages fill the ranges between the gaps. */
  const replay = (from: number, to: number, gaps: readonly Gap[] = []): void => {
    const frames: Uint8Array[] = [];
    let next = from;
    for (const gap of [...gaps, { from: to + 1, to }]) {
      if (gap.from > next) frames.push(seqFrame(next, gap.from - next));
      next = gap.to + 1;
    }
    source.replayed({ subscription: 'files/tail/1', from, to, gaps }, Buffer.concat(frames));
  };
  const deliver = (firstSeq: number, count: number): void => {
    const text = liveText(firstSeq, count);
    source.delivered(firstSeq, new TextMessages(text), text.length);
  };
  return { runtime, server, emitter, events, ends, tail, source, begin, replay, deliver };
};

/** Takes all that is there by one loop; `take` may be called again and again. */
export const taker = (tail: QueueTail) => {
  const items = tail.items();
  const results: unknown[] = [];
  let waiting: Promise<unknown> | undefined;
  const next = (): void => {
    waiting ??= items.next().then(
      ({ value, done }) => {
        waiting = undefined;
        results.push(done === true ? 'done' : brief(value));
      },
      (error: unknown) => {
        waiting = undefined;
        results.push(error);
      },
    );
  };
  /** Takes up to `most` items, as many as are there; says all that were results so far. */
  const take = async (most = 1_000): Promise<readonly unknown[]> => {
    const end = results.length + most;
    for (let before = -1; results.length > before && results.length < end && results.at(-1) !== 'done';) {
      before = results.length;
      next();
      await eventLoopIdle();
    }
    return results;
  };
  return { items, results, take };
};
