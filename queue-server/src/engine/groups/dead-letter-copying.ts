import type { DeadLetter, Failure, Range } from '@typed-queue/contracts';
import { readMessages } from '@typed-queue/contracts/wire';
import type { Change } from '../group/change.js';
import type { FailureHistory } from '../group/failure-history.js';
import type { Group } from '../group/group.js';
import type { Run } from '../group/state-runs.js';
import type { Log } from '../log/log.js';
import { sliceOf } from '../log/slice.js';
import { EarliestTimer } from '../earliest-timer.js';
import type { DeadLetters, LetterCounts, NewLetter } from './dead-letters.js';
import type { GroupRecords } from './group-records.js';
import type { LocalRules } from '../local-options.js';
import type { Redrives } from './redrives.js';

/** How much of the log is read, and copied, at once. */
const READ_BYTES = 1024 * 1024;
const RETRY_MS = 5_000;

export interface DeadLetterCopyingDeps {
  readonly queue: string;
  readonly group: string;
  readonly state: Group;
  readonly log: Pick<Log, 'head' | 'read'>;
  readonly deadLetters: Pick<DeadLetters, 'add'>;
  readonly records: Pick<GroupRecords, 'durable'>;
  readonly redrives: Pick<Redrives, 'of' | 'isEdited' | 'replaced'>;
  readonly rules: Pick<LocalRules, 'now' | 'wallNow' | 'after' | 'onError'>;
  /** Messages are settled, since their copies are durable. */
  readonly onDeadLettered: (change: Change, counts: LetterCounts) => void;
}

/**
 * Copies dead messages of a group to the dead letters; only then the group settles them. That they die is decided in
 * `group/message-transitions.ts`.
 */
export class DeadLetterCopying {
  readonly #deps: DeadLetterCopyingDeps;
  readonly #retry: EarliestTimer;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(deps: DeadLetterCopyingDeps) {
    this.#deps = deps;
    this.#retry = new EarliestTimer(() => void this.run(), deps.rules.now, deps.rules.after);
  }

  /** Whether dead messages are not copied yet. */
  get due(): boolean {
    return this.#next() !== undefined;
  }

  /** Copies all dead messages; what cannot be stored is tried again later. */
  run(): Promise<void> {
    if (!this.due) return Promise.resolve();
    return (this.#running ??= this.#run());
  }

  stop(): void {
    this.#stopped = true;
    this.#retry.stop();
  }

  async #run(): Promise<void> {
    const { state, rules, onDeadLettered } = this.#deps;
    try {
      for (let next = this.#next(); next !== undefined && !this.#stopped; next = this.#next()) {
        const { range, counts } = await this.#copy(next);
        onDeadLettered(state.settleDead(range), counts);
      }
    } catch (error) {
      if (this.#stopped) return;
      rules.onError(error);
      this.#retry.by(rules.now() + RETRY_MS);
    } finally {
      // In the turn in which nothing more was found: messages that die from now on start another run.
      this.#running = undefined;
    }
  }

  #next(): Run | undefined {
    return this.#deps.state.runs.find(({ state }) => state.kind === 'dead');
  }

  /** Copies the first messages of a run. Of messages that the log lost, the history is kept. */
  async #copy({ from, to, state }: Run): Promise<{ readonly range: Range; readonly counts: LetterCounts }> {
    const { queue, log, deadLetters, records, redrives } = this.#deps;
    // After a crash there must not be a letter of a message that is ready again.
    await records.durable();
    const items = await log.read(from, READ_BYTES);
    const { frames, gaps } = sliceOf(items, [from, to], { maxMessages: Infinity, maxBytes: Infinity });
    const messages = new Map(
      frames.flatMap((frame) => readMessages(frame, queue)).map((message) => [message.seq, message]),
    );
    const last = Math.max(frames.at(-1)?.lastSeq ?? from, gaps.at(-1)?.to ?? from);
    const handouts = state.kind === 'dead' ? state.deliveries : 0;
    const letters = Array.from({ length: last - from + 1 }, (_, index) =>
      this.#letter(from + index, messages.get(from + index) ?? null, handouts),
    );
    await deadLetters.add(letters);
    redrives.replaced(from, last);
    return { range: [from, last], counts: countsOf(letters) };
  }

  #letter(seq: number, message: DeadLetter['message'], handouts: number): NewLetter {
    const { group, state, log, rules, redrives } = this.#deps;
    return {
      group,
      time: rules.wallNow(),
      epoch: log.head().epoch,
      seq,
      message,
      ...(message !== null && redrives.isEdited(seq) && { edited: true as const }),
      handouts,
      ...reasonOf(state.history, seq),
      replaces: redrives.of(seq),
    };
  }
}

const countsOf = (letters: readonly NewLetter[]): LetterCounts => {
  const counts = new Map<DeadLetter['code'], number>();
  for (const { code } of letters) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
};

const reasonOf = (
  history: FailureHistory,
  seq: number,
): Pick<NewLetter, 'code' | 'data' | 'reason' | 'failures'> => {
  const recorded = history.of(seq);
  const last = recorded.at(-1);
  const {
    code = last?.code ?? 'attempts_exhausted',
    data,
    reason = '',
  }: Partial<Failure> = last?.failure ?? {};
  return {
    code,
    ...(data !== undefined && { data }),
    reason,
    failures: recorded.map(({ failure }) => failure),
  };
};
