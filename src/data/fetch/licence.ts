/** What people must know and accept before they download CelebA. */
export const LICENCE = `CelebA may be used for non-commercial research only. Nobody may copy, publish or pass on its images or parts
of them, except small parts in scientific publications, or identify the people in them.
The agreement: https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html
`;
