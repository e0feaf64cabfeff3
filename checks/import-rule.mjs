import path from 'node:path';
import { mayImport, testsMayImport } from './import-directions.mjs';

const TEST = /\.(test|test-d|fixture|suite)\.ts$/;
const within = (file, folder) => file === folder || file.startsWith(`${folder}/`);

/** The rows' right sides, for a file named from the repository's root: `queue-server/src/guard/publish.ts`. */
const allowedIn = (file) => {
  const [workspace] = /^(examples\/)?[^/]+/.exec(file);
  const rows = Object.entries(mayImport).filter(([row]) => within(row, workspace));
  if (TEST.test(file)) {
    return [
      workspace,
      'checks',
      ...rows.flatMap(([, allowed]) => allowed),
      ...(testsMayImport[workspace] ?? []),
    ];
  }
  const [row] = rows.filter(([row]) => within(file, row)).sort(([a], [b]) => b.length - a.length);
  return row === undefined ? [] : [row[0], ...row[1]];
};

const isAllowed = (file, imported, allowed) => {
  if (imported.startsWith('node:')) return allowed.includes('node:');
  if (!imported.startsWith('.')) return allowed.includes(imported);
  const target = path.posix.join(path.posix.dirname(file), imported).replace(/\.js$/, '.ts');
  return allowed.some((folder) => within(target, folder));
};

/** The rule: each import of a file is in its row of the table above. */
const direction = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      wrong: '{{file}} must not import {{imported}}: see the table in checks/import-directions.mjs.',
    },
  },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/');
    const allowed = allowedIn(file);
    const check = ({ source }) => {
      if (typeof source?.value !== 'string') return;
      if (isAllowed(file, source.value, allowed)) return;
      context.report({ node: source, messageId: 'wrong', data: { file, imported: source.value } });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
      TSImportType: check,
    };
  },
};

export const imports = { rules: { direction } };
