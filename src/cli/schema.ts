import {experimentJsonSchema} from '../experiment/json-schema.js';
import type {ExitCode} from '../util/exit-codes.js';
import type {Streams} from '../app/streams.js';

/** Prints the JSON Schema of the experiment file. */
export function runSchema({stdout}: Streams): ExitCode {
  stdout.write(schemaText());
  return 0;
}

export function schemaText(): string {
  return `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`;
}
