/** What `export` writes. */
export const exportFormats = ['savedmodel', 'tfjs'] as const;
export type ExportFormat = (typeof exportFormats)[number];
