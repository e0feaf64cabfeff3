// Runs on every Node that has modules (12.20 and later): only syntax that those can parse, and no import.

/** The versions of Node that all packages run on, as the `engines` of their package.json say. */
export const SUPPORTED_NODES = '^20.19.0 || ^22.12.0 || >=24.0.0';

/** The used part of `process`. */
export interface RunningNode {
  readonly versions: { readonly node: string };
  exitCode?: number | string | null | undefined;
  once(event: 'exit', listener: (exitCode: number) => void): unknown;
}

/** Whether a version, `22.12.0`, is one of `SUPPORTED_NODES`. */
export const isSupportedNode = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
};

/**
 * Loads a program where Node can run it. Elsewhere it prints which versions it needs and sets the exit code 1:
 * an old Node would only report syntax errors in what the program imports.
 *
 * Node ends with 0 when nothing is left that could wake it, even while a module still awaits something. A program that
 * ends so before it has loaded prints that, and exits with 1.
 */
export const startOnSupportedNode = (node: RunningNode, name: string, load: () => Promise<unknown>): void => {
  const { node: version } = node.versions;
  if (isSupportedNode(version)) {
    reportEarlyExit(node, name, load());
    return;
  }
  console.error(`${name} needs Node ${SUPPORTED_NODES}; this is ${version}.`);
  node.exitCode = 1;
};

const reportEarlyExit = (node: RunningNode, name: string, loading: Promise<unknown>): void => {
  let isLoading = true;
  void loading.finally(() => {
    isLoading = false;
  });
  node.once('exit', (exitCode) => {
    // An earlier listener that knew more has set one.
    const isReported = exitCode !== 0 || (node.exitCode !== undefined && Number(node.exitCode) !== 0);
    if (!isLoading || isReported) return;
    console.error(
      `${name} ended before it was finished: it waits for something that never happens, or a module called process.exit(). See what the modules that it loads do at their top level.`,
    );
    node.exitCode = 1;
  });
};
