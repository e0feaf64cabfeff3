import { call, defineContract, defineQueue, streaming } from '@typed-queue/contracts';

interface NumberSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => { readonly value: number };
    readonly types?: { readonly input: number; readonly output: number };
  };
}

const number: NumberSchema = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: Number(value) }) },
};

/** A contract of one queue whose payloads are numbers. */
export const numbers = defineContract({
  files: defineQueue('files', {
    events: {
      save: number,
      double: call({ input: number, output: number }),
      countdown: streaming({ input: number, output: number }),
    },
  }),
});
