import type { ErrorCode } from '@typed-queue/contracts';
import { printable } from '@typed-queue/program';
import { Folding, type FoldingTimers } from './folding.js';

/** Who asked for what, and what became of it. Never a payload or a token. */
export interface AuditEntry {
  /** Undefined: it did not say, or was not asked yet. */
  readonly client?: string | undefined;
  /** The name of whom it spoke for; undefined: it was not let in. */
  readonly principal?: string | undefined;
  readonly address: string;
  /** `connect`, `request` (of HTTP), or what an operator asked for: `group:seek`. */
  readonly verb: string;
  /** The queue, the group (`queue/group`), or what a refusal is about: an origin, a host. */
  readonly object?: string | undefined;
  readonly outcome: 'ok' | ErrorCode;
}

export interface AuditParts {
  readonly log: (level: 'info' | 'warn', fields: Readonly<Record<string, unknown>>, text: string) => void;
  readonly timers: FoldingTimers;
}

/** Operators do the same thing again and mean it; only a program does it more often within a minute. */
const LINES_OF_AN_ACTION = 10;
const LINES_OF_A_REFUSAL = 1;
const MAX_SHOWN = 200;

/**
 * Writes down what operators did and who was refused: a line each, and of what repeats, how often within each minute.
 */
export class Audit {
  readonly #actions: Folding<AuditEntry>;
  readonly #refusals: Folding<AuditEntry>;

  constructor(parts: AuditParts) {
    // Apart, so that a flood of refusals hides no action.
    this.#actions = foldingOf(parts, 'info', LINES_OF_AN_ACTION);
    this.#refusals = foldingOf(parts, 'warn', LINES_OF_A_REFUSAL);
  }

  /** Something that an operator asked for, done or not. */
  action(entry: AuditEntry): void {
    this.#actions.add(short(entry));
  }

  /** A connection or a request that was not let in. */
  refusal(entry: AuditEntry): void {
    this.#refusals.add(short(entry));
  }

  close(): void {
    this.#actions.close();
    this.#refusals.close();
  }
}

const foldingOf = (
  { log, timers }: AuditParts,
  level: 'info' | 'warn',
  linesEach: number,
): Folding<AuditEntry> =>
  new Folding({
    ...{ linesEach, timers, keyOf: (entry) => JSON.stringify(entry) },
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
    writeOthers: (count) => log(level, { more: count }, `audit: ${count} others, of too many kinds to tell`),
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
