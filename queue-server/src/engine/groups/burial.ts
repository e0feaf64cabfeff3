import type { DeadLetter, Range } from '@typed-queue/contracts';
import { readMessages } from '@typed-queue/contracts/wire';
import type { Run } from '../group/delivery-runs.js';
import type { FailureHistory } from '../group/failure-history.js';
import type { Change } from '../group/change.js';
import type { Group } from '../group/group.js';
import { Alarm } from '../alarm.js';
import { take } from '../log/slice.js';
import type { DeadLetters, NewLetter } from './dead-letters.js';
import type { LocalRules } from './local-options.js';
import type { Log } from '../log/log.js';
import type { Outcomes } from './outcomes.js';
import type { Redrives } from './redrives.js';

/** How much of the log is read at once, and so buried together. */
const READ_BYTES = 1024 * 1024;
/** How long a burial that failed waits before it is tried again. */
const AGAIN_MS = 5_000;

export interface BurialParts {
  readonly queue: string;
  readonly group: string;
  readonly state: Group;
  readonly log: Pick<Log, 'head' | 'read'>;
  readonly deadLetters: Pick<DeadLetters, 'add'>;
  readonly outcomes: Pick<Outcomes, 'durable'>;
  readonly redrives: Pick<Redrives, 'of' | 'replaced'>;
  readonly rules: Pick<LocalRules, 'now' | 'wallNow' | 'timers' | 'onError'>;
  /** Messages are done with, since their copies are safe. */
  readonly onBuried: (change: Change) => void;
}

/** Copies what a group has condemned to the dead letters, and only then lets the group be done with it. */
export class Burial {
  readonly #parts: BurialParts;
  readonly #again: Alarm;
  #burying: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: BurialParts) {
    this.#parts = parts;
    this.#again = new Alarm(() => void this.bury(), parts.rules.now, parts.rules.timers);
  }

  /** Whether something waits to be buried. */
  get due(): boolean {
    return this.#next() !== undefined;
  }

  /** Buries everything that is condemned; what cannot be stored is tried again later. */
  bury(): Promise<void> {
    if (this.#next() === undefined) return Promise.resolve();
    return (this.#burying ??= this.#bury());
  }

  /** Tries nothing again. */
  stop(): void {
    this.#stopped = true;
    this.#again.stop();
  }

  async #bury(): Promise<void> {
    const { state, rules, onBuried } = this.#parts;
    try {
      for (let next = this.#next(); next !== undefined && !this.#stopped; next = this.#next()) {
        onBuried(state.bury(await this.#copy(next)));
      }
    } catch (error) {
      if (this.#stopped) return;
      rules.onError(error);
      this.#again.by(rules.now() + AGAIN_MS);
    } finally {
      // In the turn in which nothing more was found: what is condemned from now on begins anew.
      this.#burying = undefined;
    }
  }

  #next(): Run | undefined {
    return this.#parts.state.runs.find(({ delivery }) => delivery.kind === 'condemned');
  }

  /** Copies messages from the begin of a run on; returns which. Of what the log has lost, the history is left. */
  async #copy({ from, to, delivery }: Run): Promise<Range> {
    const { queue, log, deadLetters, outcomes, redrives } = this.#parts;
    // A letter must not be there after a crash while its message is ready again.
    await outcomes.durable();
    const items = await log.read(from, READ_BYTES);
    const { frames, gaps } = take(items, [from, to], { maxMessages: Infinity, maxBytes: Infinity });
    const messages = new Map(
      frames.flatMap((frame) => readMessages(frame, queue)).map((message) => [message.seq, message]),
    );
    const last = Math.max(frames.at(-1)?.lastSeq ?? from, gaps.at(-1)?.to ?? from);
    const handouts = delivery.kind === 'condemned' ? delivery.handouts : 0;
    const letters = Array.from({ length: last - from + 1 }, (_, index) =>
      this.#letter(from + index, messages.get(from + index) ?? null, handouts),
    );
    await deadLetters.add(queue, letters);
    redrives.replaced(from, last);
    return [from, last];
  }

  #letter(seq: number, message: DeadLetter['message'], handouts: number): NewLetter {
    const { group, state, log, rules, redrives } = this.#parts;
    const { epoch } = log.head();
    const of = { group, time: rules.wallNow(), epoch, seq, message, handouts };
    return { ...of, ...verdictOf(state.history, seq), replaces: redrives.of(seq) };
  }
}

const verdictOf = (
  history: FailureHistory,
  seq: number,
): Pick<DeadLetter, 'code' | 'reason' | 'failures'> => {
  const noted = history.of(seq);
  const last = noted.at(-1);
  return {
    code: last?.code ?? 'attempts_exhausted',
    reason: last?.failure.reason ?? '',
    failures: noted.map(({ failure }) => failure),
  };
};
