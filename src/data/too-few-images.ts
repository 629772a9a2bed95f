import {UserError} from '../util/user-error.js';

/** The data has fewer images than an experiment asks for. */
export class TooFewImages extends UserError {
  constructor(message: string, hint: string) {
    super(message, {hint, exitCode: 3});
  }
}
