import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Request, Sample, Task } from './protocol.js';

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

type Message =
  | { readonly ready: true }
  | { readonly progress: number }
  | { readonly id: number; readonly result: unknown };

/** A publisher or a subscriber in a process of its own. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #ids = 0;
  #ended: Error | undefined;
  /** How many messages every subscriber has. */
  onProgress: (delivered: number) => void = () => undefined;

  private constructor(child: ChildProcess, role: string) {
    this.#child = child;
    // Safe: worker.ts sends only these.
    child.on('message', (message) => this.#receive(message as Message));
    child.once('exit', (code) => this.#end(new Error(`The ${role} ended with code ${code}.`)));
  }

  /** Resolves when it is connected. */
  static async start(task: Task, node: string): Promise<WorkerProcess> {
    const child = fork(join(import.meta.dirname, '../worker.js'), [JSON.stringify(task)], {
      execPath: node,
      execArgv: [],
      serialization: 'advanced',
    });
    const worker = new WorkerProcess(child, `${task.role} of ${task.peer}`);
    await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (worker.#ended !== undefined) throw worker.#ended;
    return worker;
  }

  sample(): Promise<Sample> {
    return this.ask<Sample>({ kind: 'sample' });
  }

  /** What the worker answers. Rejects when it ends. */
  ask<Result>(request: Request): Promise<Result> {
    const id = this.#ids++;
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise<Result>((resolve, reject) => {
      // Safe: worker.ts answers each request with the type of protocol.ts.
      this.#waiting.set(id, { resolve: (result) => resolve(result as Result), reject });
      // Between the end of a process and its event 'exit' there is nobody to send to.
      this.#child.send({ id, request }, (error) => error && this.#refuse(id, error));
    });
  }

  /** Without an answer. */
  tell(request: Request): void {
    // It may have ended.
    this.ask(request).catch(() => undefined);
  }

  async end(): Promise<void> {
    if (this.#ended !== undefined) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  #receive(message: Message): void {
    if ('progress' in message) this.onProgress(message.progress);
    if (!('id' in message)) return;
    this.#waiting.get(message.id)?.resolve(message.result);
    this.#waiting.delete(message.id);
  }

  #refuse(id: number, error: Error): void {
    this.#waiting.get(id)?.reject(error);
    this.#waiting.delete(id);
  }

  #end(error: Error): void {
    this.#ended = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
