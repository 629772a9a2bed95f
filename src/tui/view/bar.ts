import {span, type Line} from '../text/line.js';

/** A bar of a fraction from 0 to 1, exactly `width` columns wide. */
export function bar(fraction: number, width: number): Line {
  const whole = Math.max(0, width);
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * whole);
  return [span('█'.repeat(filled), 'accent'), span('░'.repeat(whole - filled), 'faint')];
}
