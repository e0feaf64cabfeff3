import type { Product } from '../../models/product.js';
import type { ApiError } from '@typed-queue/contracts';

/** The id of no document. */
export const UNKNOWN = '0123456789abcdef01234567';

let number = 0;

/** A name that no other document has. */
export const freshName = (): string => `name ${++number}`;

export const book = (more: Partial<Product> = {}): Product => ({
  name: freshName(),
  price: 1_200,
  stock: 3,
  tags: ['paper'],
  ...more,
});

/** What something rejects with. */
export const refusal = async (work: Promise<unknown>): Promise<ApiError> => {
  try {
    await work;
  } catch (error) {
    // Safe: tests ask for its code.
    return error as ApiError;
  }
  throw new Error('It was not refused.');
};
