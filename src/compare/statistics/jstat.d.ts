/** Types of the functions of jstat in use; the package has none. */
declare module 'jstat' {
  type StudentT = {
    /** The value below which a fraction of the distribution lies. */
    readonly inv: (fraction: number, degreesOfFreedom: number) => number;
    readonly cdf: (value: number, degreesOfFreedom: number) => number;
  };
  const jstat: {
    readonly studentt: StudentT;
    readonly normal: {
      readonly inv: (fraction: number, mean: number, standardDeviation: number) => number;
    };
    readonly erfc: (value: number) => number;
  };
  export default jstat;
}
