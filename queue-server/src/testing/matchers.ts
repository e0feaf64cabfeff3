import {
  QueueError,
  type Contract,
  type DeadLetter,
  type EventName,
  type Payload,
  type QueueName,
} from '@typed-queue/contracts';
import { TestQueue } from './test-queue.js';

/** A matcher of the runner: `expect.objectContaining(…)`, `expect.any(Number)`. */
interface AsymmetricMatcher {
  asymmetricMatch(other: unknown): boolean;
}

/** A payload, in which matchers of the runner may be in the place of any value. */
type Expected<T> = AsymmetricMatcher | (T extends object ? { readonly [K in keyof T]: Expected<T[K]> } : T);

/** A message by its id, or by its payload. */
type ExpectedMessage<C extends Contract, Q extends QueueName<C>> =
  string | Expected<Payload<C, Q, EventName<C, Q>>>;

interface Typed<C extends Contract> {
  readonly contract: C;
}

/** The matchers as Jest and Vitest know them: `R` is what an assertion returns, `T` what it is about. */
export interface QueueMatchers<R, T> {
  /** A message was stored: of this event, and with this payload if one is given. */
  toHavePublished: T extends Typed<infer C>
    ? <Q extends QueueName<C>, E extends EventName<C, Q>>(
        queue: Q,
        event: E,
        payload?: Expected<Payload<C, Q, E>>,
      ) => R
    : never;
  /** The group has acknowledged a message: this one, or any. See `TestQueue.idle` for when to ask. */
  toHaveSettled: T extends Typed<infer C>
    ? <Q extends QueueName<C>>(queue: Q, group: string, message?: ExpectedMessage<C, Q>) => R
    : never;
  /** The group has given up a message: this one, or any. */
  toHaveDeadLettered: T extends Typed<infer C>
    ? <Q extends QueueName<C>>(queue: Q, group: string, message?: ExpectedMessage<C, Q>) => R
    : never;
}

/** What Jest and Vitest give to a matcher. */
interface MatcherContext {
  equals(one: unknown, other: unknown): boolean;
  readonly isNot?: boolean;
  readonly utils: { printExpected(value: unknown): string };
}

interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

interface Found {
  readonly seq: number;
  readonly event: string;
  readonly payload: unknown;
  readonly reason?: string;
}

interface Question<M> {
  /** `"files" to have published "save"` */
  readonly claim: string;
  /** `"files" has published` */
  readonly state: string;
  readonly all: readonly M[];
  readonly matches: (message: M) => boolean;
}

const MOST_SHOWN = 5;
const MOST_CHARACTERS = 120;

const clipped = (text: string): string =>
  text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;

const shown = ({ seq, event, payload, reason }: Found): string =>
  clipped(`  ${seq} ${event} ${JSON.stringify(payload)}${reason === undefined ? '' : `: ${reason}`}`);

/** What is there: the last messages, and how many there are. */
const listed = (state: string, all: readonly Found[]): string => {
  if (all.length === 0) return `${state} nothing.`;
  const last = all.slice(-MOST_SHOWN).map(shown);
  const heading =
    all.length > MOST_SHOWN ? `${state} ${all.length} messages, the last ${MOST_SHOWN}:` : `${state}:`;
  return [heading, ...last].join('\n');
};

const answer = <M extends Found>(
  isNot: boolean | undefined,
  { claim, state, all, matches }: Question<M>,
): MatcherResult => {
  const matching = all.filter(matches);
  return {
    pass: matching.length > 0,
    message: () =>
      isNot === true
        ? `Expected ${claim.replace(' to have ', ' not to have ')}.\n${listed(state, matching)}`
        : `Expected ${claim}.\n${listed(state, all)}`,
  };
};

/** @throws QueueError `request_invalid` for anything but a test queue */
const testQueue = (received: unknown): TestQueue<Contract> => {
  if (!(received instanceof TestQueue)) {
    const text = 'This matcher is for what startTestQueue returns: expect(queue).';
    throw new QueueError('request_invalid', text);
  }
  // Safe: every contract of a test queue is a Contract.
  return received as TestQueue<Contract>;
};

/** @throws QueueError `queue_unknown`, `event_unknown`: what cannot be published would never be found */
const publishedOf = (received: unknown, queue: string, event: string) => {
  const found = testQueue(received);
  const messages = found.published(queue);
  const events = Object.keys(found.contract[queue]?.events ?? {});
  if (events.includes(event)) return messages;
  const text = `Queue "${queue}" has no event "${event}"; it has ${events.join(', ')}.`;
  throw new QueueError('event_unknown', text, { details: { queue, event, events } });
};

const of = (context: MatcherContext, message: unknown): string =>
  message === undefined ? 'a message' : context.utils.printExpected(message);

const isMeant =
  (context: MatcherContext, expected: unknown) =>
  ({ id, payload }: { readonly id: string; readonly payload: unknown }): boolean =>
    expected === undefined || id === expected || context.equals(payload, expected);

/** What is left of a message when it was removed from its queue before it was given up. */
const REMOVED = { id: '', event: '(removed)', payload: null };

const letterOf = ({ message, seq, reason }: DeadLetter) => ({ ...(message ?? REMOVED), seq, reason });

/**
 * For `expect.extend` of Jest and Vitest. Import them from `@typed-queue/queue-server/testing/jest` or `…/vitest`, which
 * have their types. They look at what has happened so far, and wait for nothing.
 */
export const matchers = {
  toHavePublished(
    this: MatcherContext,
    received: unknown,
    ...[queue, event, payload]: [queue: string, event: string, payload?: unknown]
  ): MatcherResult {
    const withPayload = payload === undefined ? '' : ` with ${this.utils.printExpected(payload)}`;
    return answer(this.isNot, {
      claim: `"${queue}" to have published "${event}"${withPayload}`,
      state: `"${queue}" has`,
      all: publishedOf(received, queue, event),
      matches: (message) =>
        message.event === event && (payload === undefined || this.equals(message.payload, payload)),
    });
  },

  toHaveSettled(
    this: MatcherContext,
    received: unknown,
    ...[queue, group, message]: [queue: string, group: string, message?: unknown]
  ): MatcherResult {
    return answer(this.isNot, {
      claim: `group "${group}" of "${queue}" to have settled ${of(this, message)}`,
      state: 'It has settled',
      all: testQueue(received).settled(queue, group),
      matches: isMeant(this, message),
    });
  },

  toHaveDeadLettered(
    this: MatcherContext,
    received: unknown,
    ...[queue, group, message]: [queue: string, group: string, message?: unknown]
  ): MatcherResult {
    return answer(this.isNot, {
      claim: `group "${group}" of "${queue}" to have dead-lettered ${of(this, message)}`,
      state: 'It has dead-lettered',
      all: testQueue(received).deadLettered(queue, group).map(letterOf),
      matches: isMeant(this, message),
    });
  },
};
