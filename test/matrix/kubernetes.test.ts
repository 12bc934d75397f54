/**
 * The manifests of deploy/kubernetes, by the schemas of Kubernetes itself, which kubernetes-models brings. It needs
 * Node 22.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseHttpSettings } from '../../src/http-server/settings.ts';

const MATRIX = resolve('test/matrix');
const FOLDER = 'deploy/kubernetes';

/** Reads YAML from stdin; writes its documents, and what is wrong with them. */
const VALIDATE = `
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
const manifests = parseAllDocuments(readFileSync(0, 'utf8')).map((document) => document.toJS());
const faults = [];
for (const manifest of manifests) {
  const { [manifest.kind]: Model } = await import(\`kubernetes-models/\${manifest.apiVersion}/\${manifest.kind}\`);
  try {
    new Model(manifest).validate();
  } catch (error) {
    faults.push(\`\${manifest.kind}: \${error.message}\`);
  }
}
process.stdout.write(JSON.stringify({ manifests, faults }));
`;

// biome-ignore lint/suspicious/noExplicitAny: manifests of several kinds
function validate(yaml: string): { manifests: readonly any[]; faults: readonly string[] } {
  const node = join(MATRIX, 'node_modules', 'node22', 'bin', 'node');
  const args = ['--input-type=module', '-e', VALIDATE];
  return JSON.parse(execFileSync(node, args, { cwd: MATRIX, input: yaml, encoding: 'utf8' }));
}

const files = readdirSync(FOLDER).filter((file) => file !== 'kustomization.yaml');
const yaml = files.map((file) => readFileSync(join(FOLDER, file), 'utf8')).join('\n---\n');

test('the validator finds a fault', () => {
  const { faults } = validate(yaml.replace('containerPort: 8080', 'containerPort: x'));

  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain('Deployment');
});

test('every manifest is valid, and the server starts with its settings', () => {
  const { manifests, faults } = validate(yaml);
  const ofKind = (kind: string) => manifests.find((manifest) => manifest.kind === kind);
  const { spec } = ofKind('Deployment').spec.template;
  const [{ env, volumeMounts }] = spec.containers;
  const settings = parseHttpSettings(
    Object.fromEntries(env.map(({ name, value }: { name: string; value: string }) => [name, value])),
  );

  expect(faults).toEqual([]);
  expect(manifests.map(({ kind }) => kind).sort()).toEqual([
    ...['Deployment', 'Ingress', 'PodDisruptionBudget', 'Secret', 'Secret', 'Service'],
  ]);
  expect(settings.url.hostname).toBe(ofKind('Ingress').spec.rules[0].host);
  expect(settings.replicas).toBe(ofKind('Deployment').spec.replicas + 1);
  // Deadline, drain and a margin.
  expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(settings.drainMs / 1000 + 25 + 5);
  for (const { secret } of spec.volumes) {
    expect(
      manifests.some(({ kind, metadata }) => kind === 'Secret' && metadata.name === secret.secretName),
    ).toBe(true);
  }
  for (const { subPath } of volumeMounts) expect(subPath).toBeUndefined();
});

test('kustomization.yaml names every manifest but the example of the secrets', () => {
  const text = readFileSync(join(FOLDER, 'kustomization.yaml'), 'utf8');
  const named = [...text.matchAll(/^ {2}- (\S+)$/gm)].map(([, file]) => file);

  expect(named.sort()).toEqual(files.filter((file) => file !== 'secrets.example.yaml').sort());
});
