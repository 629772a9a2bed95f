import type {ImageReader} from '../report/page/report.js';
import {quiet} from '../data/catalogue.js';
import {decodeImage, encodeJpeg} from '../data/image/sharp-images.js';
import {openCatalogue} from '../data/open-catalogue.js';
import {readResolved} from '../experiment/stringify.js';
import type {RunRecord} from '../runs/run-record.js';
import {messageOf} from '../util/user-error.js';

/** Pixels of a face in a report: 1.5 times its size on the page, for sharp screens. */
const HEIGHT = 164;
const WIDTH = 134;
const QUALITY = 80;

type Bytes = (file: string) => Promise<Buffer | undefined>;

/**
 * Reads images of runs for a page. Opens each data set once.
 *
 * @param onWarning Called once for each warning about the data.
 */
export function imageReader(
  cacheFolder: string,
  onWarning: (message: string) => void,
): ImageReader {
  const readers = new Map<string, Promise<Bytes>>();
  const warned = new Set<string>();
  const warnOnce = (message: string): void => {
    if (!warned.has(message)) onWarning(message);
    warned.add(message);
  };
  return async (record, file) => {
    const key = record.info?.dataRoot ?? record.folder.path;
    const bytesOf =
      readers.get(key) ??
      openRun(record, cacheFolder, warnOnce).catch((error: unknown) => {
        warnOnce(`${record.folder.id}: its images cannot be shown: ${messageOf(error)}`);
        return () => Promise.resolve(undefined);
      });
    readers.set(key, bytesOf);
    try {
      const bytes = await (await bytesOf)(file);
      return bytes === undefined ? undefined : await imageUri(bytes);
    } catch {
      // The page counts unreadable images.
      return undefined;
    }
  };
}

async function openRun(
  {info, folder}: RunRecord,
  cacheFolder: string,
  onWarning: (message: string) => void,
): Promise<Bytes> {
  if (info === undefined) return () => Promise.resolve(undefined);
  const {data} = readResolved(folder.experiment);
  const catalogue = await openCatalogue(data, {
    ...{...quiet, root: info.dataRoot, cacheFolder, onWarning},
  });
  const positions = new Map(catalogue.files.map((file, position) => [file, position]));
  return async file => {
    const position = positions.get(file);
    if (position === undefined) return undefined;
    return Buffer.from(await catalogue.readImage(position));
  };
}

async function imageUri(bytes: Buffer): Promise<string> {
  const {pixels} = await decodeImage(bytes, HEIGHT, WIDTH);
  const jpeg = await encodeJpeg(pixels, [HEIGHT, WIDTH], QUALITY);
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
}
