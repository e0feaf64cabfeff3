import {
  QueueError,
  type AnyMessage,
  type Contract,
  type OwnRights,
  type QueueDefinition,
} from '@typed-queue/contracts';
import {
  earlierVersionOf,
  encodeFrame,
  queueOfCallLog,
  versionsOf,
  type Frame,
  type Settlement,
} from '@typed-queue/contracts/wire';
import { ALL_RIGHTS, Names, rightsToQueue, type QueueRights, type Rights } from '@typed-queue/program';
import { CallGuard } from './call-guard.js';
import { guardBatchFrame, guardFrame, type GuardedFrame } from './frame-guard.js';
import { forbidden, LARGEST_SIZES, type MessageSizes } from './message-guard.js';
import { checkPayload } from './payload-guard.js';
import {
  guardBatch,
  guardPublication,
  guardPublications,
  type GuardedPublications,
} from './publication-guard.js';
import type { PayloadScans } from './payload-scans.js';
import { guardRecurring, type GuardedRecurring } from './recurring-guard.js';
import { guardScheduled, type GuardedForLater } from './scheduled-guard.js';
import { PublishableEvents } from './publishable-events.js';
import { withDeclaredFailures } from './declared-failures.js';
import {
  parseSettlements,
  parseSubscribe,
  parseTail,
  type SubscribeInput,
  type TailInput,
} from './requests.js';

export interface GuardOptions {
  /** Default: all. */
  readonly rights?: Rights;
  /** Default: the largest that the protocol allows. */
  readonly sizes?: MessageSizes;
  /** Default: every payload is parsed. */
  readonly scans?: PayloadScans | undefined;
}

/**
 * Checks everything that a client sends, which is `unknown` until then, against the contract and the client's rights.
 * A queue to which there is no right is unknown.
 */
export class Guard {
  readonly #contract: Contract;
  readonly #sizes: MessageSizes;
  readonly #scans: PayloadScans | undefined;
  readonly #visible: ReadonlyMap<unknown, QueueGuard>;
  readonly #byRights = new WeakMap<Rights, Guard>();

