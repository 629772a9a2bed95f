import {Document, isCollection, isPair, type Node} from 'yaml';

/** A longer map or list has a line for each of its values. */
const MOST_CHARACTERS = 80;

/** YAML as the shipped experiments are written: maps of the second level and below on a line where they fit. */
export function flowYaml(value: object): string {
  const document = new Document(value, {aliasDuplicateObjects: false});
  setFlow(document.contents, 0);
  return document.toString({lineWidth: 100, flowCollectionPadding: false});
}

function setFlow(node: unknown, depth: number): void {
  if (!isCollection(node)) return;
  if (depth > 1 && JSON.stringify((node as Node).toJSON()).length <= MOST_CHARACTERS) {
    node.flow = true;
    return;
  }
  for (const item of node.items) setFlow(isPair(item) ? item.value : item, depth + 1);
}
