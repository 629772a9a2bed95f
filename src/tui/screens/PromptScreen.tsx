import {Box} from 'ink';
import type {ReactElement} from 'react';
import {inside, LinesPanel, type PanelSize} from '../components/Panel.js';
import {TablePanel} from '../components/Table.js';
import {useController, useSnapshot} from '../hooks.js';
import type {Choice, PromptKind} from '../prompts/prompt-kind.js';
import type {Prompt} from '../state/interface-state.js';
import {widthOf} from '../text/fit.js';
import {fieldLine, span, wrappedLines, type Line} from '../text/line.js';

type PromptScreenProps = PanelSize & {
  readonly kind: PromptKind;
  readonly prompt: Prompt;
};

/** Frame, header and some rows. */
const MIN_CHOICES = 7;
const MAX_DETAILS = 3;

const choiceKey = ({key}: Choice): string => key;

/** The last cell of the choice under the cursor, whole, where its row has no room for it. */
function cutText(choice: Choice | undefined, width: number): readonly Line[] {
  const texts = choice?.cells.map(({text}) => text) ?? [];
  const last = texts.at(-1) ?? '';
  const isCut = texts.reduce((sum, text) => sum + widthOf(text) + 2, 0) > width;
  return isCut ? wrappedLines(last, width, 'faint').slice(0, MAX_DETAILS) : [];
}

/** The line that is typed, why it was not accepted, and the choices that follow from it. */
export function PromptScreen({kind, prompt, width, height}: PromptScreenProps): ReactElement {
  const controller = useController();
  const snapshot = useSnapshot();
  const {title, text, columns, empty} = kind;
  const room = inside({width, height}).width;
  const {problem} = prompt;
  const notes = [
    ...(problem === undefined ? [] : wrappedLines(problem, room, 'bad')),
    ...(text === undefined ? [] : wrappedLines(text.replaceAll('\n', ' ').trim(), room)),
  ];
  const lineHeight = Math.min(3 + notes.length, height - MIN_CHOICES);
  const choices = kind.choices(snapshot);
  return (
    <Box flexDirection="column">
      <LinesPanel
        title={title}
        lines={[[span('> ', 'strong'), ...fieldLine(prompt, room - 2)], ...notes]}
        width={width}
        height={lineHeight}
      />
      <TablePanel
        title="Choices"
        {...{columns, empty, width}}
        items={choices}
        keyOf={choiceKey}
        cursor={prompt.cursor}
        height={height - lineHeight}
        details={cutText(choices[prompt.cursor], room)}
        isFocused
        onRow={(key, isAlone) => {
          const cursor = choices.findIndex(choice => choice.key === key);
          if (cursor === prompt.cursor) choices[cursor]?.enter(controller, isAlone);
          else controller.change({prompt: {...prompt, cursor}});
        }}
      />
    </Box>
  );
}
