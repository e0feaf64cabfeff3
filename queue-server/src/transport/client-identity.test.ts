import { describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { identityOf, storedProducer } from './client-identity.js';

const secret = 'a secret of 32 characters or more';
const client = newId();

describe('the identity of a connection', () => {
  it('is that of every connection with the same secret', () => {
    expect(identityOf({ secret }, 'one')).toEqual(identityOf({ secret, client }, 'other'));
    expect(identityOf({ secret: `${secret}.` }, 'one').key).not.toBe(identityOf({ secret }, 'one').key);
  });

  it('is that of every connection with the same id, for clients of version 1', () => {
    expect(identityOf({ client }, 'one')).toEqual(identityOf({ client }, 'other'));
    expect(identityOf({ client: newId() }, 'one').key).not.toBe(identityOf({ client }, 'one').key);
  });

  it('is its own when the client shows neither', () => {
    expect(identityOf({}, 'one').key).not.toBe(identityOf({}, 'other').key);
  });

  it('is not that of a secret which another client shows as its id', () => {
    expect(identityOf({ secret: client }, 'one').key).not.toBe(identityOf({ client }, 'one').key);
  });

  it('has the name that the client gives, or one from which no secret can be derived', () => {
    expect(identityOf({ secret, name: 'logger' }, 'one').name).toBe('logger');
    const { name, key } = identityOf({ client }, 'one');
    expect(name).toMatch(/^client-[0-9a-f]{8}$/);
    expect(`${client} ${key}`).not.toContain(name.slice(7));
  });

  it('holds nothing of the secret itself', () => {
    expect(JSON.stringify(identityOf({ secret }, 'one'))).not.toContain(secret);
    expect(JSON.stringify(identityOf({ client }, 'one'))).not.toContain(client);
  });
});

describe('the stored id of a producer', () => {
  const [id, otherId] = [newId(), newId()];

  it('is the same on all connections of its client', () => {
    expect(storedProducer('client', id)).toBe(storedProducer('client', id));
  });

  it('is another for each client and each id', () => {
    const clientsAndIds = [
      ['client', id],
      ['client', otherId],
      ['other', id],
      ['', id],
    ] as const;
    expect(new Set(clientsAndIds.map(([of, sent]) => storedProducer(of, sent))).size).toBe(4);
  });

  it('does not show the id by which a client could use it', () => {
    expect(storedProducer('client', id)).not.toBe(id);
    expect(storedProducer('', id)).not.toBe(id);
  });
});
