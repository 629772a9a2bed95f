import {span, type Line} from '../text/line.js';

/** A bar of a share from 0 to 1, exactly `width` columns wide. */
export function bar(share: number, width: number): Line {
  const whole = Math.max(0, width);
  const filled = Math.round(Math.min(1, Math.max(0, share)) * whole);
  return [span('█'.repeat(filled), 'accent'), span('░'.repeat(whole - filled), 'faint')];
}
