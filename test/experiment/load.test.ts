import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {experimentsFolder, listExperiments, loadExperiment} from '../../src/experiment/load.js';
import {tinyYaml} from '../helpers/experiments.js';
import {workplace} from '../helpers/workplace.js';

describe('the experiments of a folder', () => {
  it('are listed whole, the broken ones with their errors', async () => {
    const folder = path.join(workplace(), 'experiments');
    writeFileSync(path.join(folder, 'broken.yaml'), tinyYaml.replace('epochs', 'epoch'));
    writeFileSync(path.join(folder, 'latin.yml'), Buffer.from([0x6e, 0xe9, 0x0a]));
    mkdirSync(path.join(folder, 'folder.yaml'));
    const listed = await listExperiments(folder);
    expect(listed.map(({name, error}) => [name, error?.message.split('\n')[0]])).toEqual([
      ['broken', expect.stringContaining('Did you mean epochs?')],
      ['folder', expect.stringContaining('the file cannot be read')],
      ['latin', expect.stringContaining('the file is no text. Expected YAML in UTF-8')],
      ['tiny', undefined],
    ]);
  });

  it('come before the shipped ones, which can still be named', async () => {
    const folder = await experimentsFolder(workplace(tinyYaml));
    writeFileSync(path.join(folder, 'quick.yaml'), tinyYaml);
    expect((await loadExperiment('quick', folder)).file.name).toBe('tiny');
    expect((await loadExperiment('multi-output', folder)).file.name).toBe('multi-output');
    await expect(loadExperiment('tinny', folder)).rejects.toMatchObject({
      hint: 'Did you mean tiny?',
    });
  });

  it('of a subfolder have its name before theirs, and no deeper or hidden folder is read', async () => {
    const folder = await experimentsFolder(workplace(tinyYaml));
    for (const below of ['papers', path.join('papers', 'old'), '.git']) {
      mkdirSync(path.join(folder, below), {recursive: true});
      writeFileSync(path.join(folder, below, 'mine.yaml'), tinyYaml);
    }
    const names = (await listExperiments(folder)).map(({name}) => name);
    expect(names).toEqual(['tiny', 'papers/mine']);
    expect((await loadExperiment('papers/mine', folder)).file.name).toBe('tiny');
    const shipped = await loadExperiment('papers/liu-2015-split', folder);
    expect(shipped.file.name).toBe('liu-2015-split');
    await expect(loadExperiment('papers/mime', folder)).rejects.toThrow('papers/mime');
  });

  it('are read no further than an experiment goes, whatever the file is', async () => {
    const folder = path.join(workplace(), 'experiments');
    const large = path.join(folder, 'large.yaml');
    writeFileSync(large, Buffer.alloc(2_000_000, '#'));
    await expect(loadExperiment(large, folder)).rejects.toThrow('too long for an experiment');
    await expect(loadExperiment('/dev/zero', folder)).rejects.toThrow('too long');
  });
});
