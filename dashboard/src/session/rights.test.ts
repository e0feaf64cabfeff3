import { expect, it } from '@jest/globals';
import { NEEDED, neededText, suffice } from './rights.js';

const NONE = { publish: false, consume: false, tail: false, admin: false };

it('one of the rights that are needed suffices', () => {
  expect(suffice({ ...NONE, consume: true }, NEEDED.seeGroups)).toBe(true);
  expect(suffice({ ...NONE, admin: true }, NEEDED.seeGroups)).toBe(true);
});

it('other rights do not suffice', () => {
  expect(suffice({ ...NONE, tail: true, publish: true }, NEEDED.seeGroups)).toBe(false);
  expect(suffice({ ...NONE, admin: true }, NEEDED.read)).toBe(false);
});

it('where no right is needed, any suffices', () => {
  expect(suffice(NONE, NEEDED.any)).toBe(true);
});

it('what is not permitted names the rights that it needs', () => {
  expect(neededText('This page', NEEDED.seeGroups)).toBe(
    'This page needs the right consume or admin of the queue. Who runs this server can grant it.',
  );
});
