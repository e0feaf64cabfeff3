const STEP = '  ';
/** Deeper values are not moved further to the right. */
const MAX_INDENT = 20;

/** Writes until it is full. */
class Printer {
  readonly #parts: string[] = [];
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  get isFull(): boolean {
    return this.#left < 0;
  }

  get text(): string {
    return this.#parts.join('');
  }

  write(text: string): void {
    if (this.isFull) return;
    this.#parts.push(text.slice(0, this.#left));
    this.#left -= text.length;
  }

  value(value: unknown, depth: number): void {
    if (this.isFull) return;
    if (Array.isArray(value)) this.#list('[]', value, depth, (item) => this.value(item, depth + 1));
    else if (typeof value === 'object' && value !== null) {
      this.#list('{}', Object.entries(value), depth, ([name, item]: [string, unknown]) => {
        this.#string(name);
        this.write(': ');
        this.value(item, depth + 1);
      });
    } else if (typeof value === 'string') this.#string(value);
    else this.write(JSON.stringify(value));
  }

  /** One character more than has room: then the rest is not missed. */
  #string(text: string): void {
    if (!this.isFull) this.write(JSON.stringify(text.slice(0, this.#left + 1)));
  }

  #list<T>(brackets: string, items: readonly T[], depth: number, write: (item: T) => void): void {
    const [open = '', close = ''] = brackets;
    this.write(open);
    for (const [index, item] of items.entries()) {
      if (this.isFull) return;
      this.write(`${index === 0 ? '' : ','}\n${indent(depth + 1)}`);
      write(item);
    }
    this.write(items.length === 0 ? close : `\n${indent(depth)}${close}`);
  }
}

const indent = (depth: number): string => STEP.repeat(Math.min(depth, MAX_INDENT));

/**
 * A JSON value in lines, cut after `most` characters: the work is bounded by them, however large or deep the value is.
 */
export const printedJson = (
  value: unknown,
  most: number,
): { readonly text: string; readonly isCut: boolean } => {
  const printer = new Printer(most);
  printer.value(value, 0);
  return { text: printer.text, isCut: printer.isFull };
};
