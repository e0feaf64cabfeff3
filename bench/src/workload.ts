import type { Payload, SystemContract } from '@typed-queue/contracts';

/** A `create` event whose payload has 250 bytes as JSON: built for each message, as a publisher would. */
export const product = (n: number): Payload<SystemContract, 'database', 'create'> => ({
  model: 'product',
  id: `product-${String(n).padStart(9, '0')}`,
  after: {
    number: n + 1_000_000_000,
    name: 'A product of which there are many, no two',
    price: 1_999,
    currency: 'EUR',
    stock: 120,
    category: 'books and other things to read',
    updatedAt: '2026-01-01T00:00:00.000Z',
  },
});

/** What one side of a run measured. */
export interface Measured {
  /** When it was done, on the clock that all processes of a machine share, in milliseconds. */
  readonly doneAt: number;
  readonly cpuMs: number;
}

/** The monotonic clock of the machine: the same in every process. */
export const clock = (): number => Number(process.hrtime.bigint()) / 1e6;

export const cpuMs = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};
