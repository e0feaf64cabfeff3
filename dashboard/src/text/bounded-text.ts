/** The beginning of a text, and how many characters are left out. A pair of surrogates is not cut. */
export const boundedText = (text: string, most: number): { readonly text: string; readonly rest: number } => {
  if (text.length <= most) return { text, rest: 0 };
  const last = text.charCodeAt(most - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? most - 1 : most;
  return { text: text.slice(0, end), rest: text.length - end };
};
