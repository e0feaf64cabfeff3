import type { Product } from '../product.js';

/** @throws Error unless the answer is that of this product */
export const answered = ({ id }: Product, answer: { readonly id: string }): void => {
  if (answer.id !== id) throw new Error(`The call of ${id} was answered for ${answer.id}.`);
};
