import { newId, QueueError, type DeadLetter, type Start } from '@typed-queue/contracts';
import type { Claim, ClaimResult, ConnectionEnd, HeldLease, Settle, SettleResult } from '../claim.js';
import type { GroupHandle, Redrive } from '../engine.js';
import {
  sameSettings,
  type GroupInfo,
  type GroupOpening,
  type GroupPosition,
  type OpenedGroup,
} from '../group-info.js';
import type { GroupMessage } from '../group-message.js';
import type { KnownEvents } from '../known-events.js';
import type { Head } from '../log/log.js';
import { seqAt } from '../log/seq-at-time.js';
import { holdersIn, resetOf, type GroupEntry } from './group-entry.js';
import type { GroupRecord, GroupOptions, StoredGroup } from './group-records.js';
import { sortLetters } from './redrives.js';
import type { GroupRegistry } from './registry.js';
import { messageOf } from './message-in-group.js';
import { GroupRuntime, type RuntimeDeps } from './runtime.js';

/** What the groups of one queue share. */
export interface GroupDeps extends RuntimeDeps {
  readonly registry: GroupRegistry;
  /** Of the groups that are in use. */
  readonly runtimes: Map<GroupEntry, GroupRuntime>;
}

/** How letters are returned to a group. */
interface GroupRedrive {
  /** Changes nothing. */
  readonly dryRun: boolean;
  /** Letters that take room before. */
  readonly counted: number;
}

/**
 * One group of a local engine, by its name: what is known of it is in the registry. Records when it is made, changed,
 * moved or deleted; `GroupRuntime` delivers its messages.
 */
export class LocalGroup implements GroupHandle {
  readonly #deps: GroupDeps;
  readonly #name: string;

  constructor(deps: GroupDeps, name: string) {
    this.#deps = deps;
    this.#name = name;
  }

  /** One whose seqs belong to another log is reset. */
  async open({ start, settings, knows }: GroupOpening): Promise<OpenedGroup> {
    const { log, rules, records } = this.#deps;
    const startSeq = await seqAt(log(), start);
    const entry = this.#find();
    const head = log().head();
    const reset = entry && resetOf(entry, head);
    const stored = storedKnowledge(knows);
    if (entry === undefined) this.#checkRoom(rules.maxGroups);
    if (entry === undefined || reset !== undefined) {
      const from = reset === undefined ? this.#startAt(startSeq) : { floor: head.firstSeq };
      const options = {
        settings: settings ?? entry?.settings ?? {},
        paused: entry?.paused ?? false,
        ...stored,
      };
      await this.#replace({ epoch: head.epoch, life: newId(), ...from, ...options });
    } else if (!sameOptions(entry, { settings, ...stored })) {
      await this.#write({ ...this.#of, kind: 'terms', ...(settings && { settings }), ...stored });
    } else {
      // Retries from before a restart become due at their times, whether a claim comes or not.
      this.#runtime();
      await records.durable();
    }
    await this.#runtime().ready();
    return { ...this.#infoOf(this.#known()), reset };
  }

  info(): GroupInfo | undefined {
    this.#deps.log();
    const entry = this.#find();
    return entry && this.#infoOf(entry);
  }

  message(seq: number): GroupMessage {
    const { log, rules } = this.#deps;
    const entry = this.#known();
    const isReset = resetOf(entry, log().head()) !== undefined;
    return isReset ? { kind: 'ready', attempt: 1, redriven: false } : messageOf(entry, seq, rules);
  }

  follow(): () => void {
    return this.#deps.log().follow(() => this.#find()?.state.cursor ?? Infinity);
  }

  async claim(claim: Claim): Promise<ClaimResult> {
    return this.#runtime().claim(claim);
  }

  async settle(settle: Settle): Promise<SettleResult> {
    return this.#runtime().settle(settle);
  }

  resume(member: string, tokens: readonly number[]): readonly HeldLease[] {
    return this.#runtime().resume(member, tokens);
  }

  abandon(member: string, end: ConnectionEnd = 'lost'): void {
    this.#runtime().abandon(member, end);
  }

  async leave(member: string): Promise<void> {
    return this.#runtime().leave(member);
  }

  async seek(to: Start): Promise<void> {
    const { queue, log, events } = this.#deps;
    const floor = await seqAt(log(), to);
    await this.#storeDeadLetters();
    const { life, settings, paused, knows } = this.#known();
    await this.#replace({
      epoch: log().head().epoch,
      life,
      floor,
      settings,
      paused,
      ...(knows && { knows }),
    });
    events()?.ready(queue, this.#name);
  }

