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

interface Line {
  readonly kind: string;
  readonly text: string;
  /** What tells it from others of its kind. Default: nothing. */
  readonly what?: string | undefined;
}

const OTHER = 'other';

/** How many texts of a kind are counted apart: others count as one. */
const MAX_TEXTS = 10;

/** Rate-limited console lines: of each text of a kind, whatever its numbers, the first, the 10th, the 100th … */
class RateLimitedLog {
  readonly #runtime: Pick<Runtime, 'now' | 'warn'>;
  /** By kind and text. */
  readonly #counts = new Map<string, Map<string, LineCount>>();

  constructor(runtime: Pick<Runtime, 'now' | 'warn'>) {
    this.#runtime = runtime;
  }

  /** `unlimited`: how many are written before the limit applies. */
  write({ kind, text, what = '' }: Line, unlimited: number): void {
    const now = this.#runtime.now();
    this.#forget(now);
    const texts = this.#counts.get(kind) ?? new Map<string, LineCount>();
    this.#counts.set(kind, texts);
    const general = what.replaceAll(/\d+/g, '0');
    const counted = texts.has(general) || texts.size < MAX_TEXTS ? general : OTHER;
    const count = (texts.get(counted)?.count ?? 0) + 1;
    texts.set(counted, { count, last: now });
    const isLimited = count > unlimited;
    if (isLimited && !Number.isInteger(Math.log10(count))) return;
    const line = printable(text);
    this.#runtime.warn(isLimited ? `${line} (number ${count} of its kind)` : line);
  }

  #forget(now: number): void {
    for (const [kind, texts] of this.#counts) {
      for (const [text, { last }] of texts) if (now - last >= QUIET_MS) texts.delete(text);
      if (texts.size === 0) this.#counts.delete(kind);
    }
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

/** The text of any thrown value. */
const thrown = (error: unknown): string => {
  try {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
    return typeof error === 'object' && error !== null ? JSON.stringify(error) : String(error);
  } catch {
    return 'what it threw has no text';
  }
};

interface LineOptions {
  readonly what?: string;
  readonly unlimited?: number;
}

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
      const what = thrown(error);
      this.#write('token', `the token function failed: ${what}; trying again`, { what });
    },
    'handler:error': (event) => this.#handlerFailed(event),
    'call:error': ({ queue, call, attempt, error }) => {
      const what = thrown(error);
      const where = `a responder of "${call}" of "${queue}" failed, attempt ${attempt}`;
      this.#write(`call ${queue} ${call}`, `${where}: ${what}`, { what });
    },
    'handler:slow': (event) => {
      const { queue, group, runningMs } = event;
      const text = `the handler of ${messageText(event)} in group "${group}" has been running for ${runningMs / 1_000} s`;
      this.#write(`slow ${queue} ${group}`, text);
    },
    'dead-letter': (event) => {
      const { queue, group, code, reason } = event;
      const text = `${messageText(event)} went to the dead letters of group "${group}" (${code}): ${reason}`;
      this.#write(`dead ${queue} ${group}`, text, { unlimited: UNLIMITED_DEAD_LETTERS });
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
    this.#write('connection', `no connection to ${this.#server}: ${why}; trying again`, {
      unlimited: Infinity,
    });
  }

  #handlerFailed(event: Event<'handler:error'>): void {
    const { queue, group, attempt, error } = event;
    const what = thrown(error);
    const where = `a handler of group "${group}" failed at ${messageText(event)}, attempt ${attempt}`;
    this.#write(`handler ${queue} ${group}`, `${where}: ${what}`, { what });
  }

  #write(kind: string, text: string, { what, unlimited = 1 }: LineOptions = {}): void {
    this.#log.write({ kind, text: `queue client: ${text}`, what }, unlimited);
  }
}
