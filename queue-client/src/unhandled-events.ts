import type { Arguments } from 'typed-emitter';
import { printable } from '@typed-queue/contracts/wire';
import type { ClientEvents } from './events.js';
import type { Runtime } from './runtime.js';

type Event<E extends keyof ClientEvents> = Arguments<ClientEvents[E]>[0];
type Loggers = { readonly [E in keyof ClientEvents]?: (event: Event<E>) => void };

/** Dead letters of a group that are logged one by one before the rate limit applies. */
const UNLIMITED_DEAD_LETTERS = 10;

/** Counting starts again after this time without a line of its kind. Milliseconds. */
const QUIET_MS = 60_000;

interface LineCount {
  readonly count: number;
  readonly last: number;
}

/** Rate-limited console lines: of each kind the first, the 10th, the 100th … */
class RateLimitedLog {
  readonly #runtime: Pick<Runtime, 'now' | 'warn'>;
  readonly #counts = new Map<string, LineCount>();

  constructor(runtime: Pick<Runtime, 'now' | 'warn'>) {
    this.#runtime = runtime;
  }

  /** `unlimited`: how many are written before the limit applies. */
  write(kind: string, text: string, unlimited: number): void {
    const now = this.#runtime.now();
    for (const [name, { last }] of this.#counts) {
      if (now - last >= QUIET_MS) this.#counts.delete(name);
    }
    const count = (this.#counts.get(kind)?.count ?? 0) + 1;
    this.#counts.set(kind, { count, last: now });
    const isLimited = count > unlimited;
    if (isLimited && !Number.isInteger(Math.log10(count))) return;
    const line = printable(text);
    this.#runtime.warn(isLimited ? `${line} (number ${count} of its kind)` : line);
  }
}

interface OfMessage {
  readonly queue: string;
  readonly group: string;
  readonly message: { readonly seq: number; readonly event: string };
}

const messageText = ({ queue, message: { seq, event } }: OfMessage): string =>
  `message ${seq} ("${event}") of "${queue}"`;

/** The message of an error, with its code unless the message has it. */
const withCode = (error: Error): string => {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return error.message.includes(code) ? error.message : `${error.message} (${code})`;
};

/** Where an error was made, so that two of one class are not taken for one; empty where its stack does not say. */
const placeOf = ({ stack = '', message }: Error): string =>
  /\S*:\d+:\d+/.exec(stack.replace(message, ''))?.[0] ?? '';

/** Text and kind of any thrown value. */
const thrown = (error: unknown): { readonly kind: string; readonly text: string } => {
  try {
    if (!(error instanceof Error)) return { kind: typeof error, text: String(error) };
    return { kind: `${error.name} ${placeOf(error)}`, text: `${error.name}: ${error.message}` };
  } catch {
    return { kind: 'odd', text: 'what it threw has no text' };
  }
};

/** Logs failures without a listener: lost connections, errors, dead letters. */
export class UnhandledEvents {
  readonly #log: RateLimitedLog;
  readonly #server: string;
  #outage = false;
  readonly #loggers: Loggers = {
    'connection:failed': ({ cause }) => this.#disconnected(cause),
    'token:exposed': ({ server }) => {
      const text = `the token goes to ${server} unencrypted; use https or wss`;
      this.#write('token exposed', text);
    },
    'token:failed': ({ error }) => {
      const { kind, text } = thrown(error);
      this.#write(`token ${kind}`, `the token function failed: ${text}; trying again`);
    },
    'handler:error': (event) => this.#handlerFailed(event),
    'call:error': ({ queue, call, attempt, error }) => {
      const { kind, text } = thrown(error);
      const where = `a responder of "${call}" of "${queue}" failed, attempt ${attempt}`;
      this.#write(`call ${queue} ${call} ${kind}`, `${where}: ${text}`);
    },
    'handler:slow': (event) => {
      const { queue, group, runningMs } = event;
      const text = `the handler of ${messageText(event)} in group "${group}" has been running for ${runningMs / 1_000} s`;
      this.#write(`slow ${queue} ${group}`, text);
    },
    'dead-letter': (event) => {
      const { queue, group, code, reason } = event;
      const text = `${messageText(event)} went to the dead letters of group "${group}" (${code}): ${reason}`;
      this.#write(`dead ${queue} ${group}`, text, UNLIMITED_DEAD_LETTERS);
    },
    'contract:differs': ({ queue, clash, summary }) => {
      if (clash) this.#write(`contract ${queue}`, summary);
    },
    error: ({ queue, group, error: { code, message } }) => {
      const of =
        queue === undefined ? '' : ` (queue "${queue}"${group === undefined ? '' : `, group "${group}"`})`;
      this.#write(`error ${code}${of}`, `${code}: ${message}${of}`);
    },
  };

  constructor(runtime: Pick<Runtime, 'now' | 'warn'>, server: string) {
    this.#log = new RateLimitedLog(runtime);
    this.#server = server;
  }

  readonly log = <E extends keyof ClientEvents>(name: E, event: Event<E>): void => {
    this.#loggers[name]?.(event);
  };

  /** Ends an outage: the first failure of the next one is logged again. */
  connected(): void {
    this.#outage = false;
  }

  #disconnected(cause: Error): void {
    if (this.#outage) return;
    this.#outage = true;
    const why = cause.message === 'websocket error' ? 'browsers do not say why' : withCode(cause);
    this.#write('connection', `no connection to ${this.#server}: ${why}; trying again`, Infinity);
  }

  #handlerFailed(event: Event<'handler:error'>): void {
    const { queue, group, attempt, error } = event;
    const { kind, text } = thrown(error);
    const where = `a handler of group "${group}" failed at ${messageText(event)}, attempt ${attempt}`;
    this.#write(`handler ${queue} ${group} ${kind}`, `${where}: ${text}`);
  }

  #write(kind: string, text: string, unlimited = 1): void {
    this.#log.write(kind, `queue client: ${text}`, unlimited);
  }
}
