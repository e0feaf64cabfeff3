import { FoldedLines } from './folded-lines.js';
import type { ClientEvents } from './events.js';
import type { Runtime } from './runtime.js';

type Event<E extends keyof ClientEvents> = Parameters<ClientEvents[E]>[0];
type Lines = { readonly [E in keyof ClientEvents]?: (event: Event<E>) => void };

/** Dead letters of a group that are logged one by one before the limit applies. */
const DEAD_LETTERS = 10;

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

/** Text and kind of any thrown value. */
const thrown = (error: unknown): { readonly kind: string; readonly text: string } => {
  try {
    if (!(error instanceof Error)) return { kind: typeof error, text: String(error) };
    return { kind: error.name, text: `${error.name}: ${error.message}` };
  } catch {
    return { kind: 'odd', text: 'what it threw has no text' };
  }
};

/** Logs failures that have no listener: lost connections, errors, dead letters. */
export class UnhandledEvents {
  readonly #lines: FoldedLines;
  readonly #server: string;
  #outage = false;
  readonly #byEvent: Lines = {
    'connection:failed': ({ cause }) => this.#disconnected(cause),
    'token:exposed': ({ server }) => {
      const text = `the token goes to ${server} unencrypted: whoever is on the way can read it; use https or wss`;
      this.#say('token exposed', text);
    },
    'token:failed': ({ error }) => {
      const { kind, text } = thrown(error);
      this.#say(`token ${kind}`, `the token function failed: ${text}; trying again`);
    },
    'handler:error': (event) => this.#handlerFailed(event),
    'handler:slow': (event) => {
      const { queue, group, runningMs } = event;
      const text = `the handler of ${messageText(event)} in group "${group}" has been running for ${runningMs / 1_000} s`;
      this.#say(`slow ${queue} ${group}`, text);
    },
    'dead-letter': (event) => {
      const { queue, group, code, reason } = event;
      const text = `${messageText(event)} went to the dead letters of group "${group}" (${code}): ${reason}`;
      this.#say(`dead ${queue} ${group}`, text, DEAD_LETTERS);
    },
    error: ({ queue, group, error: { code, message } }) => {
      const of =
        queue === undefined ? '' : ` (queue "${queue}"${group === undefined ? '' : `, group "${group}"`})`;
      this.#say(`error ${code}${of}`, `${code}: ${message}${of}`);
    },
  };

  constructor(runtime: Pick<Runtime, 'now' | 'warn'>, server: string) {
    this.#lines = new FoldedLines(runtime);
    this.#server = server;
  }

  /** An event without a listener. */
  readonly tell = <E extends keyof ClientEvents>(name: E, event: Event<E>): void => {
    this.#byEvent[name]?.(event);
  };

  /** Ends an outage: the first failure of the next one is logged again. */
  connected(): void {
    this.#outage = false;
  }

  #disconnected(cause: Error): void {
    if (this.#outage) return;
    this.#outage = true;
    const why = cause.message === 'websocket error' ? 'browsers do not tell why' : withCode(cause);
    this.#say('connection', `no connection to ${this.#server}: ${why}; trying again`, Infinity);
  }

  #handlerFailed(event: Event<'handler:error'>): void {
    const { queue, group, attempt, error } = event;
    const { kind, text } = thrown(error);
    const where = `a handler of group "${group}" failed at ${messageText(event)}, attempt ${attempt}`;
    this.#say(`handler ${queue} ${group} ${kind}`, `${where}: ${text}`);
  }

  #say(kind: string, text: string, all?: number): void {
    this.#lines.say(kind, `queue client: ${text}`, all);
  }
}
