export type ReadJson =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The value of a JSON text, or why it is none, as the browser says it. */
export const readJson = (text: string): ReadJson => {
  try {
    return { kind: 'value', value: JSON.parse(text) };
  } catch (error) {
    return { kind: 'unreadable', reason: `This is not JSON: ${error instanceof Error ? error.message : ''}` };
  }
};
