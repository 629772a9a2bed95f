import {baseName} from '../image-names.js';

/** `25_0_2_20170116174525125.jpg.chip.jpg`: age, gender (0 male, 1 female), race, time. */
const NAME = /^(\d{1,3})_([01])_(?:([0-4])_)?\d{8,}\D/;
const GENDERS = ['male', 'female'];
const RACES = ['White', 'Black', 'Asian', 'Indian', 'other'];
/** As large a fraction of the names decides: a few others do no harm. */
const MOST = 0.9;

/** The columns that the names of UTKFace's images are read as. */
export const utkFaceColumns = ['age', 'gender', 'race'] as const;

/** Whether images are named as those of UTKFace. */
export function isUtkFace(images: readonly string[]): boolean {
  const count = images.filter(image => NAME.test(baseName(image))).length;
  return images.length > 0 && count >= images.length * MOST;
}

/** Age, gender and race that the name of an image says, where it is not known ''; undefined for another name. */
export function utkFaceValues(image: string): readonly string[] | undefined {
  const [, age, gender, race] = NAME.exec(baseName(image)) ?? [];
  if (age === undefined) return undefined;
  return [
    ageGroup(Number(age)),
    GENDERS[Number(gender)] ?? '',
    race === undefined ? '' : RACES[Number(race)]!,
  ];
}

/** The first years of the groups in which FairFace counts ages. */
const AGES = [0, 3, 10, 20, 30, 40, 50, 60, 70];

function ageGroup(age: number): string {
  const at = AGES.findLastIndex(first => first <= age);
  const next = AGES[at + 1];
  return next === undefined ? 'more than 70' : `${AGES[at]}-${next - 1}`;
}
