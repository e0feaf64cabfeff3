import { describe, expect, it } from '@jest/globals';
import { ALL_RIGHTS, rightsSchema, rightsToModel, rightsToQueue } from './rights.js';

const rights = rightsSchema.parse({
  queues: {
    files: { publish: ['save'], consume: ['billing-*'] },
    'file*': { tail: true, consume: ['audit'] },
    empty: {},
  },
  models: { product: ['read'], '*': ['write'] },
});

describe('rights to a queue', () => {
  const files = rightsToQueue(rights, 'files');

  it.each(['save', 'error', 'sav', 'save2', ''])('publish the events that are named: %j', (event) => {
    expect(files?.publish.has(event)).toBe(event === 'save');
  });

  it.each([
    ['billing-', true],
    ['billing-1', true],
    ['audit', true],
    ['billing', false],
    ['audit-2', false],
  ])('consume by the groups whose names match: %s %s', (group, granted) => {
    expect(files?.consume.has(group)).toBe(granted);
  });

  it('are those of all entries that match its name', () => {
    expect(files).toMatchObject({ tail: true, admin: false });
    expect(rightsToQueue(rights, 'filed')).toMatchObject({ tail: true, publish: { isEmpty: true } });
  });

  it.each(['database', 'empty', 'fil', '__proto__', 'toString'])('are none to %s', (queue) => {
    expect(rightsToQueue(rights, queue)).toBeUndefined();
  });

  it('are all for who may do everything', () => {
    expect(rightsToQueue(ALL_RIGHTS, 'any')).toMatchObject({
      publish: { isAll: true },
      consume: { isAll: true },
      tail: true,
      admin: true,
    });
  });
});

describe('rights to a model', () => {
  it.each([
    ['product', ['read', 'write']],
    ['category', ['write']],
  ])('are those of all entries that match its name: %s', (model, verbs) => {
    expect([...rightsToModel(rights, model)].sort()).toEqual(verbs);
  });
});

describe('rights as text', () => {
  it.each([
    { queue: {} },
    { queues: { files: { publsh: ['save'] } } },
    { queues: { files: { publish: 'save' } } },
    { queues: { files: { tail: 'yes' } } },
    { queues: { files: { consume: ['*-billing'] } } },
    { queues: { 'fi*les': { tail: true } } },
    { queues: { '': { tail: true } } },
    { models: { product: ['delete'] } },
    [],
  ])('refuse what they do not know: %j', (input) => {
    expect(rightsSchema.safeParse(input).success).toBe(false);
  });

  it('report all problems together', () => {
    const { error } = rightsSchema.safeParse({
      queues: { files: { publsh: [], tail: 1 }, database: { consume: 1 } },
    });
    expect(error?.issues.map(({ path }) => path.join('.')).sort()).toEqual([
      'queues.database.consume',
      'queues.files',
      'queues.files.tail',
    ]);
  });
});
