import type { CallDeclaration } from '@typed-queue/contracts';
import { definitionOf } from '../argument-check.js';
import { LazyHandling } from '../lazy-service.js';
import { CallOutput } from './call-output.js';
import type { CallPromise, DurableCallOptions, WaitOptions } from './call.js';
import type { CallMaker } from '../tracing.js';
import type { Calls, CallsDeps } from './calls.js';
import { makeAttachment, makeCall, type CallRules, type MadeCall } from './made-call.js';
import type { Serving } from './responder.js';
import { checkServe, type ServeOptions } from './serve-options.js';

interface LazyCallsDeps extends CallsDeps {
  readonly rules: CallRules;
  /** Throws when the client takes no more calls. */
  readonly checkOpen: () => void;
}

type Calling = CallPromise<unknown> | AsyncIterable<unknown>;

/** Checks calls and responders, and loads what makes and answers calls with the first. */
export class LazyCalls extends LazyHandling<Calls> {
  readonly #deps: LazyCallsDeps;
  readonly #maker: CallMaker;

  constructor(deps: LazyCallsDeps) {
    super(async () => new (await import('./calls.js')).Calls(deps));
    const { rules, tracing } = deps;
    const make = (...[queue, name, input, options = {}]: Parameters<CallMaker['call']>): MadeCall =>
      makeCall(rules, { queue, name, input, options });
    const maker: CallMaker = {
      call: (...given) => this.#output(() => make(...given)),
      stream: (...given) => this.#stream(() => make(...given)),
    };
    this.#deps = deps;
    this.#maker = tracing?.caller(maker) ?? maker;
  }

  call(queue: string, name: string, input: unknown, options: DurableCallOptions = {}): Calling {
    // Plain JavaScript may give any names.
    const calls: Readonly<Record<string, Partial<CallDeclaration>>> =
      this.#deps.rules.contract[queue]?.calls ?? {};
    if (calls[name]?.answering?.kind === 'stream') return this.#maker.stream(queue, name, input, options);
    const output = this.#maker.call(queue, name, input, options);
    return output instanceof CallOutput ? output : new CallOutput((resolve) => resolve(output));
  }

  attach(queue: string, name: string, id: string, options: WaitOptions = {}): CallPromise<unknown> {
    const { rules } = this.#deps;
    return this.#output(() => makeAttachment(rules, { queue, name, id, options }));
  }

  /** @throws QueueError `closed`, `queue_unknown`, `call_unknown`, `request_invalid` */
  serve(queue: string, responders: unknown, options: ServeOptions<string> = {}): Serving {
    const { rules, checkOpen, emitter } = this.#deps;
    checkOpen();
    const definition = definitionOf(rules.contract, queue);
    checkServe(definition, responders, options);
    const opened = this.openLater(
      ({ servings }) => servings.open(definition, responders, options),
      (error) => emitter.emit('error', { error, queue }),
    );
    return { queue, ...opened };
  }

  /** What is thrown rejects the promise. */
  #output(make: () => MadeCall): CallOutput {
    try {
      this.#deps.checkOpen();
      const made = make();
      if (this.loaded !== undefined) return this.loaded.call(made);
      return new CallOutput((resolve) => resolve(this.load().then((calls) => calls.call(made))));
    } catch (error) {
      return new CallOutput((_, reject) => reject(error));
    }
  }

  #stream(make: () => MadeCall): AsyncIterable<unknown> {
    const { now } = this.#deps.rules;
    const made = new Promise<MadeCall>((resolve) => {
      this.#deps.checkOpen();
      resolve(make());
    });
    return {
      [Symbol.asyncIterator]: () => {
        const madeAt = now();
        const stream = made.then(async (call) => (await this.load()).stream({ ...call, madeAt }));
        return { next: async () => (await stream).next(), return: async () => (await stream).return() };
      },
    };
  }
}
