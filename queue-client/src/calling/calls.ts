import type { QueueError } from '@typed-queue/contracts';
import type { CallServer } from '../connection/requests.js';
import type { ClientSocket } from '../connection/socket.js';
import type { Deadline } from '../deadline.js';
import type { Handling, Service } from '../lazy-service.js';
import { failureError, readOutput, unexpectedAnswer } from './answer-reading.js';
import { CallOutput } from './call-output.js';
import { CallStream } from './call-stream.js';
import type { MadeCall } from './made-call.js';
import type { Answer } from './open-call.js';
import { OpenCalls } from './open-calls.js';
import { Servings, type ServingsDeps } from './servings.js';

export interface CallsDeps extends ServingsDeps {
  readonly server: CallServer;
  readonly socket: Pick<ClientSocket, 'on'>;
}

/** The calls that a client makes, and those that it answers. */
export class Calls implements Service, Handling {
  readonly servings: Servings;
  readonly #deps: CallsDeps;
  readonly #open: OpenCalls;

  constructor(deps: CallsDeps) {
    this.#deps = deps;
    this.#open = new OpenCalls(deps);
    this.servings = new Servings(deps);
    this.servings.listen(deps.socket);
    deps.socket.on('answers', (answers) => this.#open.answered(answers));
  }

  get busy(): boolean {
    return this.servings.busy;
  }
  get calling(): boolean {
    return this.servings.calling;
  }

  othersSettled(deadline: Deadline): Promise<void> {
    return this.servings.othersSettled(deadline);
  }

  leave(deadline: Deadline): Promise<void> {
    return this.servings.leave(deadline);
  }

  /** Makes a call with one output. */
  call(made: MadeCall): CallOutput {
    // What is thrown here rejects the promise.
    return new CallOutput((resolve, reject) => {
      const take = (answer: Answer): void => {
        try {
          resolve(outputOf(made, answer));
        } catch (error) {
          reject(error);
        }
      };
      this.#open.open(made, { take, fail: reject });
    });
  }

  /** Makes a streaming call. @throws QueueError `aborted` */
  stream(made: MadeCall): CallStream {
    const { server } = this.#deps;
    const open: OpenCalls['open'] = (call, receiver) => this.#open.open(call, receiver);
    return new CallStream(made, { server, open });
  }

  online(): void {
    this.#open.online();
    this.servings.online();
  }

  offline(): void {
    this.#open.offline();
    this.servings.offline();
  }

  fail(error: QueueError): void {
    this.#open.fail(error);
    this.servings.fail(error);
  }
}

/** @throws what the call is rejected with */
const outputOf = (made: MadeCall, answer: Answer): unknown => {
  if (answer.kind === 'output') return readOutput(made, answer.output);
  if (answer.kind === 'failure') throw failureError(made, answer);
  throw unexpectedAnswer(made, answer.kind);
};
