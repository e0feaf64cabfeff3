/** Which numbers came, and how many came again. */
export class Tally {
  #seen = new Uint8Array(1 << 16);
  #received = 0;
  #duplicates = 0;

  add(n: number): void {
    if (n >= this.#seen.length) this.#grow(n);
    if (this.#seen[n] === 1) this.#duplicates++;
    else this.#received++;
    this.#seen[n] = 1;
  }

  get received(): number {
    return this.#received;
  }

  get duplicates(): number {
    return this.#duplicates;
  }

  #grow(n: number): void {
    const larger = new Uint8Array(Math.max(this.#seen.length * 2, n + 1));
    larger.set(this.#seen);
    this.#seen = larger;
  }
}
