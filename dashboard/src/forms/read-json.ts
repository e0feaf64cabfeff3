import { lossOf } from './kept-json.js';

export type ReadJson =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The value of a JSON text, or why it has none that is what is written. */
export const readJson = (text: string): ReadJson => {
  try {
    const value: unknown = JSON.parse(text);
    const loss = lossOf(text);
    return loss === undefined ? { kind: 'value', value } : { kind: 'unreadable', reason: loss };
  } catch (error) {
    return { kind: 'unreadable', reason: `This is not JSON: ${error instanceof Error ? error.message : ''}` };
  }
};
