import {spawn} from 'node:child_process';
import {childEnvironment} from '../../util/child-environment.js';
import {programFile} from '../../util/package-file.js';

/**
 * Runs one of the program's own data commands in a process of its own, so that reading two
 * hundred thousand labels never holds up whoever asked.
 *
 * @param onLine Called with each whole line of its output.
 * @returns All that it wrote to its output.
 * @param signal Ends the process as Ctrl-C does.
 * @throws Error with what it wrote to its error output, where it failed; the reason of the signal.
 */
export async function runDataCommand(
  args: readonly string[],
  signal: AbortSignal,
  onLine: (line: string) => void = () => {},
): Promise<string> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [programFile('main.js'), 'data', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: childEnvironment(process.env),
  });
  // It stops as at Ctrl-C; whoever starts it again finds its files closed.
  const stop = (): void => void child.kill('SIGINT');
  signal.addEventListener('abort', stop, {once: true});

  let output = '';
  let errors = '';
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => signal.removeEventListener('abort', stop));
  signal.throwIfAborted();
  if (code !== 0) throw new Error(errors.replaceAll(/^celeba-tui: /gm, '').trim());
  return output;
}
