import type {CsvRows} from '../report/tables/csv.js';

/** By themselves, so that the command line knows them without loading what writes them. */
export const comparisonFormats = ['table', 'json', 'csv', 'md'] as const;
export type ComparisonFormat = (typeof comparisonFormats)[number];

export const reportFormats = ['html', 'md'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export const csvRows = ['runs', 'heads', 'pairs'] as const satisfies readonly CsvRows[];
