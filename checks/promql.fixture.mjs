/** Strings, numbers and durations, names, and every other character. */
const TOKEN = /"(?:[^"\\]|\\.)*"|\d[\w.]*|[a-zA-Z_:$][\w:]*|\S/g;
const GROUPING = ['by', 'without', 'on', 'ignoring', 'group_left', 'group_right'];
/** What follows the name of a function. */
const FUNCTION = ['(', 'by', 'without'];
const KEYWORDS = [...GROUPING, 'and', 'or', 'unless', 'offset', 'bool'];

/**
 * The index after the bracket that closes the one at an index.
 * @param {readonly string[]} tokens
 * @param {number} open
 */
const afterBracket = (tokens, open) => {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if ('({['.includes(tokens[at])) depth++;
    if (')}]'.includes(tokens[at])) depth--;
    if (depth === 0) return at + 1;
  }
  throw new Error(`a bracket is not closed: ${tokens.join(' ')}`);
};

const isName = (token) => /^[a-zA-Z_:][\w:]*$/.test(token);

/**
 * What an expression of PromQL names: its metrics, each with the labels that it selects by, and the labels that it groups
 * by. As much of PromQL as `ops/` uses: durations and other names in `[…]` are skipped.
 */
export const namesIn = (expression) => {
  const tokens = expression.match(TOKEN) ?? [];
  const selectors = [];
  const groupings = [];
  for (let at = 0; at < tokens.length; at++) {
    const [token, next] = [tokens[at], tokens[at + 1]];
    if (token === '[') at = afterBracket(tokens, at) - 1;
    else if (GROUPING.includes(token) && next === '(') {
      const end = afterBracket(tokens, at + 1);
      groupings.push(...tokens.slice(at + 2, end - 1).filter(isName));
      at = end - 1;
    } else if (isName(token) && next === '{') {
      const end = afterBracket(tokens, at + 1);
      const labels = tokens.slice(at + 2, end - 1).filter(isName);
      selectors.push({ metric: token, labels });
      at = end - 1;
    } else if (isName(token) && !FUNCTION.includes(next) && !KEYWORDS.includes(token)) {
      selectors.push({ metric: token, labels: [] });
    }
  }
  return { selectors, groupings };
};
