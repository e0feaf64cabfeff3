import { Writable } from 'node:stream';

/** Takes one line at a time, each when the test calls `took`. */
export class SlowOutput extends Writable {
  readonly lines: string[] = [];
  #took: ((error?: Error | null) => void) | undefined;

  constructor() {
    super({ decodeStrings: false });
  }

  override _write(line: string, _encoding: BufferEncoding, took: (error?: Error | null) => void): void {
    this.lines.push(line);
    this.#took = took;
  }

  took(error?: Error): void {
    this.#took?.(error);
  }
}
