import { countField } from '../address/search-fields.js';

/** How fast letters are redriven, as somebody typed it. */
export type RedriveRate =
  | { readonly kind: 'any' }
  | { readonly kind: 'limited'; readonly perSecond: number }
  | { readonly kind: 'unreadable' };

const perSecondOf = countField(1);

export const redriveRate = (typed: string): RedriveRate => {
  const text = typed.trim();
  if (text === '') return { kind: 'any' };
  const perSecond = perSecondOf(text);
  return perSecond === undefined ? { kind: 'unreadable' } : { kind: 'limited', perSecond };
};

/** For `redrive`. */
export const limitOf = (rate: RedriveRate): { readonly ratePerSecond?: number } =>
  rate.kind === 'limited' ? { ratePerSecond: rate.perSecond } : {};
