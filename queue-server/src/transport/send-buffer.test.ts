import { describe, expect, it } from '@jest/globals';
import { EventEmitter } from 'node:events';
import type { Socket } from 'socket.io';
import { MemoryBudget } from '../access/budget.js';
import { SendBuffer } from './send-buffer.js';

const MIB = 1024 * 1024;

/** As much of an Engine.IO connection as is looked at. */
class Connection extends EventEmitter {
  readonly transport = new EventEmitter();
  readonly budget: MemoryBudget;
  readonly sendBuffer: SendBuffer;
  /** How often it was called for new credit. */
  credits = 0;

  constructor(budget = new MemoryBudget(256 * MIB)) {
    super();
    this.budget = budget;
    // Safe: no other field is asked for.
    this.sendBuffer = new SendBuffer(this as unknown as Socket['conn'], budget.open());
    this.sendBuffer.onCredit(() => this.credits++);
  }
  /** Writes a packet of this size; `flushed`: the system takes it at once. */
  write(bytes: number, flushed = true): void {
    this.emit('packetCreate', { data: new Uint8Array(bytes) });
    if (flushed) this.emit('flush');
  }
  /** The system took all that was written. */
  drain(): void {
    this.transport.emit('drain');
  }
}

describe('the unsent data of a connection', () => {
  it('counts in the budget until the system took it', () => {
    const connection = new Connection();
    connection.write(1_000);
    connection.write(500, false);
    expect(connection.budget.used).toBe(1_500);
    connection.drain();
    expect(connection.budget.used).toBe(500);
    connection.emit('flush');
    connection.drain();
    expect(connection.budget.used).toBe(0);
  });

  it('no longer counts when the connection is closed', () => {
    const connection = new Connection();
    connection.write(1_000);
    connection.emit('close');
    connection.write(1_000);
    expect(connection.budget.used).toBe(0);
  });

  it('leaves credit up to 4 MiB, and none when less than a quarter of it is free', () => {
    const connection = new Connection();
    expect(connection.sendBuffer.credit()).toBe(4 * MIB);
    connection.write(2 * MIB);
    expect(connection.sendBuffer.credit()).toBe(2 * MIB);
    connection.write(MIB + 1);
    expect(connection.sendBuffer.credit()).toBe(0);
    expect(connection.credits).toBe(0);
    connection.drain();
    expect(connection.sendBuffer.credit()).toEqual(4 * MIB);
    expect(connection.credits).toBe(1);
  });

  it('announces credit only after there was none', () => {
    const connection = new Connection();
    connection.write(4 * MIB);
    connection.drain();
    expect(connection.credits).toBe(0);
  });

  it('is limited to little when many clients do not read, and to something for every client', () => {
    const budget = new MemoryBudget(64 * MIB);
    const silent = Array.from({ length: 500 }, () => new Connection(budget));
    for (const connection of silent) {
      const credit = connection.sendBuffer.credit();
      expect(credit).toBeGreaterThanOrEqual(64 * 1024);
      connection.write(credit);
    }
    expect(budget.used).toBeLessThan(64 * MIB + 500 * 64 * 1024);
    expect(new Connection(budget).sendBuffer.credit()).toBe(64 * 1024);
  });

  it('may be 32 MiB, and less when much of the budget is used', () => {
    const budget = new MemoryBudget(256 * MIB);
    const connection = new Connection(budget);
    expect(connection.sendBuffer.maxUnsentBytes).toBe(32 * MIB);
    budget.open().charge(226 * MIB);
    expect(connection.sendBuffer.maxUnsentBytes).toBe(7.5 * MIB);
    budget.open().charge(30 * MIB);
    expect(connection.sendBuffer.maxUnsentBytes).toBe(3 * MIB);
  });

  it('is drained when the system took all of it, or the connection is closed', async () => {
    const connection = new Connection();
    await connection.sendBuffer.drained();
    connection.write(10);
    connection.write(10, false);
    let sent = 0;
    void connection.sendBuffer.drained().then(() => sent++);
    connection.drain();
    await Promise.resolve();
    expect(sent).toBe(0);
    connection.emit('close');
    await Promise.resolve();
    expect(sent).toBe(1);
  });
});
