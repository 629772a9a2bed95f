import {closeSync, writeSync} from 'node:fs';
import path from 'node:path';
import {frameRecord} from '../../data/tfrecord/records.js';
import {makePlainFolderSync, openForAppendSync} from '../../util/safe-file.js';
import {encoded} from './messages.js';

/** What tells the event files of one folder apart, in the order of their writing. */
export type FileOrigin = {
  readonly startedSeconds: number;
  readonly host: string;
  readonly pid: number;
};

export type SummaryValue = {readonly tag: string} & (
  {readonly simpleValue: number} | {readonly tensor: object; readonly metadata: object}
);

/**
 * An event file of TensorBoard. Each event goes out in one piece, so that who reads along meets
 * whole ones; whoever goes on after a crash writes a file of its own, as TensorFlow does.
 */
export class EventFile {
  readonly #descriptor: number;

  constructor(folder: string, {startedSeconds, host, pid}: FileOrigin) {
    makePlainFolderSync(folder);
    const stamp = String(Math.floor(startedSeconds)).padStart(10, '0');
    const name = `events.out.tfevents.${stamp}.${host}.${pid}.0.v2`;
    this.#descriptor = openForAppendSync(path.join(folder, name));
    this.#append({wallTime: startedSeconds, fileVersion: 'brain.Event:2'});
  }

  write(step: number, wallTime: number, value: readonly SummaryValue[]): void {
    this.#append({wallTime, step, summary: {value}});
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #append(event: object): void {
    const record = frameRecord(encoded('Event', event));
    // A disk that is nearly full takes a part without an error; the next write has one.
    for (let written = 0; written < record.length;)
      written += writeSync(this.#descriptor, record, written);
  }
}
