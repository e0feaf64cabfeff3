import { QueueError } from '@typed-queue/contracts';
import { element } from './element.js';

/** Any error in words; those of the queue with their code. */
export const inWords = (error: unknown): string => {
  if (error instanceof QueueError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
};

/** The box above everything else that says what is wrong, and the command that helps. */
export const problemBox = () => {
  const box = element('problem', HTMLElement);
  const text = element('problem-text', HTMLElement);
  const command = element('problem-command', HTMLElement);
  return {
    show: (words: string, helps = ''): void => {
      // Written again, the same words would be read out again.
      if (!box.hidden && text.textContent === words) return;
      text.textContent = words;
      command.textContent = helps;
      box.hidden = false;
    },
    hide: (): void => {
      box.hidden = true;
    },
  };
};

export type ProblemBox = ReturnType<typeof problemBox>;
