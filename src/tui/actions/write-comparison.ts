import path from 'node:path';
import type {Comparison} from '../../compare/comparison.js';
import type {TuiController} from '../controller.js';

/** Writes a comparison as a page, Markdown, CSV and JSON, and says where. */
export async function writeComparison(
  controller: TuiController,
  comparison: Comparison,
): Promise<void> {
  const folder = await controller.services.saveComparison(comparison);
  controller.notify(
    `HTML, Markdown, CSV and JSON written to ${path.relative('.', folder)}`,
    'good',
  );
}
