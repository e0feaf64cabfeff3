import { describe, expect, it } from '@jest/globals';
import { isOriginAllowed } from './origins.js';

const page = 'https://shop.example';

describe('the origin of a request', () => {
  it.each<[string | undefined, readonly string[], boolean]>([
    [undefined, [], true],
    [undefined, [page], true],
    [page, [page], true],
    [page, ['https://other.example', page], true],
    [page, ['*'], true],
    ['null', ['*'], true],
    [page, [], false],
    ['null', [page], false],
    ['', [page], false],
    ['http://localhost:3333', [], false],
    [`${page}:8443`, [page], false],
    [`${page}.evil.example`, [page], false],
    ['http://shop.example', [page], false],
    ['*', [page], false],
  ])('%j, when %j may come in, is allowed: %s', (origin, allowed, expected) => {
    expect(isOriginAllowed(origin, allowed)).toBe(expected);
  });
});
