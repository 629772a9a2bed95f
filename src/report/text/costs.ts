import {SAME_TIME_WITHIN} from '../../compare/best.js';

/** `29 % of the parameters`, `2.3 times the parameters`, `as many parameters`. */
function parametersText(ratio: number): string | undefined {
  if (!Number.isFinite(ratio) || ratio <= 0) return undefined;
  if (ratio === 1) return 'as many parameters';
  return `${ratioText(ratio)} the parameters`;
}

/** `half the time`, `62 % of the time`, `1.8 times the time`, `about the same time`. */
function timeText(ratio: number): string | undefined {
  if (!Number.isFinite(ratio) || ratio <= 0) return undefined;
  if (Math.abs(Math.log(ratio)) <= Math.log(SAME_TIME_WITHIN)) return 'about the same time';
  if (ratio >= 0.47 && ratio <= 0.53) return 'half the time';
  if (ratio >= 1.9 && ratio <= 2.1) return 'twice the time';
  return `${ratioText(ratio)} the time`;
}

/** `29 % of the parameters and half the time`; undefined where nothing is known. */
export function costText(parameterRatio: number, secondsRatio: number): string | undefined {
  const known = [parametersText(parameterRatio), timeText(secondsRatio)].filter(
    text => text !== undefined,
  );
  return known.length === 0 ? undefined : known.join(' and ');
}

function ratioText(ratio: number): string {
  if (ratio < 0.01) return 'less than 1 % of';
  if (ratio < 0.995) return `${Math.round(100 * ratio)} % of`;
  return ratio < 1.05 ? 'slightly more than' : `${ratio.toFixed(ratio < 10 ? 1 : 0)} times`;
}
