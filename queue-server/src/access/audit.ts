import type { ErrorCode } from '@typed-queue/contracts';
import { printable } from '@typed-queue/program';
import { Folding } from './folding.js';
import type { Timer } from './timer.js';

/** Who requested what, and its outcome. Never a payload or a token. */
export interface AuditEntry {
  /** Undefined: not known. */
  readonly client?: string | undefined;
  /** Undefined: the client is not admitted. */
  readonly principal?: string | undefined;
  readonly address: string;
  /** `connect`, `request` (of HTTP), or the name of the request, such as `group:seek`. */
  readonly verb: string;
  /** The queue, the group (`queue/group`), or what a refusal is about: an origin, a host. */
  readonly object?: string | undefined;
  readonly outcome: 'ok' | ErrorCode;
}

export interface AuditDeps {
  readonly log: (level: 'info' | 'warn', fields: Readonly<Record<string, unknown>>, text: string) => void;
  readonly timer: Timer;
}

/** An operator may repeat an action; only a program repeats it more often within a minute. */
const LINES_OF_AN_ACTION = 10;
const LINES_OF_A_REFUSAL = 1;
const MAX_SHOWN = 200;

/** Logs the actions of operators, and refusals: a line each; repeated ones as a count for each minute. */
export class Audit {
  readonly #actions: Folding<AuditEntry>;
  readonly #refusals: Folding<AuditEntry>;

  constructor(deps: AuditDeps) {
    // Two, so that a flood of refusals hides no action.
    this.#actions = foldingOf(deps, 'info', LINES_OF_AN_ACTION);
    this.#refusals = foldingOf(deps, 'warn', LINES_OF_A_REFUSAL);
  }

  /** A request of an operator, whatever its outcome. */
  action(entry: AuditEntry): void {
    this.#actions.add(short(entry));
  }

  /** A connection or a request that was refused. */
  refusal(entry: AuditEntry): void {
    this.#refusals.add(short(entry));
  }

  close(): void {
    this.#actions.close();
    this.#refusals.close();
  }
}

const foldingOf = (
  { log, timer }: AuditDeps,
  level: 'info' | 'warn',
  linesEach: number,
): Folding<AuditEntry> =>
  new Folding({
    linesEach,
    timer,
    keyOf: (entry) => JSON.stringify(entry),
    write: (entry, more) => {
      const { verb, object, outcome } = entry;
      const asked = object === undefined ? verb : `${verb} ${object}`;
      const again = more === undefined ? '' : `, ${more} more`;
      log(
        level,
        { ...entry, ...(more === undefined ? {} : { more }) },
        `audit: ${asked}: ${outcome}${again}`,
      );
    },
    writeOthers: (count) => log(level, { more: count }, `audit: ${count} others, of too many kinds to list`),
  });

const short = ({ client, principal, address, verb, object, outcome }: AuditEntry): AuditEntry => ({
  ...(client === undefined ? {} : { client: shortText(client) }),
  ...(principal === undefined ? {} : { principal: shortText(principal) }),
  address: shortText(address),
  verb: shortText(verb),
  ...(object === undefined ? {} : { object: shortText(object) }),
  outcome,
});

const shortText = (text: string): string => printable(text.slice(0, MAX_SHOWN));
