/** By themselves, so that the command line knows them without loading what writes them. */
export const comparisonFormats = ['table', 'json', 'csv', 'md'] as const;
export type ComparisonFormat = (typeof comparisonFormats)[number];

export const reportFormats = ['html', 'md'] as const;
export type ReportFormat = (typeof reportFormats)[number];
