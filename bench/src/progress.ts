import type { WriteStream } from 'node:tty';
import type { BenchEvents, Outcome } from './bench.js';
import type { Turn } from './measures/schedule.js';
import { numberText } from './report/number-text.js';

/** One line on a terminal that is replaced at each turn; elsewhere a line for each outcome. */
export class Progress implements BenchEvents {
  readonly #stream: Pick<WriteStream, 'isTTY' | 'write'>;

  constructor(stream: Pick<WriteStream, 'isTTY' | 'write'>) {
    this.#stream = stream;
  }

  onTurn = ({ peer, measures, round }: Turn, index: number, turns: number): void => {
    if (!this.#stream.isTTY) return;
    const names = measures.map(({ name }) => name).join(', ');
    this.#stream.write(`\r\u001b[K[${index + 1}/${turns}] ${names}: ${peer.title}, round ${round}`);
  };

  onOutcome = (outcome: Outcome): void => {
    const name = `${outcome.measures.map((measure) => measure.name).join(', ')}: ${outcome.peer.title}`;
    if (outcome.kind === 'failed') this.#line(`${name}: failed: ${outcome.reason}`);
    if (outcome.kind === 'failed' || this.#stream.isTTY) return;
    const figures = outcome.measures.map(({ figure, unit }) => {
      return `${numberText(outcome.run.figures[figure] ?? NaN)} ${unit}`;
    });
    this.#line(`${name}, round ${outcome.round}: ${figures.join(', ')}`);
  };

  /** Leaves the terminal's line. */
  end(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\u001b[K');
  }

  #line(text: string): void {
    this.#stream.write(this.#stream.isTTY ? `\r\u001b[K${text}\n` : `${text}\n`);
  }
}
