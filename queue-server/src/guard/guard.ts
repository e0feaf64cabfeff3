import {
  QueueError,
  type AnyMessage,
  type Contract,
  type ErrorBody,
  type QueueDefinition,
} from '@typed-queue/contracts';
import { encodeFrame, MAX_FRAME_MESSAGES, type Draft, type Frame } from '@typed-queue/contracts/wire';
import { ALL_RIGHTS, rightsToQueue, type QueueRights, type Rights } from '@typed-queue/program';
import { forbidden } from './forbidden.js';
import { checkFrameSize, guardFrame, type GuardedFrame } from './frame-guard.js';
import { guardPublication } from './publication-guard.js';
import { checkPayload, LARGEST_SIZES, refusalOf, schemaOf, type MessageSizes } from './message-guard.js';
import { parseSubscribe, parseTail, type SubscribeInput, type TailInput } from './requests.js';

/** Messages of the plain JSON form: what may be stored as a frame, and what is wrong with the others. */
export interface GuardedPublications {
  readonly frame: Frame | undefined;
  /** By place: the message's id, or why it is refused. */
  readonly messages: readonly ({ readonly id: string } | { readonly error: ErrorBody })[];
}

export interface GuardOptions {
  /** Default: all. */
  readonly rights?: Rights;
  /** Default: the largest that the protocol allows. */
  readonly sizes?: MessageSizes;
}

/** A queue that may be used, and for what. */
interface Visible {
  readonly definition: QueueDefinition;
  readonly rights: QueueRights;
}

/**
 * Stands between the outside and the engine: everything a client sends is `unknown` before and checked behind, and
 * needs a right. Queues to which there is no right are unknown.
 */
export class Guard {
  readonly #contract: Contract;
  readonly #sizes: MessageSizes;
  readonly #visible: ReadonlyMap<unknown, Visible>;
  readonly #restricted = new WeakMap<Rights, Guard>();

  constructor(contract: Contract, { rights = ALL_RIGHTS, sizes = LARGEST_SIZES }: GuardOptions = {}) {
    this.#contract = contract;
    this.#sizes = sizes;
    this.#visible = new Map(
      Object.entries(contract).flatMap(([name, definition]) => {
        const toQueue = rightsToQueue(rights, name);
        return toQueue === undefined ? [] : [[name, { definition, rights: toQueue }]];
      }),
    );
    this.#restricted.set(rights, this);
  }

  /** The guard of the same contract for a principal with these rights. */
  withRights(rights: Rights): Guard {
    const known = this.#restricted.get(rights);
    if (known !== undefined) return known;
    const restricted = new Guard(this.#contract, { rights, sizes: this.#sizes });
    this.#restricted.set(rights, restricted);
    return restricted;
  }

  /** The queues to which there is any right. */
  get queues(): readonly string[] {
    return [...this.#visible.values()].map(({ definition }) => definition.name);
  }

  /** A queue that is looked after by operators. @throws QueueError `queue_unknown`, `forbidden` */
  administered(name: unknown): QueueDefinition {
    const { definition, rights } = this.#find(name);
    if (rights.admin) return definition;
    throw forbidden('admin', definition.name);
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

  /** Whether a group may be seen: by its members to be, and by operators. */
  maySee(queue: string, group: string): boolean {
    return this.mayAdminister(queue) || this.mayConsume(queue, group);
  }

  /** A queue of which some groups may be seen. @throws QueueError `queue_unknown`, `forbidden` */
  withGroups(name: unknown): QueueDefinition {
    const { definition, rights } = this.#find(name);
    if (rights.admin || !rights.consume.isEmpty) return definition;
    throw forbidden('consume', definition.name);
  }

  /** @throws QueueError `queue_unknown` */
  queue(name: unknown): QueueDefinition {
    return this.#find(name).definition;
  }

  #find(name: unknown): Visible {
    const visible = this.#visible.get(name);
    if (visible !== undefined) return visible;
    const { queues } = this;
    const shown = typeof name === 'string' ? `"${name.slice(0, 100)}"` : `of type ${typeof name}`;
    throw new QueueError(
      'queue_unknown',
      `There is no queue ${shown}; there ${queues.length === 0 ? 'is none that you may use' : `are ${queues.join(', ')}`}.`,
      {
        details: { queues },
      },
    );
  }

  frame(queue: unknown, bytes: unknown): GuardedFrame {
    const { definition, rights } = this.#published(queue);
    return guardFrame(definition, bytes, rights.publish, this.#sizes);
  }

  /** One message of the plain JSON form. */
  publication(queue: unknown, input: unknown): { readonly frame: Frame; readonly id: string } {
    const { definition, rights } = this.#published(queue);
    const draft = guardPublication(definition, input, rights.publish, this.#sizes);
    return { frame: encodeFrame([draft]), id: draft.id };
  }

  /** Several messages, each checked by itself. */
  publications(queue: unknown, inputs: readonly unknown[]): GuardedPublications {
    const { definition, rights } = this.#published(queue);
    if (inputs.length === 0 || inputs.length > MAX_FRAME_MESSAGES) {
      throw new QueueError(
        'request_invalid',
        `Publish 1 to ${MAX_FRAME_MESSAGES} messages at once, not ${inputs.length}.`,
      );
    }
    const drafts: Draft[] = [];
    let refused = 0;
    const messages = inputs.map((input) => {
      try {
        const draft = guardPublication(definition, input, rights.publish, this.#sizes);
        drafts.push(draft);
        return { id: draft.id };
      } catch (error) {
        if (!(error instanceof QueueError)) throw error;
        return { error: refusalOf(error, refused++) };
      }
    });
    const frame = drafts.length === 0 ? undefined : encodeFrame(drafts);
    if (frame !== undefined) checkFrameSize(frame.bytes.byteLength);
    return { frame, messages };
  }

  /** What is wrong with a stored message by the contract of now; undefined: nothing. */
  problemOf(queue: string, { event, payload }: AnyMessage): QueueError | undefined {
    try {
      checkPayload(this.queue(queue), event, payload);
      return undefined;
    } catch (error) {
      if (error instanceof QueueError) return error;
      throw error;
    }
  }

  subscribe(input: unknown): SubscribeInput {
    const request = parseSubscribe(input);
    this.#find(request.queue);
    if (!this.mayConsume(request.queue, request.group)) {
      throw forbidden('consume', request.queue, { group: request.group });
    }
    this.#checkEvents(request.queue, request.settings?.events);
    return request;
  }

  tail(input: unknown): TailInput {
    const request = parseTail(input);
    this.#find(request.queue);
    if (!this.mayTail(request.queue)) throw forbidden('tail', request.queue);
    this.#checkEvents(request.queue, request.events);
    return request;
  }

  /** A queue to which some events may be published. */
  #published(name: unknown): Visible {
    const visible = this.#find(name);
    if (!visible.rights.publish.isEmpty) return visible;
    throw forbidden('publish', visible.definition.name);
  }

  #checkEvents(queue: string, events: readonly string[] = []): void {
    const definition = this.queue(queue);
    for (const event of events) schemaOf(definition, event);
  }
}
