import {
  encodeFrame,
  MAX_FRAME_MESSAGES,
  QueueError,
  type AnyMessage,
  type Contract,
  type Draft,
  type ErrorBody,
  type Frame,
  type QueueDefinition,
} from '@typed-queue/contracts';
import { checkFrameSize, guardFrame, type GuardedFrame } from './frame-guard.js';
import { guardPublication } from './publication-guard.js';
import { checkPayload, refusalOf, schemaOf } from './message-guard.js';
import { parseSubscribe, parseTail, type SubscribeInput, type TailInput } from './requests.js';

/** Messages of the plain JSON form: what may be stored as a frame, and what is wrong with the others. */
export interface GuardedPublications {
  readonly frame: Frame | undefined;
  /** By place: the message's id, or why it is refused. */
  readonly messages: readonly ({ readonly id: string } | { readonly error: ErrorBody })[];
}

/** Stands between the outside and the engine: everything a client sends is `unknown` before and checked behind. */
export class Guard {
  readonly #contract: Contract;

  constructor(contract: Contract) {
    this.#contract = contract;
  }

  /** @throws QueueError `queue_unknown` */
  queue(name: unknown): QueueDefinition {
    const queue =
      typeof name === 'string' && Object.hasOwn(this.#contract, name) ? this.#contract[name] : undefined;
    if (queue !== undefined) return queue;
    const queues = Object.keys(this.#contract);
    const shown = typeof name === 'string' ? `"${name.slice(0, 100)}"` : `of type ${typeof name}`;
    throw new QueueError('queue_unknown', `There is no queue ${shown}; there are ${queues.join(', ')}.`, {
      details: { queues },
    });
  }

  frame(queue: unknown, bytes: unknown): GuardedFrame {
    return guardFrame(this.queue(queue), bytes);
  }

  /** One message of the plain JSON form. */
  publication(queue: unknown, input: unknown): { readonly frame: Frame; readonly id: string } {
    const draft = guardPublication(this.queue(queue), input);
    return { frame: encodeFrame([draft]), id: draft.id };
  }

  /** Several messages, each checked by itself. */
  publications(queue: unknown, inputs: readonly unknown[]): GuardedPublications {
    const definition = this.queue(queue);
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
        const draft = guardPublication(definition, input);
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
    this.#checkEvents(request.queue, request.settings?.events);
    return request;
  }

  tail(input: unknown): TailInput {
    const request = parseTail(input);
    this.#checkEvents(request.queue, request.events);
    return request;
  }

  #checkEvents(queue: string, events: readonly string[] = []): void {
    const definition = this.queue(queue);
    for (const event of events) schemaOf(definition, event);
  }
}
