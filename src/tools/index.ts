/** The menu: every tool the server offers, in the order in which it lists them. */
import type { AnyTool } from '../tool.ts';
import { compareImageRisks } from './compare-image-risks.ts';
import { explainCoverage } from './explain-coverage.ts';
import { findImages } from './find-images.ts';
import { findVulnerability } from './find-vulnerability.ts';
import { listContainers } from './list-containers.ts';
import { listImageMalware } from './list-image-malware.ts';
import { listImageRisks } from './list-image-risks.ts';
import { listImageVulnerabilities } from './list-image-vulnerabilities.ts';
import { listVulnerabilities } from './list-vulnerabilities.ts';

/** All tools; a new one is one file beside this and one line here. */
export const tools: readonly AnyTool[] = [
  listImageRisks,
  findImages,
  compareImageRisks,
  listImageVulnerabilities,
  listImageMalware,
  findVulnerability,
  listVulnerabilities,
  listContainers,
  explainCoverage,
];
