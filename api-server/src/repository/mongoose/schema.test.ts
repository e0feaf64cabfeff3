import { describe, expect, it } from '@jest/globals';
import mongoose, { Schema } from 'mongoose';
import { isReservedName } from '../../models/reserved-name.js';

/** The names of all members that a value has, also by its prototypes. */
const memberNames = (value: unknown): string[] => {
  const names: string[] = [];
  for (let object: unknown = value; object !== null; object = Object.getPrototypeOf(object)) {
    names.push(...Object.getOwnPropertyNames(object));
  }
  return names;
};

describe('a reserved name', () => {
  it('is every name that Mongoose has in documents, in objects and in items of arrays', () => {
    const inner = new Schema({}, { _id: false });
    const Document = mongoose.createConnection().model('a', new Schema({ $object: inner, $items: [inner] }));
    const document = new Document({ $object: {}, $items: [{}] });
    const items: unknown = document.get('$items');
    const [item] = Array.isArray(items) ? (items as unknown[]) : [];
    const values = [document, document.get('$object'), item];
    expect(values.every((value) => value instanceof mongoose.Document)).toBe(true);
    const names = values.flatMap(memberNames);
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => !isReservedName(name))).toEqual([]);
  });
});