  async pause(paused: boolean): Promise<void> {
    const { queue, log, events } = this.#deps;
    log();
    this.#known();
    await this.#write({ ...this.#of, kind: 'terms', paused });
    if (!paused) events()?.ready(queue, this.#name);
  }

  async delete(): Promise<void> {
    await this.#storeDeadLetters();
    this.#drop(this.#known());
    await this.#write({ ...this.#of, kind: 'deleted' });
  }

  /** Returns dead letters to the group, as far as they fit. Resolves when it is durable. */
  async redrive(letters: readonly DeadLetter[], { dryRun, counted }: GroupRedrive): Promise<Redrive> {
    const { log, rules } = this.#deps;
    const entry = this.#find();
    const room = rules.maxUnsettled - (entry?.redriven.size ?? 0) - counted;
    const { fit, refused } = sortLetters(letters, { ...this.#of, head: log().head(), entry, room });
    const redriven = dryRun || fit.length === 0 ? fit.length : await this.#runtime().redrive(fit);
    return { redriven, refused };
  }

  #infoOf(entry: GroupEntry): GroupInfo {
    const { log, deadLetters, runtimes, rules } = this.#deps;
    const { life, settings } = entry;
    return {
      ...positionOf(this.#name, entry, { head: log().head(), runtimes }),
      life,
      deadLetters: deadLetters.count(this.#name),
      holders: holdersIn(entry, rules.now()),
      passedOver: [...entry.passedOver.values()],
      knows: typeof entry.knows === 'object' ? new Set(entry.knows) : entry.knows,
      settings,
    };
  }

  get #of(): { readonly queue: string; readonly group: string } {
    return { queue: this.#deps.queue, group: this.#name };
  }

  #find(): GroupEntry | undefined {
    return this.#deps.registry.get(this.#deps.queue, this.#name);
  }

  #known(): GroupEntry {
    const entry = this.#find();
    if (entry !== undefined) return entry;
    const { queue } = this.#deps;
    throw new QueueError('group_unknown', `Queue "${queue}" has no group "${this.#name}".`, {
      details: this.#of,
    });
  }

  /** Started when it is used first. */
  #runtime(): GroupRuntime {
    this.#deps.log();
    const entry = this.#known();
    const { runtimes } = this.#deps;
    const runtime = runtimes.get(entry) ?? new GroupRuntime(this.#deps, this.#name, entry);
    runtimes.set(entry, runtime);
    return runtime;
  }

  /** Where a new group begins: what damage may have removed from one of its name comes first, as a gap. */
  #startAt(seq: number): Pick<StoredGroup, 'floor' | 'unknown'> {
    const { queue, registry, log } = this.#deps;
    const unknown = registry.unknownBefore(queue, seq, log().head());
    return unknown === undefined ? { floor: seq } : { floor: unknown[0], unknown };
  }

  /** @throws QueueError `storage_failed` while the dead letters of the group cannot be stored */
  async #storeDeadLetters(): Promise<void> {
    if (await this.#runtime().storeDeadLetters()) return;
    const { queue } = this.#deps;
    throw new QueueError(
      'storage_failed',
      `What group "${this.#name}" of "${queue}" gave up cannot be stored as dead letters at the moment. Try again.`,
      { details: this.#of },
    );
  }

  /** Stored groups are opened whatever their number. */
  #checkRoom(limit: number): void {
    const { queue, registry } = this.#deps;
    if (registry.of(queue).size < limit) return;
    throw new QueueError(
      'group_limit',
      `Queue "${queue}" has no room for group "${this.#name}" (MAX_GROUPS_PER_QUEUE of the server is ${limit}). Delete groups that nobody needs, give temporary ones expireAfterMs, or raise it.`,
      { details: { ...this.#of, limit } },
    );
  }

  /** Puts a group without message states in the place of one that may be there. */
  async #replace(
    made: Omit<GroupRecord & { kind: 'group' }, 'kind' | 'queue' | 'group' | 'runs'>,
  ): Promise<void> {
    const before = this.#find();
    const written = this.#write({ ...this.#of, ...made, kind: 'group', runs: [] });
    if (before !== undefined) this.#drop(before);
    this.#runtime();
    await written;
  }

  /** The message states are dropped: redriven messages that are not settled are dead letters again. */
  #drop(entry: GroupEntry): void {
    const { runtimes } = this.#deps;
    runtimes.get(entry)?.stop({ revoke: true });
    runtimes.delete(entry);
    for (const positions of entry.redriven.values()) this.#deps.deadLetters.show(positions);
  }

  #write(record: GroupRecord): Promise<void> {
    return this.#deps.records.write(this.#deps.registry.apply(record));
  }
}

/** How far a group is. */
export const positionOf = (
  group: string,
  entry: GroupEntry,
  { head, runtimes }: Pick<GroupDeps, 'runtimes'> & { readonly head: Head },
): GroupPosition => {
  const { state, paused } = entry;
  const stalled = runtimes.get(entry)?.stalled ?? false;
  const { firstSeq } = head;
  // One that will be reset has everything before it.
  if (entry.epoch !== head.epoch) {
    return { group, floor: firstSeq, cursor: firstSeq, unsettled: 0, overtaken: 0, paused, stalled };
  }
  const { floor, cursor, unsettled, overtaken } = state;
  return { group, floor, cursor: Math.max(cursor, firstSeq), unsettled, overtaken, paused, stalled };
};

/** Known events as they are stored: in an order that does not depend on who joined first. */
const storedKnowledge = (knows: KnownEvents | undefined): Pick<GroupOptions, 'knows'> => {
  if (knows === undefined) return {};
  return { knows: knows === 'all' ? knows : [...knows].sort() };
};

/** Whether options change nothing; omitted ones stay as they are. */
const sameOptions = (
  entry: GroupEntry,
  { settings, knows }: { settings?: GroupOptions['settings'] | undefined; knows?: GroupOptions['knows'] },
): boolean =>
  (settings === undefined || sameSettings(settings, entry.settings)) &&
  (knows === undefined || JSON.stringify(knows) === JSON.stringify(entry.knows));
