import { expect, it } from '@jest/globals';
import { itemName } from './item-name.js';

it.each([
  [['items', 0], 'items.0'],
  [['outer', 'items', 3], 'items.3'],
  [['items', 0, 1], 'items.0.1'],
  [['items', 0, 'name'], 'name'],
  [[2], 'Payload.2'],
  [[], 'Payload'],
])('the field at %j is called %s', (path, name) => {
  expect(itemName(path)).toBe(name);
});