  constructor(contract: Contract, options: GuardOptions = {}) {
    const { rights = ALL_RIGHTS, sizes = LARGEST_SIZES, scans } = options;
    this.#contract = contract;
    this.#sizes = sizes;
    this.#scans = scans;
    this.#visible = new Map(
      Object.entries(contract).flatMap(([name, definition]) => {
        const toQueue = rightsToLog(name, rightsToQueue(rights, name));
        return toQueue === undefined ? [] : [[name, new QueueGuard(definition, toQueue, { sizes, scans })]];
      }),
    );
    this.#byRights.set(rights, this);
  }

  /** The guard of the same contract for a principal with these rights. */
  withRights(rights: Rights): Guard {
    const known = this.#byRights.get(rights);
    if (known !== undefined) return known;
    const guard = new Guard(this.#contract, { rights, sizes: this.#sizes, scans: this.#scans });
    this.#byRights.set(rights, guard);
    return guard;
  }

  /** A queue of which the client knows the positions. @throws QueueError `queue_unknown`, `forbidden` */
  withPositions(name: unknown): QueueGuard {
    const queue = this.queue(name);
    return queue.rights.admin ? queue : this.tailed(name);
  }

  /** The queues to which there is any right. */
  get queues(): readonly string[] {
    return [...this.#visible.values()].map(({ name }) => name);
  }

  /** Whether it is a queue to which there is any right. */
  knows(name: unknown): name is string {
    return this.#visible.has(name);
  }

  /** @throws QueueError `queue_unknown` */
  queue(name: unknown): QueueGuard {
    const visible = this.#visible.get(name);
    if (visible !== undefined) return visible;
    const { queues } = this;
    const shown = typeof name === 'string' ? `"${name.slice(0, 100)}"` : `of type ${typeof name}`;
    throw new QueueError(
      'queue_unknown',
      `There is no queue ${shown}; there ${queues.length === 0 ? 'is none that you may use' : `are ${queues.join(', ')}`}.`,
      { details: { queues } },
    );
  }

  /** A queue that the client administers. @throws QueueError `queue_unknown`, `forbidden` */
  administered(name: unknown): QueueGuard {
    const queue = this.queue(name);
    if (!queue.rights.admin) throw forbidden('admin', queue.name);
    return queue;
  }

  /** A queue of which the client sees some groups. @throws QueueError `queue_unknown`, `forbidden` */
  withGroups(name: unknown): QueueGuard {
    const queue = this.queue(name);
    if (!queue.rights.admin && queue.rights.consume.isEmpty) throw forbidden('consume', queue.name);
    return queue;
  }

  /** A queue whose messages the client may read. @throws QueueError `queue_unknown`, `forbidden` */
  tailed(name: unknown): QueueGuard {
    const queue = this.queue(name);
    if (!queue.rights.tail) throw forbidden('tail', queue.name);
    return queue;
  }

  /** What the client may do with a queue; undefined: nothing. */
  rightsTo(queue: string): OwnRights | undefined {
    const rights = this.#visible.get(queue)?.rights;
    if (rights === undefined) return undefined;
    const { publish, consume, tail, admin } = rights;
    return { publish: !publish.isEmpty, consume: !consume.isEmpty, tail, admin };
  }

  mayAdminister(queue: string): boolean {
    return this.#visible.get(queue)?.rights.admin ?? false;
  }

  mayTail(queue: string): boolean {
    return this.#visible.get(queue)?.rights.tail ?? false;
  }

  mayConsume(queue: string, group: string): boolean {
    return this.#visible.get(queue)?.rights.consume.has(group) ?? false;
  }

  /** Whether a group may be seen: by who may be its member, and by operators. */
  maySee(queue: string, group: string): boolean {
    return this.mayAdminister(queue) || this.mayConsume(queue, group);
  }

  /** What is wrong with a stored message by today's contract, in any version of its event; undefined: nothing. */
  problemOf(queue: string, { event, payload }: AnyMessage): QueueError | undefined {
    try {
      const schema = this.queue(queue).events.schemaOf(event);
      checkPayload(payload, { queue, event, schema });
      return undefined;
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      const definition = this.knows(queue) ? this.#contract[queue] : undefined;
      const isEarlier =
        definition !== undefined && earlierVersionOf(versionsOf(definition, event), payload) >= 0;
      return isEarlier ? undefined : error;
    }
  }

  subscribe(input: unknown): SubscribeInput {
    const request = parseSubscribe(input);
    const { group, settings } = request;
    const queue = this.queue(request.queue);
    if (!queue.rights.consume.has(group)) throw forbidden('consume', queue.name, { group });
    checkResponders(queue, group);
    checkKnown(queue, settings?.events);
    return request;
  }

  /** What a member of a group of a queue settles, with the failures that the queue declares. */
  settlements(queue: string, input: unknown): readonly Settlement[] {
    return withDeclaredFailures(this.#contract[queue] ?? {}, parseSettlements(input));
  }

  tail(input: unknown): TailInput {
    const request = parseTail(input);
    checkKnown(this.tailed(request.queue), request.events);
    return request;
  }
}

/** Who reads a queue may know all its events. @throws QueueError `event_unknown` */
const checkKnown = (queue: QueueGuard, names: readonly string[] = []): void => {
  for (const name of names) queue.events.schemaOf(name);
};

const ALL = new Names(['*']);
const NONE = new Names([]);

/** Nobody publishes to a log of calls: they are made. */
const rightsToLog = (name: string, rights: QueueRights | undefined): QueueRights | undefined =>
  rights === undefined || queueOfCallLog(name) === undefined ? rights : { ...rights, publish: NONE };

/** The group that hands out a durable call has its name. @throws QueueError `forbidden` */
const checkResponders = ({ name, events }: QueueGuard, group: string): void => {
  const calls = queueOfCallLog(name);
  if (calls === undefined || !events.names.includes(group)) return;
  const why = `Group "${group}" of "${name}" hands out the call "${group}" of "${calls}". Serve that, or subscribe as another group.`;
  throw new QueueError('forbidden', why, { details: { verb: 'consume', queue: name, group } });
};

interface QueueGuardOptions {
  readonly sizes: MessageSizes;
  readonly scans: PayloadScans | undefined;
}

/** One queue, as a principal with these rights may use it. */
export class QueueGuard {
  readonly name: string;
  readonly rights: QueueRights;
  /** All of the queue. */
  readonly events: PublishableEvents;
  readonly calls: CallGuard;
  readonly #publishable: PublishableEvents;
  readonly #sizes: MessageSizes;

  constructor(definition: QueueDefinition, rights: QueueRights, { sizes, scans }: QueueGuardOptions) {
    this.name = definition.name;
    this.rights = rights;
    this.events = new PublishableEvents(definition, ALL);
    this.calls = new CallGuard(definition, rights, sizes);
    this.#publishable = new PublishableEvents(definition, rights.publish, scans);
    this.#sizes = sizes;
  }

  /** Who may only publish sees what it may publish. */
  get visibleEvents(): readonly string[] {
    const { tail, admin, consume } = this.rights;
    return tail || admin || !consume.isEmpty ? this.events.names : this.#publishable.names;
  }

  /** Who administers the queue sees all of its calls. */
  get visibleCalls(): readonly string[] {
    return this.rights.admin ? this.calls.names : this.calls.visible;
  }

  /** @throws QueueError `forbidden`, and whatever `guardFrame` refuses with */
  frame(bytes: unknown): GuardedFrame {
    this.#publishable.checkAny();
    return guardFrame(this.#publishable, bytes, this.#sizes);
  }

  /** Checks the payload of a message that is stored already. @throws QueueError, see `guardPublication` */
  checkPayload(event: string, payload: unknown): void {
    guardPublication(this.events, { event, payload }, this.#sizes);
  }

  /** One message of the plain JSON form. @throws QueueError, see `guardPublication` */
  publication(input: unknown): { readonly frame: Frame; readonly id: string } {
    this.#publishable.checkAny();
    const draft = guardPublication(this.#publishable, input, this.#sizes);
    return { frame: encodeFrame([draft]), id: draft.id };
  }

  /** A message for later. @throws QueueError, see `guardScheduled` */
  scheduled(input: unknown): GuardedForLater {
    this.#publishable.checkAny();
    return guardScheduled(this.#publishable, input, this.#sizes);
  }

  /** What a schedule publishes, and when. Who administers the queue may. @throws QueueError, see `guardRecurring` */
  recurring(input: unknown): GuardedRecurring {
    if (queueOfCallLog(this.name) !== undefined) throw forbidden('publish', this.name);
    return guardRecurring(this.events, input, this.#sizes);
  }

  /** Several messages of the plain JSON form, each checked by itself. */
  publications(inputs: readonly unknown[]): GuardedPublications {
    this.#publishable.checkAny();
    return guardPublications(this.#publishable, inputs, this.#sizes);
  }

  /** A batch in the plain JSON form. @throws QueueError, see `guardBatch` */
  batch(inputs: unknown): Frame {
    this.#publishable.checkAny();
    return guardBatch(this.#publishable, inputs, this.#sizes);
  }

  /** A batch as a frame. @throws QueueError, see `guardBatchFrame` */
  batchFrame(bytes: unknown): Frame {
    this.#publishable.checkAny();
    return guardBatchFrame(this.#publishable, bytes, this.#sizes);
  }
}
