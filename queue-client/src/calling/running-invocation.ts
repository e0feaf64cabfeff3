import {
  parseJsonText,
  QueueError,
  type CallDeclaration,
  type Contract,
  type Headers,
  type JsonText,
  type AnyQueue,
} from '@typed-queue/contracts';
import {
  DEFAULT_STREAM_WINDOW,
  type CallEnd,
  type Invocation,
  type StreamPart,
} from '@typed-queue/contracts/wire';
import { DeclaredFailure, failOf } from '../failures/declared-failure.js';
import { checkedFailure } from '../failures/failure-check.js';
import { reasonOf } from '../failures/reason.js';
import { issuesText } from '../messages/contract-check.js';
import { issuesOf } from '../messages/issues.js';
import { checkDepth, checkValue, jsonOf } from '../messages/json-text.js';
import type { Runtime } from '../runtime.js';
import { InvocationContext } from './invocation-context.js';
import { isAsyncIterable, OutputPump } from './output-pump.js';
import type { AnyResponder } from './responder.js';

/** An invocation of any call. */
export type AnyInvocation = Invocation<Contract, string>;

const NO_HEADERS: Headers = {};

/** The last part of a reply. */
type Last = CallEnd | (StreamPart & { readonly kind: 'end' });

export interface RunningInvocationDeps {
  readonly definition: AnyQueue;
  readonly declaration: CallDeclaration;
  /** Calls the responder. */
  readonly respond: AnyResponder;
  readonly runtime: Pick<Runtime, 'now' | 'wallNow'>;
  readonly reply: (part: CallEnd | StreamPart) => void;
  /** The responder failed in a way that is not declared. */
  readonly onError: (error: unknown) => void;
  /** Its last reply was given. */
  readonly onEnd: () => void;
}

/**
 * An invocation until its responder has settled: it then has exactly one last reply.
 * - `running`: the caller waits.
 * - `unwanted`: nobody waits for the reply any more, or its connection has ended.
 */
export class RunningInvocation {
  readonly #invocation: AnyInvocation;
  readonly #deps: RunningInvocationDeps;
  readonly #context: InvocationContext;
  readonly #pump: OutputPump;
  #state: 'running' | 'unwanted' = 'running';
  /** What was wrong with an output. */
  #wrongOutput: QueueError | undefined;

  constructor(invocation: AnyInvocation, deps: RunningInvocationDeps) {
    const {
      attempt,
      callKey: id,
      headers = NO_HEADERS,
      remainingMs,
      window = DEFAULT_STREAM_WINDOW,
    } = invocation;
    const { runtime, definition } = deps;
    this.#invocation = invocation;
    this.#deps = deps;
    this.#context = new InvocationContext({
      attempt,
      id,
      headers,
      deadline: runtime.wallNow() + remainingMs,
      until: runtime.now() + remainingMs,
      fail: failOf(definition),
    });
    this.#pump = new OutputPump(window, (output) => this.#item(output));
  }

  /** Resolves when the last reply was given. */
  async run(): Promise<void> {
    const last = await this.#respond();
    this.#deps.reply(last);
    this.#deps.onEnd();
  }

  /** Nobody waits for the reply any more. */
  abort(reason: QueueError): void {
    this.#state = 'unwanted';
    this.#context.abort(reason);
    this.#pump.end();
  }

  /** Extends the window of a stream by this number of items. */
  more(items: number): void {
    this.#pump.more(items);
  }

  async #respond(): Promise<Last> {
    const { declaration, respond } = this.#deps;
    const input = this.#input();
    if (input instanceof QueueError) return { kind: 'error', error: input.toJSON() };
    try {
      const output: unknown = await respond(input.value, this.#context);
      if (output instanceof DeclaredFailure) return this.#failedAsDeclared(output);
      if (declaration.answering.kind !== 'stream') return { kind: 'output', output: this.#text(output) };
      if (!isAsyncIterable(output)) throw new TypeError('A streaming call is answered by an async iterable.');
      await this.#pump.run(output);
      return { kind: 'end' };
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** As this client's contract has it; an error where it does not match. */
  #input(): { readonly value: unknown } | QueueError {
    const { definition, declaration } = this.#deps;
    const { call, input } = this.#invocation;
    const value = parseJsonText(input);
    const issues = issuesOf(declaration.input, value);
    if (issues === undefined) return { value };
    const text = `The input of "${definition.name}" "${call}" does not match the contract of its responder`;
    return new QueueError('payload_invalid', `${text}: ${issuesText(issues)}`, { details: { issues } });
  }

  #item(output: unknown): void {
    this.#deps.reply({ kind: 'item', output: this.#text(output) });
    this.#context.streaming();
  }

  /** @throws QueueError `answer_invalid` */
  #text(output: unknown): JsonText<unknown> {
    const { definition, declaration } = this.#deps;
    const place = { part: 'output', queue: definition.name, event: this.#invocation.call } as const;
    try {
      checkValue(declaration.output, output, place);
      checkDepth(output, place);
      // Safe: the text of an output that matches its schema.
      return jsonOf(output, place) as JsonText<unknown>;
    } catch (error) {
      const wrong = new QueueError('answer_invalid', reasonOf(error), { cause: error });
      this.#wrongOutput = wrong;
      throw wrong;
    }
  }

  #failed(error: unknown): CallEnd {
    if (error instanceof DeclaredFailure) return this.#failedAsDeclared(error);
    if (this.#state === 'running') this.#deps.onError(error);
    const wrong = this.#wrongOutput;
    // What a responder throws may be of the same class.
    if (wrong !== undefined && error === wrong) return { kind: 'error', error: wrong.toJSON() };
    const { definition } = this.#deps;
    const text = `The responder of "${definition.name}" "${this.#invocation.call}" failed in a way that the contract does not declare.`;
    return { kind: 'error', error: new QueueError('call_failed', text).toJSON() };
  }

  #failedAsDeclared(error: DeclaredFailure): CallEnd {
    try {
      const { failure, reason } = checkedFailure(this.#deps.definition, this.#invocation.call, error);
      return { kind: 'failure', failure, reason };
    } catch (undeclared) {
      return this.#failed(undeclared);
    }
  }
}
