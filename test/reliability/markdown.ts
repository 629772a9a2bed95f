/** What a campaign measured, as it is kept in `docs/reliability/<name>.json`. */
export type Campaign = {
  readonly title: string;
  /** What was done, and what would have counted as broken. */
  readonly question: string;
  /** What measures it again. */
  readonly command: string;
  /** Day, such as 2026-11-25. */
  readonly measured: string;
  readonly machine: string;
  readonly rows: readonly CampaignRow[];
};

export type CampaignRow = {
  readonly what: string;
  /** How often it was tried, and how often the promise held; left out where the result is a number with a unit. */
  readonly tried?: number;
  readonly held?: number;
  readonly detail?: string;
};

const HEAD = `<!-- Generated from docs/reliability/*.json by the campaigns that measured it; do not edit. -->

# Reliability, measured

Each table was written by the command above it, which breaks the program on purpose and counts what held. The test
suite does the same with fewer repetitions.
`;

/** The text of `docs/reliability.md`. */
export function reliabilityMarkdown(campaigns: readonly Campaign[]): string {
  return `${[HEAD, ...campaigns.map(section)].join('\n')}`;
}

function section({title, question, command, measured, machine, rows}: Campaign): string {
  return [
    `## ${title}`,
    '',
    question,
    '',
    `\`${command}\`, ${measured}, ${machine}.`,
    '',
    '| what | tried | held | |',
    '| --- | ---: | ---: | --- |',
    ...rows.map(row),
    '',
  ].join('\n');
}

function row({what, tried, held, detail = ''}: CampaignRow): string {
  const count = (value: number | undefined): string =>
    value === undefined ? '' : value.toLocaleString('en-US');
  const shown = tried === held ? count(held) : `**${count(held)}: broken**`;
  return `| ${cell(what)} | ${count(tried)} | ${shown} | ${cell(detail)} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
