import os from 'node:os';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {fullDataRoot, rootAsBefore, withFullRoot} from '../../src/experiment/data-root.js';
import {expandHome} from '../../src/util/expand-home.js';
import {tinyExperiment} from '../helpers/experiments.js';

describe('the folder of the data', () => {
  it('may begin with ~, which is the home folder and nothing else', () => {
    expect(expandHome('~/celeba', () => '/home/me')).toBe('/home/me/celeba');
    expect(expandHome('~', () => '/home/me')).toBe('/home/me');
    expect(expandHome('~other/celeba', () => '/home/me')).toBe('~other/celeba');
    expect(expandHome('data/~', () => '/home/me')).toBe('data/~');
    expect(fullDataRoot('~/celeba')).toBe(path.join(os.homedir(), 'celeba'));
  });

  it('is a full path in what is kept of a run, and as in the file where faces are drawn', () => {
    expect(withFullRoot(tinyExperiment('data.root=faces')).data.root).toBe(path.resolve('faces'));
    expect(withFullRoot(tinyExperiment('data.source=sample')).data.root).toBe('data/celeba');
  });

  it('is the same for a resumed run that was begun in another folder', () => {
    expect(rootAsBefore('/a/data/celeba', 'data/celeba')).toBe('/a/data/celeba');
    expect(rootAsBefore('/a/data/celeba', '../data/celeba')).toBe('/a/data/celeba');
    expect(rootAsBefore('/a/data/celeba', '/b/data/celeba')).toBe('/b/data/celeba');
    expect(rootAsBefore('/a/data/celeba', 'data/other')).toBe(path.resolve('data/other'));
  });
});
