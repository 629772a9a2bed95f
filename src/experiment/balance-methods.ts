/** Ways to weigh the losses of a network's heads against each other; `equal` is none. */
export const lossMethods = ['equal', 'uncertainty', 'dwa', 'rlw', 'gls', 'imtl-l', 'famo'] as const;
/** Ways to weigh the gradients of the heads by the representation that they share. */
export const gradientMethods = [
  'pcgrad',
  'mgda-ub',
  'cagrad',
  'imtl-g',
  'nash',
  'fairgrad',
] as const;

export type GradientMethod = (typeof gradientMethods)[number];
/** Any of them but `equal`. */
export type BalanceMethod = Exclude<(typeof lossMethods)[number], 'equal'> | GradientMethod;

export function isGradientMethod(method: string | undefined): method is GradientMethod {
  return gradientMethods.some(candidate => candidate === method);
}
