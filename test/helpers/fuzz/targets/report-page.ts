import fc from 'fast-check';
import {reportHtml} from '../../../../src/report/page/page.js';
import {hostileReport, REPORT_TEXTS} from '../hostile-report.js';
import {expectInert, markupText} from '../inert-markup.js';
import {fuzzTarget, type FuzzTarget, type Outcome} from '../target.js';
import {temporaryFolder} from '../../temporary-folder.js';

const runs = temporaryFolder('fuzz-report');

/** Whole pages with their charts: few, each with a text in every place of its runs' folders. */
export const reportPage: FuzzTarget = fuzzTarget({
  name: 'report-page',
  promise: 'no element and no attribute of a report comes from a name, a text or an image of a run',
  quick: 8,
  inputs: fc.array(markupText, {minLength: REPORT_TEXTS, maxLength: REPORT_TEXTS}),
  examine: async (texts): Promise<Outcome> => {
    expectInert(await reportHtml(await hostileReport(runs, place => texts[place] as string)));
    return 'taken';
  },
});
