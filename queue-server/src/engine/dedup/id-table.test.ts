import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { IdTable } from './id-table.js';

/** These words stay themselves under any odd factor: ids of them have one of two hashes. */
const COLLIDING = [0, 0x80000000];
const someWord = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...COLLIDING) },
  fc.nat(3),
  fc.nat(0xffffffff),
);
const someId = fc.tuple(someWord, someWord, someWord, someWord);
type Id = readonly number[];

const viewOf = (id: Id): DataView => {
  const view = new DataView(new ArrayBuffer(16));
  id.forEach((word, index) => view.setUint32(4 * index, word));
  return view;
};

const someCommand = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('add' as const), id: someId }) },
  fc.record({ kind: fc.constant('forget' as const), back: fc.nat(20) }),
);

/** Drives a table as a log does: seqs grow, and those that were lost are assigned again. */
class Drive {
  readonly table = new IdTable();
  readonly model = new Map<string, { readonly id: Id; readonly seq: number }>();
  nextSeq = 1;

  add(id: Id): void {
    if (this.model.has(String(id))) return;
    this.model.set(String(id), { id, seq: this.nextSeq });
    this.table.add(viewOf(id), 0, this.nextSeq++);
  }

  forget(fromSeq: number): void {
    this.table.forget(fromSeq);
    for (const [key, { seq }] of this.model) if (seq >= fromSeq) this.model.delete(key);
    this.nextSeq = fromSeq;
  }

  check(ids: readonly Id[]): void {
    expect(this.table.size).toBe(this.model.size);
    for (const id of ids) {
      expect(this.table.find(viewOf(id), 0)).toBe(this.model.get(String(id))?.seq ?? 0);
    }
  }
}

describe('a table of ids', () => {
  it('finds what a map would find, colliding ids and forgotten seqs included', () => {
    fc.assert(
      fc.property(fc.array(someCommand, { maxLength: 60 }), (commands) => {
        const drive = new Drive();
        const ids = commands.flatMap((command) => (command.kind === 'add' ? [command.id] : []));
        for (const command of commands) {
          if (command.kind === 'add') drive.add(command.id);
          else drive.forget(Math.max(1, drive.nextSeq - command.back));
          drive.check(ids);
        }
      }),
    );
  });

  it('finds every id after it grew many times over, and none that is not there', () => {
    const table = new IdTable();
    const id = (number: number): DataView => viewOf([number * 10, 0x11ef_1234, 0x8123_0011, 0x2233_4455]);
    for (let number = 1; number <= 20_000; number++) table.add(id(number), 0, number);
    expect(table.size).toBe(20_000);
    for (let number = 1; number <= 20_000; number++) expect(table.find(id(number), 0)).toBe(number);
    expect(table.find(id(20_001), 0)).toBe(0);
    table.forget(10_001);
    expect(table.size).toBe(10_000);
    expect([10_000, 10_001, 20_000].map((number) => table.find(id(number), 0))).toEqual([10_000, 0, 0]);
  });

  it('has room for the ids that were expected', () => {
    const table = new IdTable(5_000);
    for (let number = 1; number <= 6_000; number++) table.add(viewOf([number, 1, 2, 3]), 0, number);
    const found = Array.from({ length: 6_000 }, (_, index) => table.find(viewOf([index + 1, 1, 2, 3]), 0));
    expect(found).toEqual(found.map((_, index) => index + 1));
  });

  it('compares whole ids, whose hashes are equal', () => {
    const table = new IdTable(0, () => 1);
    table.add(viewOf([1, 2, 3, 4]), 0, 1);
    table.add(viewOf([2, 1, 3, 4]), 0, 2);
    expect(
      [
        [1, 2, 3, 4],
        [2, 1, 3, 4],
        [4, 3, 2, 1],
      ].map((id) => table.find(viewOf(id), 0)),
    ).toEqual([1, 2, 0]);
  });

  it('reads an id from its offset among other bytes', () => {
    const bytes = new DataView(new ArrayBuffer(48));
    bytes.setUint32(16, 7);
    const table = new IdTable();
    table.add(bytes, 16, 1);
    expect(table.find(bytes, 16)).toBe(1);
    expect(table.find(bytes, 0)).toBe(0);
    expect(table.find(viewOf([7, 0, 0, 0]), 0)).toBe(1);
  });
});
