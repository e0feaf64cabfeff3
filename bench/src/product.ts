import type { Payload, SystemContract } from '@typed-queue/contracts';

export type Product = Payload<SystemContract, 'database', 'create'>;

const PREFIX = 'product-';

/** A `create` event whose payload has 250 bytes as JSON: built for each message, as a publisher would. */
export const product = (n: number): Product => ({
  model: 'product',
  id: `${PREFIX}${String(n).padStart(9, '0')}`,
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

/** The number of which `product` made it. */
export const numberOf = ({ id }: Product): number => Number(id.slice(PREFIX.length));

/** What a peer carries that transports bytes. */
export const bodyOf = (message: Product): string => JSON.stringify(message);

// Safe: only this bench publishes to the brokers that it starts.
export const parseBody = (body: string): Product => JSON.parse(body) as Product;
