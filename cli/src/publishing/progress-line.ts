import { countText } from '../output/quantity.js';
import type { Output } from '../machine.js';
import type { Progress } from './line-publisher.js';

/** Not drawn more often, in milliseconds. */
const INTERVAL_MS = 100;
const WIDTH = 24;
/** Goes to the start of the line and removes it. */
const CLEAR = '\r\u001b[2K';

interface ProgressLineDeps {
  /** Undefined: it is not known. */
  readonly size: number | undefined;
  readonly stderr: Output;
  readonly now: () => number;
}

/** Shows on a terminal how far publishing is. */
export class ProgressLine {
  readonly #deps: ProgressLineDeps;
  readonly #begun: number;
  #drawn = -Infinity;
  #isShown = false;

  constructor(deps: ProgressLineDeps) {
    this.#deps = deps;
    this.#begun = deps.now();
  }

  update(progress: () => Progress): void {
    const { stderr, now } = this.#deps;
    if (stderr.isTerminal !== true) return;
    const time = now();
    if (time - this.#drawn < INTERVAL_MS) return;
    this.#drawn = time;
    this.#isShown = true;
    stderr.write(CLEAR + this.#text(progress(), time));
  }

  /** Other lines on the terminal begin at its start. */
  clear(): void {
    if (this.#isShown) this.#deps.stderr.write(CLEAR);
    this.#isShown = false;
  }

  #text({ stored, refused, bytes }: Progress, time: number): string {
    const seconds = Math.max(time - this.#begun, 1) / 1_000;
    const counts = `${countText(stored)} stored, ${countText(Math.round(stored / seconds))}/s`;
    const text = refused === 0 ? counts : `${counts}, ${countText(refused)} refused`;
    const { size } = this.#deps;
    return size === undefined || size === 0 ? text : `${barText(Math.min(bytes / size, 1))} ${text}`;
  }
}

const barText = (part: number): string => {
  const full = Math.floor(part * WIDTH);
  return `[${'#'.repeat(full)}${'-'.repeat(WIDTH - full)}] ${Math.floor(part * 100)}%`;
};
