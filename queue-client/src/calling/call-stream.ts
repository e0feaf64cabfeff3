import { QueueError } from '@typed-queue/contracts';
import { DEFAULT_STREAM_WINDOW } from '@typed-queue/contracts/wire';
import type { Requests } from '../connection/requests.js';
import { failureError, readOutput, unexpectedAnswer } from './answer-reading.js';
import type { MadeCall } from './made-call.js';
import type { Answer, OpenCall, Receiver } from './open-call.js';

interface StreamDeps {
  readonly server: Requests;
  readonly open: (made: MadeCall, receiver: Receiver) => OpenCall;
}

type Step = IteratorResult<unknown, undefined>;

/** A loop that waits for its next item. */
interface Waiting {
  readonly resolve: (step: Step) => void;
  readonly reject: (error: Error) => void;
}

const DONE: Step = { done: true, value: undefined };

/** The outputs of a streaming call for one loop. They wait here, as they came, until the loop takes them. */
export class CallStream implements AsyncIterableIterator<unknown, undefined> {
  readonly #made: MadeCall;
  readonly #server: Requests;
  readonly #call: OpenCall;
  readonly #texts: string[] = [];
  readonly #waiting: Waiting[] = [];
  /** Since the server was last asked for more. */
  #taken = 0;
  #hasEnded = false;
  /** Thrown by the loop, once, after the items before it. */
  #error: Error | undefined;

  constructor(made: MadeCall, { server, open }: StreamDeps) {
    this.#made = made;
    this.#server = server;
    this.#call = open(made, { take: (answer) => this.#take(answer), fail: (error) => this.#end(error) });
  }

  next(): Promise<Step> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#serve();
    });
  }

  return(): Promise<Step> {
    this.#texts.length = 0;
    this.#end();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(answer: Answer): void {
    if (answer.kind === 'item') {
      this.#texts.push(answer.output);
      this.#serve();
    } else if (answer.kind === 'end') this.#end();
    else if (answer.kind === 'failure') this.#end(failureError(this.#made, answer));
    else this.#end(unexpectedAnswer(this.#made, answer.kind));
  }

  #end(error?: Error): void {
    if (!this.#hasEnded) this.#error = error;
    this.#hasEnded = true;
    this.#call.cancel();
    this.#serve();
  }

  /** Gives those that wait what there is. */
  #serve(): void {
    while (this.#texts.length > 0 || this.#hasEnded) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) return;
      const text = this.#texts.shift();
      if (text !== undefined) this.#give(waiting, text);
      else if (this.#error === undefined) waiting.resolve(DONE);
      else {
        waiting.reject(this.#error);
        this.#error = undefined;
      }
    }
  }

  #give({ resolve, reject }: Waiting, text: string): void {
    try {
      resolve({ done: false, value: readOutput(this.#made, text) });
      this.#askForMore();
    } catch (error) {
      // Of the contract or the JSON: always an error.
      reject(error instanceof Error ? error : new QueueError('answer_invalid', String(error)));
      this.#texts.length = 0;
      this.#error = undefined;
      this.#end();
    }
  }

  #askForMore(): void {
    if (++this.#taken < DEFAULT_STREAM_WINDOW / 2 || this.#hasEnded) return;
    this.#server.send('call:more', this.#call.id, this.#taken);
    this.#taken = 0;
  }
}
