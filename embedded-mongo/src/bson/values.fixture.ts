import { Binary, BSONRegExp, Decimal128, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import fc from 'fast-check';

/** Numbers of all four types, many of them equal to others. */
const anyNumber = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.integer({ min: -5, max: 5 }).map((n) => BigInt(n)),
  fc.integer({ min: -500, max: 500 }).map((n) => Decimal128.fromString(`${n}E-2`)),
  fc
    .constantFrom('NaN', 'Infinity', '-Infinity', '0', '1E+20', '-0')
    .map((text) => Decimal128.fromString(text)),
);

/** Any value that a field may have. */
export const anyValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    anyNumber,
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.boolean(),
    fc.constantFrom(null, undefined, new MinKey(), new MaxKey(), new BSONRegExp('a', 'i')),
    fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(10) }),
    fc.constantFrom('000000000000000000000001', 'ffffffffffffffffffffffff').map((hex) => new ObjectId(hex)),
    fc.uint8Array({ maxLength: 3 }).map((bytes) => new Binary(bytes)),
    fc.nat({ max: 3 }).map((t) => new Timestamp({ t, i: 1 })),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;
