const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],:]/gs;

/** Of a number as it is written: its digits and the power of ten behind them. */
const exactly = (text: string): string => {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  if (kept === '') return /\d/.test(text) ? '0' : text;
  return `${sign}${kept}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - kept.length)}`;
};

const isKept = (number: string): boolean => exactly(number) === exactly(String(Number(number)));

const lostNumber = (token: string): string | undefined =>
  /^[-\d]/.test(token) && !isKept(token)
    ? `The number ${token} cannot be kept: it would be stored as ${JSON.stringify(Number(token))}. Write it as text if the schema allows it.`
    : undefined;

/** Why the value of a JSON text is not what is written there; undefined: it is. */
export const lossOf = (json: string): string | undefined => {
  const tokens = json.match(TOKEN) ?? [];
  const open: Set<string>[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token === '{' || token === '[') open.push(new Set());
    if (token === '}' || token === ']') open.pop();
    const loss = lostNumber(token) ?? (tokens[index + 1] === ':' ? lostField(token, open.at(-1)) : undefined);
    if (loss !== undefined) return loss;
  }
  return undefined;
};

const lostField = (token: string, known: Set<string> | undefined): string | undefined => {
  const name = String(JSON.parse(token));
  if (known?.has(name))
    return `The field ${JSON.stringify(name)} is there twice: only the last one would be kept.`;
  known?.add(name);
  return undefined;
};
