import { Json } from '../text/json.js';
import { columnsOf } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { Text } from '../text/text.js';
import { isObject } from '../forms/json-object.js';
import { policyText, type EventFailures } from './failure-policy.js';
import { fieldsOf } from './schema-fields.js';
import { typeText } from './schema-type.js';

interface DeclaredFailure {
  readonly code: string;
  readonly policy: string;
  /** Empty: nothing comes with it. */
  readonly data: string;
}

const Code = ({ text }: { text: string }) => (
  <code>
    <Text most={500}>{text}</Text>
  </code>
);

const column = columnsOf<DeclaredFailure>();
const columns = column.columns([
  column.accessor('code', { header: 'Failure', cell: ({ getValue }) => <Code text={getValue()} /> }),
  column.accessor('policy', { header: 'Then', cell: ({ getValue }) => <Text>{getValue()}</Text> }),
  column.accessor('data', { header: 'Comes with', cell: ({ getValue }) => <Code text={getValue()} /> }),
]);

/** The fields of a failure's data, or its type where it has none. */
const dataText = (data: unknown): string => {
  if (data === undefined) return '';
  const root = isObject(data) ? data : {};
  const fields = fieldsOf(root).map(({ path, type }) => `${path}: ${type}`);
  return fields.length === 0 ? typeText(data, root) : fields.join(', ');
};

/** How the handling of an event may fail, as its contract declares. */
export const FailureDeclarations = ({ event, failures }: { event: string; failures: EventFailures }) => {
  const declared = Object.entries(failures);
  if (declared.length === 0) return null;
  const rows = declared.map(([code, { data, ...policy }]) => ({
    code,
    policy: policyText(policy),
    data: dataText(data),
  }));
  return (
    <div className="wrapping">
      <DataTable label={`Failures of ${event}`} columns={columns} rows={rows} idOf={({ code }) => code} />
      {declared.map(
        ([code, { data }]) =>
          data !== undefined && (
            <details key={code}>
              <summary>
                JSON Schema of <Text>{code}</Text>
              </summary>
              <Json value={data} label={`Schema of ${code}`} />
            </details>
          ),
      )}
    </div>
  );
};
