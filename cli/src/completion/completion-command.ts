import { Argument, Command } from 'commander';
import { match } from 'ts-pattern';
import type { Machine } from '../machine.js';
import { bashScript, fishScript, zshScript } from './completion-scripts.js';
import { wordsOf } from './completion-words.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

const HELP = `
Examples:
  $ source <(typed-queue completion bash)          # in ~/.bashrc
  $ source <(typed-queue completion zsh)           # in ~/.zshrc, after compinit
  $ typed-queue completion fish > ~/.config/fish/completions/typed-queue.fish
`;

/** `typed-queue completion`. `program`: whose commands are completed. */
export const completionCommand = (program: Command, { stdout }: Machine): Command =>
  new Command('completion')
    .description('prints a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText('after', HELP)
    .action((shell: (typeof SHELLS)[number]) => {
      const words = wordsOf(program);
      const script = match(shell)
        .with('bash', () => bashScript(words))
        .with('zsh', () => zshScript(words))
        .with('fish', () => fishScript(words))
        .exhaustive();
      stdout.write(script);
    });
