import {
  QueueError,
  type CallDeclaration,
  type FailureDeclaration,
  type Headers,
  type JsonText,
  type QueueDefinition,
} from '@typed-queue/contracts';
import { declarationOf, type CallEnd, type StreamPart } from '@typed-queue/contracts/wire';
import type { QueueRights } from '@typed-queue/program';
import { Buffer } from 'node:buffer';
import { checkSize, forbidden, type MessageSizes } from './message-guard.js';
import { checkPayload, type PayloadRule } from './payload-guard.js';

/** A call of a queue that a client may make, or serve. */
export interface CallRule {
  readonly queue: string;
  readonly name: string;
  readonly declaration: CallDeclaration;
  readonly failures: readonly FailureDeclaration[];
}

const NAME_SHOWN = 100;

/** The calls of one queue, as a principal with these rights may make and serve them. */
export class CallGuard {
  readonly #queue: string;
  readonly #rules: ReadonlyMap<string, CallRule>;
  readonly #rights: Pick<QueueRights, 'call' | 'serve'>;
  readonly #sizes: MessageSizes;

  constructor(
    { name: queue, calls = {}, failures = [] }: QueueDefinition,
    rights: QueueRights,
    sizes: MessageSizes,
  ) {
    this.#queue = queue;
    this.#rights = rights;
    this.#sizes = sizes;
    const declared = Object.entries<CallDeclaration>(calls);
    this.#rules = new Map(
      declared.map(([name, declaration]) => [
        name,
        { queue, name, declaration, failures: failures.filter(({ event }) => event === name) },
      ]),
    );
  }

  get names(): readonly string[] {
    return [...this.#rules.keys()];
  }

  /** Those that the client may make or serve. */
  get visible(): readonly string[] {
    return [...this.#rules.keys()].filter((name) => this.mayCall(name) || this.mayServe(name));
  }

  mayCall(name: string): boolean {
    return this.#rights.call.has(name);
  }

  mayServe(name: string): boolean {
    return this.#rights.serve.has(name);
  }

  /** A call that the client may make. @throws QueueError `forbidden`, `call_unknown` */
  made(name: string): CallRule {
    return this.#rule(name, 'call');
  }

  /** A call that the client may serve. @throws QueueError as `made` */
  served(name: string): CallRule {
    return this.#rule(name, 'serve');
  }

  /** @throws QueueError `message_too_large`, `payload_invalid`, see `checkPayload` */
  checkInput({ name, declaration }: CallRule, input: JsonText<unknown>, headers: Headers | undefined): void {
    if (headers !== undefined) checkSize(0, Buffer.byteLength(JSON.stringify(headers)), this.#sizes);
    checkText(
      input,
      { queue: this.#queue, event: name, schema: declaration.input, part: 'input' },
      this.#sizes,
    );
  }

  /** What a caller gets of a reply. */
  reply(rule: CallRule, reply: CallEnd | StreamPart): CallEnd | StreamPart {
    try {
      this.#checkReply(rule, reply);
      return reply;
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      return { kind: 'error', error: invalidAnswer(rule, error).toJSON() };
    }
  }

  /** Whether or not the queue has the call, who may not know gets `forbidden`. */
  #rule(name: string, verb: 'call' | 'serve'): CallRule {
    const permitted = this.#rights[verb];
    if (!permitted.isAll && !permitted.has(name)) throw forbidden(verb, this.#queue, { event: name });
    const rule = this.#rules.get(name);
    if (rule !== undefined) return rule;
    const { visible } = this;
    throw new QueueError(
      'call_unknown',
      `Queue "${this.#queue}" has no call "${name.slice(0, NAME_SHOWN)}"; it has ${visible.join(', ') || 'none'}.`,
      { details: { queue: this.#queue, call: name.slice(0, NAME_SHOWN), calls: visible } },
    );
  }

  #checkReply({ queue, name, declaration, failures }: CallRule, reply: CallEnd | StreamPart): void {
    const isStream = declaration.answering.kind === 'stream';
    switch (reply.kind) {
      case 'output':
      case 'item':
        if (isStream !== (reply.kind === 'item')) throw wrongKind(isStream, reply.kind);
        checkText(
          reply.output,
          { queue, event: name, schema: declaration.output, part: 'output' },
          this.#sizes,
        );
        return;
      case 'end':
        if (!isStream) throw wrongKind(isStream, reply.kind);
        return;
      case 'failure':
        if (declarationOf({ failures }, { event: name, ...reply.failure }) === undefined) {
          throw new QueueError('answer_invalid', `its contract does not declare "${reply.failure.code}"`);
        }
        return;
      case 'error':
        return;
      default:
        return reply satisfies never;
    }
  }
}

type TextRule = PayloadRule & { readonly part: 'input' | 'output' };

const checkText = (text: JsonText<unknown>, rule: TextRule, sizes: MessageSizes): void => {
  // A character takes at most three bytes.
  if (text.length * 3 > sizes.maxPayloadBytes) checkSize(Buffer.byteLength(text), 0, sizes);
  checkPayload(parsed(text, rule), rule);
};

const parsed = (text: string, { queue, event, part }: TextRule): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new QueueError('payload_invalid', `The ${part} of "${event}" in queue "${queue}" is no JSON.`, {
      details: { queue, call: event },
    });
  }
};

const wrongKind = (isStream: boolean, kind: string): QueueError =>
  new QueueError('answer_invalid', isStream ? `a stream has no "${kind}"` : `only a stream has "${kind}"`);

const invalidAnswer = ({ queue, name }: CallRule, { code, message, details }: QueueError): QueueError =>
  new QueueError(
    'answer_invalid',
    `The answer to "${name}" in queue "${queue}" does not match the contract of the server: ${message}`,
    { details: { ...details, queue, call: name, cause: code } },
  );
