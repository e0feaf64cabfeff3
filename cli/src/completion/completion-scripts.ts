import type { CommandWords, Word } from './completion-words.js';

const textsOf = ({ commands, options, values }: CommandWords): string =>
  [...values, ...[...commands, ...options].map(({ text }) => text)].join(' ');

/** The cases of a shell that go from a path and a word to the path of a command. */
const stepsOf = (words: readonly CommandWords[]): string =>
  words
    .filter(({ path }) => path !== '')
    .map(({ path }) => `"${path.includes(' ') ? path : ` ${path}`}"`)
    .join('|');

const casesOf = (words: readonly CommandWords[]): string =>
  words.map((each) => `    "${each.path}") reply="${textsOf(each)}" ;;`).join('\n');

/** The values of an option, where it is the word before the cursor. */
const valuesOf = (words: readonly CommandWords[]): string =>
  words
    .flatMap(({ path, options }) => options.map((option) => ({ path, ...option })))
    .flatMap(({ path, text, values }) =>
      values === undefined ? [] : [`    "${path} ${text}") reply="${values.join(' ')}" ;;`],
    )
    .join('\n');

/** Finds the command of the words before the cursor, and what may follow it; other words may be files. */
const bodyOf = (words: readonly CommandWords[], before: string): string => `
  local at="" word reply=""
  for word in ${before}; do
    case "$at $word" in
      ${stepsOf(words)}) if [ -z "$at" ]; then at="$word"; else at="$at $word"; fi ;;
    esac
  done
  case "$at" in
${casesOf(words)}
  esac
  case "$at $word" in
${valuesOf(words)}
  esac`;

export const bashScript = (words: readonly CommandWords[]): string => `# bash completion of typed-queue
_typed_queue() {${bodyOf(words, '"${COMP_WORDS[@]:1:COMP_CWORD-1}"')}
  COMPREPLY=($(compgen -W "$reply" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _typed_queue typed-queue
`;

export const zshScript = (words: readonly CommandWords[]): string => `#compdef typed-queue
_typed_queue() {${bodyOf(words, '"${(@)words[2,CURRENT-1]}"')}
  compadd -- \${=reply}
  _files
}
compdef _typed_queue typed-queue
`;

const quoted = (text: string): string => `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;

/** The condition of fish under which a command is the one before the cursor. */
const conditionOf = ({ path, commands }: CommandWords): string => {
  const seen = path === '' ? [] : path.split(' ').map((name) => `__fish_seen_subcommand_from ${name}`);
  const below = commands.map(({ text }) => text).join(' ');
  const notBelow = below === '' ? [] : [`not __fish_seen_subcommand_from ${below}`];
  return [...seen, ...notBelow].join('; and ');
};

const fishValues = ({ values }: Word): string =>
  values === undefined ? '' : ` -x -a ${quoted(values.join(' '))}`;

const fishLines = (words: CommandWords): readonly string[] => {
  const line = (flag: string, { description }: Word): string =>
    `complete -c typed-queue -n ${quoted(conditionOf(words))} ${flag} -d ${quoted(description)}`;
  return [
    ...words.commands.map((word) => line(`-f -a ${word.text}`, word)),
    ...words.values.map((text) => line(`-f -a ${text}`, { text, description: '' })),
    ...words.options.map((word) => line(`-l ${word.text.replace(/^--/, '')}${fishValues(word)}`, word)),
  ];
};

export const fishScript = (words: readonly CommandWords[]): string =>
  `# fish completion of typed-queue\n${words.flatMap(fishLines).join('\n')}\n`;
