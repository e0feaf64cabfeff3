import { QueueError, type Contract, type PayloadSchema } from '@typed-queue/contracts';
import { dedupeId, isUuid, type Draft } from '@typed-queue/contracts/wire';
import { definitionOf } from '../argument-check.js';
import type { PublishOptions } from './publish-options.js';
import { headerTexts } from '../messages/header-texts.js';
import { checkValue, jsonOf } from '../messages/json-text.js';

export type DraftOptions = Pick<PublishOptions, 'id' | 'dedupeKey' | 'headers'>;

export interface DraftRules {
  readonly contract: Contract;
  /** Whether payloads are checked by their schema. */
  readonly validate: boolean;
  readonly newId: () => string;
}

/** Checks messages and serialises them once. */
export class Drafts {
  readonly #rules: DraftRules;

  constructor(rules: DraftRules) {
    this.#rules = rules;
  }

  /** @throws QueueError for what can never be published */
  create(queue: string, event: string, payload: unknown, options: DraftOptions): Draft {
    const { contract, validate, newId } = this.#rules;
    const { headers } = options;
    const hasHeaders = headers !== undefined && Object.keys(headers).length > 0;
    const texts = hasHeaders ? headerTexts(headers) : undefined;
    const schema = schemaOf(contract, queue, event);
    const id = idOf(queue, options);
    if (validate) checkValue(schema, payload, { part: 'payload', queue, event });
    return {
      id: id ?? newId(),
      event,
      payload: jsonOf(payload, { part: 'payload', queue, event }),
      headers: texts === undefined ? undefined : jsonOf(texts, { part: 'headers', queue, event }),
      key: texts?.key,
    };
  }
}

/** Of its texts, in characters: about as many bytes. */
export const sizeOf = ({ payload, headers = '' }: Draft): number => payload.length + headers.length;

export const totalSize = (drafts: readonly Draft[]): number =>
  drafts.reduce((size, draft) => size + sizeOf(draft), 0);

/** Undefined: the message gets a new one. */
const idOf = (queue: string, { id, dedupeKey }: DraftOptions): string | undefined => {
  if (id !== undefined && dedupeKey !== undefined) {
    const text = `A message for "${queue}" has an id and a dedupe key: give one of them.`;
    throw new QueueError('message_invalid', text, { details: { id, dedupeKey } });
  }
  if (id !== undefined && !isUuid(id)) {
    throw new QueueError('message_invalid', `The id of a message for "${queue}" is not a UUID.`, {
      details: { id },
    });
  }
  return dedupeKey === undefined ? id : dedupeId(queue, dedupeKey);
};

const schemaOf = (contract: Contract, queue: string, event: string): PayloadSchema => {
  const { events } = definitionOf(contract, queue);
  const schema = Object.hasOwn(events, event) ? events[event] : undefined;
  if (schema !== undefined) return schema;
  const known = Object.keys(events);
  const text = `The queue "${queue}" has no event "${event}"; it has ${known.join(', ')}.`;
  throw new QueueError('event_unknown', text, { details: { queue, event, events: known } });
};
