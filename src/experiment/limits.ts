/** With `data.onBadImage: skip`, a run that would lose more of its sample than this is refused. */
export const MOST_LOST_FRACTION = 0.1;
