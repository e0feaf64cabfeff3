import { beforeEach, describe, expect, it } from '@jest/globals';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { ConnectionLimits, type Refusal } from './connection-limits.js';

const PROXY = '10.0.0.1';

/** As much of a connection as is looked at. */
class Connection extends EventEmitter {
  readonly name: string;
  readonly remoteAddress: string;
  constructor(name: string, remoteAddress: string) {
    super();
    this.name = name;
    this.remoteAddress = remoteAddress;
  }
  destroy(): void {
    closed.push(this.name);
    this.emit('close');
  }
}

let limits: ConnectionLimits;
let refusals: Refusal[];
let closed: string[];

beforeEach(() => {
  [refusals, closed] = [[], []];
  limits = new ConnectionLimits({
    maxConnections: 5,
    maxConnectionsPerAddress: 2,
    isProxy: (address) => address === PROXY,
    onRefused: (refusal) => refusals.push(refusal),
  });
});

// Safe: no other field is asked for.
const socketOf = (connection: Connection): Socket => connection as unknown as Socket;

const enter = (name: string, address = name): Connection => {
  const connection = new Connection(name, address);
  limits.enter(socketOf(connection));
  return connection;
};
const admit = (connection: Connection): void => limits.admit(socketOf(connection));

describe('the connections of one address', () => {
  it('are limited: a new one replaces the oldest that is not admitted', () => {
    admit(enter('a1', 'a'));
    for (const name of ['a2', 'a3', 'a4']) enter(name, 'a');
    enter('b1', 'b');
    expect(closed).toEqual(['a2', 'a3']);
    expect(refusals).toEqual([
      { bound: 'address', address: 'a' },
      { bound: 'address', address: 'a' },
    ]);
  });

  it('are refused when all that are there are admitted, until one leaves', () => {
    const first = enter('a1', 'a');
    admit(first);
    admit(enter('a2', 'a'));
    enter('a3', 'a');
    expect(closed).toEqual(['a3']);
    first.emit('close');
    admit(enter('a4', 'a'));
    expect(closed).toEqual(['a3']);
  });

  it('are those of a whole range of IPv6', () => {
    for (const n of [1, 2, 3]) enter(`v6-${n}`, `2001:db8:0:1::${n}`);
    expect(closed).toEqual(['v6-1']);
  });
});

describe('the connections of a server', () => {
  it('are bounded, wherever they come from', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) admit(enter(name));
    enter('f');
    expect(closed).toEqual(['f']);
    expect(refusals).toEqual([{ bound: 'server', address: 'f' }]);
  });

  it('that wait keep nobody out', () => {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) enter(name);
    expect(closed).toEqual(['a', 'b']);
  });
});

describe('the connections of a proxy', () => {
  it('are bounded by the address of each client', () => {
    for (const [name, client] of [
      ['p1', 'a'],
      ['p2', 'a'],
      ['p3', 'b'],
      ['p4', 'a'],
    ] as const) {
      const connection = enter(name, PROXY);
      limits.attribute(socketOf(connection), client);
      admit(connection);
    }
    expect(closed).toEqual(['p4']);
    expect(refusals).toEqual([{ bound: 'address', address: 'a' }]);
  });

  it('count once where they are for the address they come from', () => {
    const connection = enter('a1', 'a');
    limits.attribute(socketOf(connection), 'a');
    enter('a2', 'a');
    expect(closed).toEqual([]);
  });
});
