import type { Range } from '@typed-queue/contracts';
import { mergeRanges } from '@typed-queue/contracts/wire';

/** A set of seqs; consecutive ones cost as much memory as one. */
export class SeqRanges {
  readonly #closed: Range[] = [];
  #from = 0;
  #to = -1;

  add(seq: number): void {
    if (seq !== this.#to + 1 || this.#to < this.#from) {
      if (this.#to >= this.#from) this.#closed.push([this.#from, this.#to]);
      this.#from = seq;
    }
    this.#to = seq;
  }

  get ranges(): Range[] {
    return this.#to < this.#from ? [] : mergeRanges([...this.#closed, [this.#from, this.#to]]);
  }
}
