import { QueueError, type Contract, type AnyQueue } from '@typed-queue/contracts';
import type { Reply, Result, ServeRequest } from '@typed-queue/contracts/wire';
import { BackOff, RefusalReport } from '../back-off.js';
import type { CloseOptions } from '../client.js';
import type { Requests } from '../connection/requests.js';
import { Deadline, DEFAULT_CLOSE_MS } from '../deadline.js';
import { deferred, Waiters } from '../deferred.js';
import type { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import type { Runtime } from '../runtime.js';
import { declaredCall } from './declared-call.js';
import type { ResponderMap, Serving } from './responder.js';
import { RunningInvocation, type AnyInvocation } from './running-invocation.js';

export interface QueueServingDeps {
  readonly request: ServeRequest<Contract, string>;
  readonly definition: AnyQueue;
  readonly responders: ResponderMap;
  readonly server: Requests;
  readonly runtime: Pick<Runtime, 'after' | 'random' | 'now' | 'wallNow' | 'scope'>;
  readonly emitter: Emitter<ClientEvents>;
  /** Resolves when the server has what was replied. */
  readonly delivered: () => Promise<void>;
  /** It ended, and the server hands it no more calls. */
  readonly onEnd: () => void;
}

/** Who handed an invocation to its responder. */
export interface Invoker {
  readonly reply: (reply: Reply) => void;
  /** Its last reply was given. */
  readonly onEnd: () => void;
}

/**
 * The responders of a queue over all reconnects.
 * - `open`: they are given calls whenever there is a connection.
 * - `leaving`: the server hands them nothing more, and they answer what they have.
 * - `ended`: left, or refused permanently.
 */
export class QueueServing implements Serving {
  readonly queue: string;
  readonly #deps: QueueServingDeps;
  readonly #backOff: BackOff;
  readonly #refusals: RefusalReport;
  readonly #ready = deferred();
  readonly #idle = new Waiters();
  /** Responders that wait for all others. */
  readonly #callers = new Waiters();
  readonly #running = new Set<RunningInvocation>();
  #state: 'open' | 'leaving' | 'ended' = 'open';
  /** Whether the server has the request of this connection. */
  #isRequested = false;
  #disconnected = deferred();
  #unregistered: Promise<void> | undefined;
  #left: Promise<void> | undefined;

  constructor(deps: QueueServingDeps) {
    this.queue = deps.request.queue;
    this.#deps = deps;
    this.#backOff = new BackOff(deps.runtime);
    this.#refusals = new RefusalReport((error) => this.#report(error));
    // It may be ignored.
    this.#ready.promise.catch(() => undefined);
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }
  /** Whether responders are running. */
  get busy(): boolean {
    return this.#running.size > 0;
  }
  /** Whether the caller is one of the responders, as far as the platform knows. */
  get calling(): boolean {
    return this.busy && this.#deps.runtime.scope.inside(this);
  }

  online(): void {
    if (this.#state === 'open') this.#register();
  }

  offline(): void {
    this.#isRequested = false;
    this.#backOff.cancel();
    this.#disconnected.resolve();
    this.#disconnected = deferred();
  }

  /** Answers an invocation. */
  invoked(invocation: AnyInvocation, { reply, onEnd }: Invoker): RunningInvocation {
    const { definition, responders, runtime, emitter } = this.#deps;
    const { token, call, attempt } = invocation;
    const respond = responders[call];
    const running = new RunningInvocation(invocation, {
      definition,
      declaration: declaredCall(definition, call),
      respond: (input, context) => respond && runtime.scope.run(this, respond, input, context),
      runtime,
      reply: (part) => reply({ token, ...part }),
      onError: (error) => emitter.emit('call:error', { queue: this.queue, call, attempt, error }),
      onEnd: () => {
        this.#running.delete(running);
        onEnd();
        this.#wake();
      },
    });
    this.#running.add(running);
    void running.run();
    return running;
  }

  close({ timeoutMs = DEFAULT_CLOSE_MS }: CloseOptions = {}): Promise<void> {
    const deadline = new Deadline(this.#deps.runtime, timeoutMs);
    const left = this.leave(deadline).finally(() => deadline.cancel());
    return this.calling ? this.othersIdle() : left;
  }

  leave(deadline: Deadline): Promise<void> {
    return (this.#left ??= this.#leave(deadline));
  }

  /** For a calling responder: resolves when no responder runs except those that await this too. */
  othersIdle(): Promise<void> {
    const idle = this.#callers.wait();
    this.#wake();
    return idle;
  }

  /** The server refused these responders permanently. */
  fail(error: QueueError): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#backOff.cancel();
    for (const running of this.#running) running.abort(error);
    this.#ready.reject(error);
    void this.#unregister().then(this.#deps.onEnd);
  }

  async #leave(deadline: Deadline): Promise<void> {
    if (this.#state === 'ended') return;
    this.#state = 'leaving';
    this.#backOff.cancel();
    await deadline.within(this.#unregister());
    const idle = this.#idle.wait();
    this.#wake();
    await deadline.within(idle);
    await deadline.within(this.#deps.delivered());
    this.fail(new QueueError('closed', `The responders of "${this.queue}" are closed.`));
  }

  #register(): void {
    const { server, request } = this.#deps;
    this.#isRequested = true;
    server.send('serve', request, (result) => {
      if (this.#state === 'open') this.#answered(result);
    });
  }

  /** Resolves when the server hands out nothing more: it has answered, or the connection ended. */
  #unregister(): Promise<void> {
    return (this.#unregistered ??= this.#endRequest());
  }

  #endRequest(): Promise<void> {
    const { server, request } = this.#deps;
    if (!this.#isRequested) return Promise.resolve();
    const answered = deferred();
    server.send('serve:end', request.responder, answered.resolve);
    return Promise.race([answered.promise, this.#disconnected.promise]);
  }

  #answered(result: Result<null>): void {
    this.#isRequested = result.ok;
    if (result.ok) {
      this.#backOff.reset();
      this.#refusals.reset();
      this.#ready.resolve();
    } else if (result.error.retryable) {
      this.#backOff.retry(() => this.#register(), result.error);
      this.#refusals.refused(result.error);
    } else {
      const error = QueueError.fromBody(result.error);
      this.fail(error);
      this.#report(error);
    }
  }

  #report(error: QueueError): void {
    this.#deps.emitter.emit('error', { error, queue: this.queue });
  }

  #wake(): void {
    const { size } = this.#running;
    if (size === 0) this.#idle.release();
    if (size <= this.#callers.count) this.#callers.release();
  }
}
