import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Of a user of the packages: strict, with the declarations that were built. */
const OPTIONS = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
};

/** Compiles texts that are in no file, by the API of a version of TypeScript. */
export class Compiler {
  #ts;
  #folder;
  /** Parses the files of libraries once. */
  #registry;

  /** `folder`: where the texts are as if they were files. */
  constructor(ts, folder = join(root, 'checks')) {
    this.#ts = ts;
    this.#folder = folder;
    this.#registry = ts.createDocumentRegistry();
  }

  /** The errors of the last of some files, given by name and text. */
  errors(files) {
    const { service, name } = this.#service(files);
    const { flattenDiagnosticMessageText } = this.#ts;
    return [...service.getSyntacticDiagnostics(name), ...service.getSemanticDiagnostics(name)].map(
      ({ file, start, messageText }) => ({
        line: file.getLineAndCharacterOfPosition(start).line,
        at: file.text.slice(start),
        text: flattenDiagnosticMessageText(messageText, '\n'),
      }),
    );
  }

  /** What an editor shows of the name after each mark, on one line. */
  hovers(files, mark) {
    const { service, name, text } = this.#service(files);
    return positionsOf(text, mark).map((position) =>
      this.#ts
        .displayPartsToString(service.getQuickInfoAtPosition(name, position)?.displayParts)
        .replaceAll(/\s+/g, ' '),
    );
  }

  /** What an editor offers after each mark, the best first. */
  completions(files, mark) {
    const { service, name, text } = this.#service(files);
    return positionsOf(text, mark).map((position) =>
      (service.getCompletionsAtPosition(name, position, {})?.entries ?? [])
        .filter(({ kind }) => kind === 'property' || kind === 'method')
        .map((entry) => entry.name),
    );
  }

  /** The declarations that are made of a file. */
  declarations(files) {
    const { service, name } = this.#service(files, {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
    });
    return service.getEmitOutput(name, true, true).outputFiles[0].text;
  }

  /** How many types the compiler makes to check the last of some files. */
  instantiations(files) {
    const { service, name } = this.#service(files);
    const program = service.getProgram();
    program.getSemanticDiagnostics(program.getSourceFile(name));
    return program.getInstantiationCount();
  }

  #service(files, options = {}) {
    const ts = this.#ts;
    const texts = new Map(Object.entries(files).map(([name, text]) => [join(this.#folder, name), text]));
    const settings = {
      ...OPTIONS,
      ...options,
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      lib: ['lib.es2023.d.ts'],
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    };
    const service = ts.createLanguageService(
      {
        ...ts.sys,
        useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
        getCompilationSettings: () => settings,
        getScriptFileNames: () => [...texts.keys()],
        // The registry keeps files by their versions.
        getScriptVersion: (name) => texts.get(name) ?? '1',
        getScriptSnapshot: (name) => this.#snapshot(name, texts.get(name)),
        getCurrentDirectory: () => root,
        getDefaultLibFileName: ts.getDefaultLibFilePath,
        fileExists: (name) => texts.has(name) || ts.sys.fileExists(name),
        readFile: (name) => texts.get(name) ?? ts.sys.readFile(name),
      },
      this.#registry,
    );
    const [name, text] = [...texts].at(-1);
    return { service, name, text };
  }

  #snapshot(name, text = this.#ts.sys.readFile(name)) {
    return text === undefined ? undefined : this.#ts.ScriptSnapshot.fromString(text);
  }
}

const positionsOf = (text, mark) => {
  const positions = [];
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at)) {
    at = Number(at) + String(mark).length;
    positions.push(at);
  }
  return positions;
};
