import type { CallSchema } from '@typed-queue/contracts/compatibility';
import { match } from 'ts-pattern';
import type { CallPart } from './contract-schemas.js';
import { failureSection } from './docs-failures.js';
import { schemaSection } from './docs-schema.js';

/** A call, as HTML. */
export const callSection = ({ input, output, answering, timeoutMs, failures }: CallPart): string =>
  `<p class="muted">A call, answered ${answeringText(answering)}. Its callers wait ${timeoutMs} ms.</p>
<h4>Input</h4>
${schemaSection('the input', input)}
<h4>${answering.kind === 'stream' ? 'Each output' : 'Output'}</h4>
${schemaSection('the output', output)}
${failureSection(failures, 'the caller gets it at once')}`;

const answeringText = (answering: CallSchema['answering']): string =>
  match(answering)
    .with({ kind: 'once', idempotent: true }, () => 'by one output; it may be answered twice')
    .with({ kind: 'once', idempotent: false }, () => 'by one output')
    .with(
      { kind: 'durable' },
      ({ answerForMs }) => `by one output; it is stored, and so is its answer for ${answerForMs} ms`,
    )
    .with({ kind: 'stream' }, () => 'by any number of outputs')
    .exhaustive();
