import { messageOf } from '@typed-queue/program';
import { Command, Option } from 'commander';
import { resolve } from 'node:path';
import { CONTRACT_DEFAULT } from '../connection/contract-choice.js';
import { CommandError, EXIT } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { notEmpty } from '../not-empty.js';
import { asyncApiDocument } from './asyncapi.js';
import { loadSchemas, undecidableParts, type ContractSchemas } from './contract-schemas.js';
import { docsPage } from './docs-page.js';
import { exportDocument } from './export-document.js';

interface ExportOptions {
  readonly jsonSchema?: true;
  readonly asyncapi?: true;
  readonly docs?: true;
  readonly contract?: string;
  readonly contractVersion: string;
  readonly out?: string;
  readonly allowUndecidable: boolean;
}

const HELP = `
Formats (one of them):
  --json-schema  a JSON Schema 2020-12 bundle: what "typed-queue contract check" compares with; commit it
  --asyncapi     an AsyncAPI 3 document
  --docs         one HTML page that needs nothing else

What JSON Schema cannot say (a refinement, a transformation, a Date) is an error that names it. With --allow-undecidable
it is exported with the keyword "x-undecidable", and a check says "undecidable" where it matters.

Examples:
  $ typed-queue contract export --json-schema --out contract.json
  $ typed-queue contract export --contract dist/contract.js --docs --out contract.html

Exit codes: 0 done  2 something cannot be exported  64 wrong usage  66 unreadable contract  73 unwritable file
`;

/** `typed-queue contract export`. */
export const exportCommand = (machine: Machine): Command =>
  new Command('export')
    .description('writes the contract as JSON Schema, AsyncAPI or a page of documentation')
    .addOption(new Option('--json-schema', 'a JSON Schema 2020-12 bundle').conflicts(['asyncapi', 'docs']))
    .addOption(new Option('--asyncapi', 'an AsyncAPI 3 document').conflicts(['jsonSchema', 'docs']))
    .addOption(new Option('--docs', 'an HTML page').conflicts(['jsonSchema', 'asyncapi']))
    .option('--out <file>', 'where to write it (default: standard output)', notEmpty)
    .option(
      '--contract <module>',
      `path or package that exports "contract" (default: ${CONTRACT_DEFAULT})`,
      notEmpty,
    )
    .option('--contract-version <version>', 'named in AsyncAPI and documentation', '1.0.0')
    .option('--allow-undecidable', 'export what JSON Schema cannot say in part', false)
    .addHelpText('after', HELP)
    .action(async (options: ExportOptions) => {
      const render = rendering(options);
      const { schemas } = await loadSchemas(options.contract, machine);
      if (!options.allowUndecidable) refuseUndecidable(schemas);
      await write(render(schemas), options.out, machine);
    });

const rendering = (options: ExportOptions): ((schemas: ContractSchemas) => string) => {
  const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
  if (options.jsonSchema) return (schemas) => json(exportDocument(schemas));
  if (options.asyncapi) return (schemas) => json(asyncApiDocument(schemas, options.contractVersion));
  if (options.docs) return (schemas) => docsPage(schemas, options.contractVersion);
  throw new CommandError(EXIT.usage, 'name a format: --json-schema, --asyncapi or --docs');
};

const refuseUndecidable = (schemas: ContractSchemas): void => {
  const parts = undecidableParts(schemas);
  if (parts.length === 0) return;
  const lines = parts.map(({ queue, event, failure, pointer, reason }) => {
    const what = failure === undefined ? '' : `, failure ${failure}`;
    return `${queue}.${event}${what}${pointer === '' ? '' : ` at ${pointer}`}: ${reason}`;
  });
  throw new CommandError(
    EXIT.undecidable,
    `JSON Schema cannot say all of the contract (--allow-undecidable exports the rest): ${lines.join('; ')}`,
  );
};

const write = async (
  text: string,
  out: string | undefined,
  { fs, stdout, directory }: Machine,
): Promise<void> => {
  if (out === undefined) {
    stdout.write(text);
    return;
  }
  try {
    await fs.writeFile(resolve(directory, out), text);
  } catch (error) {
    throw new CommandError(EXIT.output, `${out} cannot be written: ${messageOf(error)}`);
  }
};
