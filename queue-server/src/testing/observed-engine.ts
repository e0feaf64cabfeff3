import type { Settle, SettleResult } from '../engine/claim.js';
import type { Engine, EngineEvents, GroupHandle, QueueHandle } from '../engine/engine.js';
import type { Activity } from './activity.js';
import type { QueueRecord } from './queue-record.js';

/**
 * When a server is killed: before messages, or the outcome of a handler, are written, or after they are durable and before
 * anybody has an answer.
 */
export const CRASH_POINTS = ['before-append', 'after-append', 'before-settle', 'after-settle'] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** What a killed server answers. */
const silence = <T>(): Promise<T> => new Promise(() => undefined);

interface ObserverDeps {
  readonly activity: Activity;
  readonly record: QueueRecord;
  /** Called at each point, before or after the engine works. It may call `kill`. */
  readonly onReached: (point: CrashPoint) => void;
}

/** Between an engine and its server: records what happens, and kills the server at a point. */
export class EngineObserver {
  readonly #deps: ObserverDeps;
  #engine: Engine | undefined;
  #killed = false;

  constructor(deps: ObserverDeps) {
    this.#deps = deps;
  }

  /** Everything that is asked, and was not answered before, is never answered. */
  kill(): void {
    this.#killed = true;
  }

  readonly observe = (engine: Engine): Engine => {
    this.#engine = engine;
    return overridden(engine, {
      queue: (name) => this.#queue(engine, name),
      group: (queue, name) => this.#group(engine, { queue, name }),
      listen: (events) => engine.listen(this.#counted(events)),
    });
  };

  /** Records what happened to a queue without a request. */
  async update(queue: string): Promise<void> {
    if (this.#engine !== undefined && !this.#killed) await this.#deps.record.update(this.#engine, queue);
  }

  /** Closes the engine that was killed. */
  async close(): Promise<void> {
    await this.#engine?.close();
  }

  /** A listener is looked up when its event happens. */
  #counted(events: EngineEvents): EngineEvents {
    return new Proxy(events, {
      get: (target, name) => {
        this.#deps.activity.event();
        return Reflect.get(target, name) as unknown;
      },
    });
  }

  #queue(engine: Engine, name: string): QueueHandle {
    const queue = engine.queue(name);
    return overridden(queue, {
      append: async (frame, expected) => {
        this.#deps.onReached('before-append');
        const receipt = await this.#during(name, () => queue.append(frame, expected));
        this.#deps.onReached('after-append');
        return this.#killed ? silence() : receipt;
      },
      read: (fromSeq, maxBytes) => this.#during(name, () => queue.read(fromSeq, maxBytes)),
    });
  }

  #group(engine: Engine, { queue, name }: { readonly queue: string; readonly name: string }): GroupHandle {
    const group = engine.group(queue, name);
    return overridden(group, {
      open: async (opening) => {
        const opened = await this.#during(queue, () => group.open(opening));
        this.#deps.record.open(queue, name);
        return opened;
      },
      claim: (claim) => this.#during(queue, () => group.claim(claim)),
      leave: (member) => this.#during(queue, () => group.leave(member)),
      settle: (settle) => this.#settle({ queue, name, group }, settle),
    });
  }

  async #settle(
    { queue, name, group }: { readonly queue: string; readonly name: string; readonly group: GroupHandle },
    settle: Settle,
  ): Promise<SettleResult> {
    const { kind } = settle.outcome;
    const isReported = kind !== 'extend' && kind !== 'release';
    if (isReported) this.#deps.onReached('before-settle');
    const result = await this.#during(queue, () => group.settle(settle));
    const durable = this.#during(queue, () => result.durable).then(() => {
      if (kind === 'ack') this.#deps.record.ack(queue, name, result.accepted);
      if (isReported) this.#deps.onReached('after-settle');
      if (this.#killed) return silence<undefined>();
      return undefined;
    });
    // The server may give up waiting for it.
    durable.catch(() => undefined);
    return { ...result, durable };
  }

  /** A method, since the compiler keeps what it knows of a field over an `await`. */
  #isKilled(): boolean {
    return this.#killed;
  }

  /** The record is up to date before the server gets an answer, and so before any client does. */
  async #during<T>(queue: string, operation: () => Promise<T>): Promise<T> {
    if (this.#isKilled()) return silence();
    try {
      const result = await this.#deps.activity.during(async () => {
        const answer = await operation();
        await this.update(queue);
        return answer;
      });
      return this.#isKilled() ? await silence() : result;
    } catch (error) {
      if (this.#isKilled()) return silence();
      throw error;
    }
  }
}

/** An object with some other methods; all others are its own. */
const overridden = <T extends object>(target: T, methods: Partial<T>): T =>
  new Proxy(target, {
    get: (_, name) => {
      const source = Object.hasOwn(methods, name) ? methods : target;
      const value: unknown = Reflect.get(source, name, source);
      return typeof value === 'function' ? (value.bind(source) as unknown) : value;
    },
  });
