import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { schemaFiles, settingDescriptions } from '../../scripts/schemas.js';
import server from '../../server.json' with { type: 'json' };
import { SETTINGS, settings } from '../../src/config.ts';
import { listTools } from '../../src/lists.ts';
import { tools } from '../../src/tools/index.ts';

const files = schemaFiles(listTools(tools), settings, settingDescriptions(server));
const published = (file: string) => JSON.parse(readFileSync(`schemas/${file}`, 'utf8'));

test('schemas/ holds two schemas a tool and that of the settings, and nothing else', () => {
  expect(readdirSync('schemas').sort()).toEqual(Object.keys(files).sort());
  expect(Object.keys(files)).toHaveLength(2 * tools.length + 1);
});

test.each(Object.keys(files))('%s is the one that `npm run schemas` writes, and has properties', (file) => {
  expect(published(file)).toEqual(files[file]);
  expect(Object.keys(published(file).properties).length).toBeGreaterThan(0);
});

test('the settings are all there, as text, each with a description', () => {
  const { properties } = published('settings.json');

  expect(Object.keys(properties)).toEqual(SETTINGS);
  for (const property of Object.values(properties)) {
    expect(property).toMatchObject({ type: 'string', description: expect.stringMatching(/\w{2}/) });
  }
});
