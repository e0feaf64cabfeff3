import type { After } from '@typed-queue/contracts/wire';
import type { KV, KvEntry } from '@nats-io/kv';
import {
  BEAT_MS,
  DEAD_MS,
  forgottenOf,
  livingOf,
  membershipAfter,
  NOBODY,
  suspectedOf,
  type Membership,
  type MembershipEvent,
} from './membership.js';

/** Begins the keys of servers in the bucket of the owner. */
const KEY_BEGIN = 'server.';
/** What shows entries is opened again when it does not show the own one for as long. */
const STUCK_MS = DEAD_MS + BEAT_MS;

/** What the entry of a server says. */
interface MemberEntry {
  /** Another one after each start. */
  readonly id: string;
  /** The machine it runs on, for the operator. */
  readonly name: string;
}

export interface MembersOptions {
  readonly bucket: Pick<KV, 'put' | 'delete' | 'watch'>;
  readonly self: MemberEntry;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly after: After;
}

/**
 * The servers that live, by what each writes to a bucket four times a second. No clocks are compared: a server is dead when its
 * entry stays the same for two seconds while this server sees its own entries come. While NATS cannot be asked nothing
 * changes.
 */
export class Members {
  /** Resolves when this server is one of them, and sees the others. Tries until it is, or the signal is aborted. */
  static async join(options: MembersOptions, signal?: AbortSignal): Promise<Members> {
    const members = new Members(options);
    await members.#joined(signal);
    return members;
  }

  readonly #options: MembersOptions;
  #membership: Membership = NOBODY;
  #living: readonly string[] = [];
  #suspected: readonly string[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #onSuspicion = new Set<(ids: readonly string[]) => void>();
  #hasLeft = false;
  #cancelBeat: () => void = () => undefined;
  #watched: Watched | undefined;
  #watchedSince: number;
  #isWatching = false;
  /** Settles when no watch is being opened: the client library leaves a timer behind when the connection closes meanwhile. */
  #opening: Promise<unknown> = Promise.resolve();
  /** Writes of the own entry that are not answered; they never reject. */
  readonly #writing = new Set<Promise<unknown>>();

  private constructor(options: MembersOptions) {
    this.#options = options;
    this.#watchedSince = options.now();
    this.#beat();
  }

  /** Ids of the servers that live, in order; with the own one until this server leaves. */
  live(): readonly string[] {
    return this.#living;
  }

  /** Called when others live than before. Returns what ends this. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called with the ids of servers that are suspected to be dead, when the set changes. Returns what ends this. */
  onSuspicion(listener: (ids: readonly string[]) => void): () => void {
    this.#onSuspicion.add(listener);
    return () => this.#onSuspicion.delete(listener);
  }

  /** Deletes the own entry. Where NATS cannot be asked, the others notice later. */
  async leave(): Promise<void> {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#cancelBeat();
    this.#watched?.stop();
    this.#update();
    // A write after it would bring the entry back.
    await Promise.all([...this.#writing, this.#opening]);
    await this.#options.bucket.delete(keyOf(this.#options.self.id)).catch(() => undefined);
  }

  /** The first change is that the own entry is seen. */
  async #joined(signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        signal?.removeEventListener('abort', done);
        unlisten();
        resolve();
      };
      const unlisten = this.onChange(done);
      signal?.addEventListener('abort', done);
      if (signal?.aborted === true) done();
    });
    if (signal?.aborted !== true) return;
    // The reason of the signal counts; deleting the entry may take long.
    void this.leave();
    await this.#opening;
    signal.throwIfAborted();
  }

  /** The next one does not wait for NATS: it may have lost what was written before it was disconnected. */
  #beat(): void {
    const { bucket, self, after } = this.#options;
    this.#cancelBeat = after(BEAT_MS, () => this.#beat());
    const writing = bucket.put(keyOf(self.id), JSON.stringify(self)).catch(() => undefined);
    this.#writing.add(writing);
    void writing.then(() => this.#writing.delete(writing));
    if (this.#isStuck()) this.#watched?.stop();
    if (!this.#isWatching) void this.#watch();
  }

  #isStuck(): boolean {
    const { beatAt = -Infinity } = this.#membership;
    return this.#options.now() - Math.max(beatAt, this.#watchedSince) > STUCK_MS;
  }

  /** Follows the entries until that ends; the next beat opens it again. */
  async #watch(): Promise<void> {
    this.#isWatching = true;
    try {
      const opening = this.#options.bucket.watch({ key: `${KEY_BEGIN}*` });
      this.#opening = opening.catch(() => undefined);
      const watched = await opening;
      this.#watched = watched;
      this.#watchedSince = this.#options.now();
      if (this.#hasLeft) watched.stop();
      for await (const entry of watched) this.#saw(entry);
    } catch {
      // NATS cannot be asked.
    } finally {
      this.#isWatching = false;
      this.#watched = undefined;
    }
  }

  #saw(entry: KvEntry): void {
    if (this.#hasLeft) return;
    const { self, now } = this.#options;
    const id = entry.key.slice(KEY_BEGIN.length);
    if (entry.operation !== 'PUT') {
      if (id !== self.id) this.#take({ kind: 'left', id });
      return;
    }
    this.#take({ kind: 'seen', id, revision: entry.revision });
    if (id !== self.id) return;
    this.#take({ kind: 'beat', now: now() });
    this.#suspect();
    this.#forget();
  }

  #take(event: MembershipEvent): void {
    this.#membership = membershipAfter(this.#membership, event);
    this.#update();
  }

  /** Before the own entry is seen, the others may not all be. */
  #update(): void {
    const isIn = !this.#hasLeft && this.#membership.beatAt !== undefined;
    const living = isIn ? livingOf(this.#membership) : [];
    if (living.join() === this.#living.join()) return;
    this.#living = living;
    for (const listener of this.#listeners) listener();
  }

  #suspect(): void {
    const suspected = suspectedOf(this.#membership);
    if (suspected.join() === this.#suspected.join()) return;
    this.#suspected = suspected;
    if (suspected.length > 0) for (const listener of this.#onSuspicion) listener(suspected);
  }

  /** Unless one of them writes meanwhile. */
  #forget(): void {
    for (const { id, revision } of forgottenOf(this.#membership)) {
      this.#take({ kind: 'left', id });
      void this.#options.bucket.delete(keyOf(id), { previousSeq: revision }).catch(() => undefined);
    }
  }
}

type Watched = Awaited<ReturnType<KV['watch']>>;

const keyOf = (id: string): string => `${KEY_BEGIN}${id}`;
