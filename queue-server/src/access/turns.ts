/** More of the tasks would delay everything else for longer than a request takes. */
const TASKS_OF_A_TURN = 4;

/** Runs tasks in order, a few in each turn of the event loop, so that many of them delay nothing else. */
export class Turns {
  readonly #nextTurn: (run: () => void) => unknown;
  #waiting: (() => void)[] = [];

  constructor(nextTurn: (run: () => void) => unknown = setImmediate) {
    this.#nextTurn = nextTurn;
  }

  add(task: () => void): void {
    this.#waiting.push(task);
    if (this.#waiting.length === 1) this.#nextTurn(() => this.#run());
  }

  #run(): void {
    const tasks = this.#waiting.slice(0, TASKS_OF_A_TURN);
    this.#waiting = this.#waiting.slice(TASKS_OF_A_TURN);
    if (this.#waiting.length > 0) this.#nextTurn(() => this.#run());
    for (const task of tasks) task();
  }
}
