import type {Command, Option} from 'commander';
import {describe, expect, it} from 'vitest';
import type {ToAction} from '../../src/cli/command.js';
import {CommanderError, makeProgram} from '../../src/cli/program.js';
import {commandsOf, pathOf} from '../../src/cli/options.js';
import {UserError} from '../../src/util/user-error.js';

type Parsed = {
  /** Everything that the command's action was given. */
  readonly given: readonly unknown[];
  readonly error: unknown;
  readonly stderr: string;
};

/** What the program makes of a command line, without doing it. */
async function parse(...args: string[]): Promise<Parsed> {
  let given: unknown[] = [];
  const record = (...received: unknown[]): Promise<void> => {
    given = received;
    return Promise.resolve();
  };
  let stderr = '';
  const program = programWith(record, text => (stderr += text));
  try {
    await program.parseAsync(['node', 'celeba-tui', ...args]);
    return {given, error: undefined, stderr};
  } catch (error) {
    return {given, error, stderr};
  }
}

function programWith(
  action: (...received: unknown[]) => Promise<void>,
  writeErr: (text: string) => void,
): Command {
  const toAction: ToAction = () => action;
  const program = makeProgram(toAction, '0.0.0');
  for (const command of commandsOf(program))
    command.configureOutput({writeErr, writeOut: () => {}});
  return program;
}

const table = programWith(
  () => Promise.resolve(),
  () => {},
);
const leaves = commandsOf(table).filter(({commands}) => commands.length === 0);

/** The command's words, with something in place of each argument that it needs. */
function wordsOf(command: Command): string[] {
  const needed = command.registeredArguments.filter(({required}) => required);
  const mandatory = command.options.filter(option => option.mandatory);
  return [
    ...pathOf(command).split(' '),
    ...needed.map((_, index) => `word${index}`),
    ...mandatory.flatMap(textOf),
  ];
}

const valueOf = (option: Option): string => option.argChoices?.at(-1) ?? '7';

/** An option as it is typed. */
function textOf(option: Option): string[] {
  return option.required ? [option.long ?? '', valueOf(option)] : [option.long ?? ''];
}

/** The value of an option among what an action was given; undefined where it has not arrived. */
function received({given}: Parsed, option: Option): unknown {
  const name = option.attributeName();
  const options = given.find(
    value => typeof value === 'object' && value !== null && Object.hasOwn(value, name),
  );
  return (options as Record<string, unknown> | undefined)?.[name];
}

const options = table.options.filter(({long}) => long !== '--version');
const beforeTheName = leaves.flatMap(command =>
  options.map(option => ({command: pathOf(command), option, words: wordsOf(command)})),
);

describe('an option before the name of a command', () => {
  it.each(beforeTheName)(
    '$option.long before $command does what it does behind it, or is refused with its place',
    async ({command, option, words}) => {
      const leaf = leaves.find(candidate => pathOf(candidate) === command);
      const parsed = await parse(...textOf(option), ...words);
      if (leaf?.options.some(({long}) => long === option.long) === true) {
        expect(parsed.error).toBeUndefined();
        const behind = await parse(...words, ...textOf(option));
        expect(received(parsed, option)).toEqual(received(behind, option));
        expect(received(parsed, option)).not.toEqual(option.defaultValue);
        return;
      }
      expect(parsed.error).toBeInstanceOf(UserError);
      expect(parsed.error).toMatchObject({
        exitCode: 2,
        message: `${command} has no option ${option.long}.`,
        hint: expect.stringContaining(`${option.long} belongs to `) as string,
      });
    },
  );

  it('holds less than the same option behind it', async () => {
    const parsed = await parse('--data', 'before', 'run', 'quick', '--data', 'behind');
    expect(parsed.given[1]).toMatchObject({data: 'behind'});
  });

  const elsewhere = leaves.flatMap(command =>
    command.options
      .filter(({long}) => !options.some(known => known.long === long))
      .map(option => ({command: pathOf(command), option, words: wordsOf(command)})),
  );
  it.each(elsewhere)(
    '$option.long, which only commands have, before $command is refused with its place',
    async ({command, option, words}) => {
      const parsed = await parse(...textOf(option), ...words);
      expect(parsed.error).toBeInstanceOf(CommanderError);
      expect(parsed.stderr).toContain(`celeba-tui: unknown option '${option.long}'`);
      expect(parsed.stderr).not.toContain('error:');
      expect(parsed.stderr).toMatch(new RegExp(`${option.long} belongs to .*${command}`));
    },
  );
});

describe('a value of an option', () => {
  const withValues = leaves.flatMap(command =>
    command.options
      .filter(({required, argChoices}) => required && argChoices === undefined)
      .map(option => ({command: pathOf(command), option, words: wordsOf(command)})),
  );
  it.each(withValues)('that is empty is refused for $command $option.long', async row => {
    const {error, stderr} = await parse(...row.words, row.option.long ?? '', '');
    expect(error).toBeDefined();
    expect(`${String(error)}${stderr}`).toMatch(/received (an empty text|"")/);
  });

  it.each(withValues)('that is an option is refused for $command $option.long', async row => {
    const flag = row.option.long ?? '';
    const {error, stderr} = await parse(...row.words, flag, flag);
    expect(error).toBeDefined();
    expect(`${String(error)}${stderr}`).toMatch(new RegExp(`received "?${flag}`));
  });

  it('that only looks like an option is taken', async () => {
    const parsed = await parse('run', 'quick', '--data', '-images');
    expect(parsed.given[1]).toMatchObject({data: '-images'});
  });
});

describe('the words behind --', () => {
  it('are names, also where they look like options', async () => {
    const {given, error} = await parse('predict', 'latest', '--', '-1.jpg', '--json');
    expect(error).toBeUndefined();
    expect(given.slice(0, 2)).toEqual(['latest', ['-1.jpg', '--json']]);
    expect(given[2]).toMatchObject({json: false});
  });
});

describe('help', () => {
  const groups = commandsOf(table).filter(({commands}) => commands.length > 0);
  it.each(commandsOf(table).map(command => ({path: pathOf(command)})))(
    'shows $path',
    async ({path}) => {
      const words = path.split(' ').filter(word => word !== '');
      const asked = await parse('help', ...words);
      expect(asked.error).toMatchObject({code: 'commander.help', exitCode: 0});
    },
  );

  it.each(groups.map(group => ({path: pathOf(group)})))(
    'below "$path" names the nearest command where there is none of a name',
    async ({path}) => {
      const words = path.split(' ').filter(word => word !== '');
      const [first] = groups.find(group => pathOf(group) === path)?.commands ?? [];
      const {error} = await parse(...words, 'help', `${first?.name()}x`);
      expect(error).toMatchObject({hint: `Did you mean ${first?.name()}?`, exitCode: 2});
    },
  );
});

describe('a path that is not UTF-8', () => {
  it.each([
    ['runs', '--runs', 'r\ufffd'],
    ['report', 'latest', '--out', 'x\ufffd.html'],
    ['data', 'info', '--data', 'l\ufffd'],
  ])('is refused by %s instead of read or written under another name', async (...words) => {
    const {given, error} = await parse(...words);
    expect(given).toEqual([]);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(/^--\w+: expected a name in UTF-8; received /);
  });
});
