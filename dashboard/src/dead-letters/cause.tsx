import { Text } from '../text/text.js';
import { codeText } from './letter-code.js';

/** Why a message is dead, in a table. */
export const CodeBadge = ({ code }: { code: string }) => (
  <span className="badge" data-state="dead">
    <Text>{codeText(code)}</Text>
  </span>
);

/** The same with what came with a declared failure, as JSON in one line. */
export const Cause = ({ code, data }: { code: string; data?: unknown }) => (
  <>
    <CodeBadge code={code} />
    {data !== undefined && (
      <>
        {' '}
        <code>
          <Text most={200}>{JSON.stringify(data)}</Text>
        </code>
      </>
    )}
  </>
);
