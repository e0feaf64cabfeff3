import { beforeEach, describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import type { ConnectOptions } from '@typed-queue/queue-client';
import { Session, type Client } from './session.js';

/** A client that does what the test says. */
class FakeClient {
  state: Client['state'] = { kind: 'connecting' };
  isClosed = false;
  readonly options: ConnectOptions;
  readonly #listeners = new Map<string, (event: unknown) => void>();

  constructor(options: ConnectOptions) {
    this.options = options;
  }

  on(event: string, listener: (event: unknown) => void): void {
    this.#listeners.set(event, listener);
  }

  becomes(state: Client['state'], event: string, value: unknown = {}): void {
    this.state = state;
    this.#listeners.get(event)?.(value);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

let kept: Map<string, string>;
let clients: FakeClient[];
let session: Session;
let changes: number;

const client = (index: number): FakeClient => {
  const found = clients[index];
  if (found === undefined) throw new Error(`no client ${index}`);
  return found;
};

const openSession = (): Session =>
  new Session({
    url: 'http://queue.example',
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    connect: (_contract, options) => {
      const opened = new FakeClient(options);
      clients.push(opened);
      // Safe: a session uses no more of a client.
      return opened as unknown as Client;
    },
  });

beforeEach(() => {
  kept = new Map();
  clients = [];
  changes = 0;
  session = openSession();
  session.subscribe(() => changes++);
});

const unauthorized = new QueueError('unauthorized', 'who?');

describe('the session of a page', () => {
  it('connects without a token at first', () => {
    expect(client(0).options).toEqual({ url: 'http://queue.example', token: undefined, name: 'dashboard' });
  });

  it('shows what its connection becomes', () => {
    client(0).becomes({ kind: 'connected' }, 'connected');
    expect(session.view().connection).toEqual({ kind: 'connected' });
    client(0).becomes({ kind: 'disconnected', reason: 'transport close' }, 'disconnected');
    expect(session.view().connection.kind).toBe('disconnected');
    expect(changes).toBe(2);
  });

  it('is the same view until something changes', () => {
    expect(session.view()).toBe(session.view());
  });

  it('says why it cannot connect, until it is connected', () => {
    client(0).becomes({ kind: 'connecting' }, 'connection:failed', { cause: new Error('no route') });
    expect(session.view().problem).toBe('no route');
    client(0).becomes({ kind: 'connected' }, 'connected');
    expect(session.view().problem).toBeUndefined();
  });

  it('asks for a token when the server does', () => {
    client(0).becomes({ kind: 'refused', error: unauthorized }, 'error', { error: unauthorized });
    expect(session.view().signInReason).toBe(unauthorized);
  });

  it('asks for no token when another one would not help', () => {
    const error = new QueueError('protocol_unsupported', 'too old');
    client(0).becomes({ kind: 'refused', error }, 'error', { error });
    expect(session.view().signInReason).toBeUndefined();
  });

  it('still asks for a token when the server answers no more guesses', () => {
    const error = new QueueError('rate_limited', 'wait', { details: { limit: 'wrong keys' } });
    client(0).becomes({ kind: 'disconnected', reason: 'refused' }, 'error', { error });
    expect(session.view().signInReason).toBe(error);
  });

  it('asks for no token when the server is only busy', () => {
    const error = new QueueError('rate_limited', 'wait', { details: { limit: 'connections' } });
    client(0).becomes({ kind: 'disconnected', reason: 'refused' }, 'error', { error });
    expect(session.view().signInReason).toBeUndefined();
  });

  it('asks for a token until it is connected with one', () => {
    client(0).becomes({ kind: 'refused', error: unauthorized }, 'error', { error: unauthorized });
    session.signIn('my token');
    expect(session.view().signInReason).toBe(unauthorized);
    client(1).becomes({ kind: 'connected' }, 'connected');
    expect(session.view().signInReason).toBeUndefined();
  });

  it('shows the token of who signed in, also after the page is loaded again', () => {
    session.signIn('my token');
    expect(client(1).options.token).toBe('my token');
    expect(session.view().hasToken).toBe(true);
    openSession();
    expect(client(2).options.token).toBe('my token');
  });

  it('keeps no token that the server refuses', () => {
    session.signIn('my token');
    client(1).becomes({ kind: 'refused', error: unauthorized }, 'error', { error: unauthorized });
    expect([...kept]).toEqual([]);
  });

  it('keeps a token again that the server takes after all', () => {
    session.signIn('my token');
    client(1).becomes({ kind: 'refused', error: unauthorized }, 'error', { error: unauthorized });
    client(1).becomes({ kind: 'connected' }, 'connected');
    expect([...kept.values()]).toEqual(['my token']);
  });

  it('keeps what was typed until somebody signs out', () => {
    session.drafts.set('form', 'text');
    session.signIn('my token');
    expect(session.drafts.get('form')).toBe('text');
    session.signIn(undefined);
    expect(session.drafts.size).toBe(0);
  });

  it('closes the connection of who was there before', () => {
    session.signIn('my token');
    expect(clients.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    client(0).becomes({ kind: 'closed' }, 'disconnected');
    expect(session.view().connection.kind).toBe('connecting');
  });

  it('forgets the token of who signs out', () => {
    session.signIn('my token');
    session.signIn(undefined);
    expect(client(2).options.token).toBeUndefined();
    expect([...kept]).toEqual([]);
  });
});
