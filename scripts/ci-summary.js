/**
 * Prints `N passed, N failed` over the reports of all test runs, named as arguments. A run that left
 * no report, or failed outside its tests, counts as one failed.
 */
import { existsSync, readFileSync } from 'node:fs';

/** @typedef {{ status: string, assertionResults: { status: string }[] }} TestFile */

let passed = 0;
let failed = 0;
for (const path of process.argv.slice(2)) {
  if (!existsSync(path)) {
    console.log(`${path} is missing: that run did not come to its tests`);
    failed += 1;
    continue;
  }
  /** @type {{ success: boolean, testResults: TestFile[] }} */
  const { success, testResults } = JSON.parse(readFileSync(path, 'utf8'));
  const failures = testResults.reduce((sum, file) => sum + failuresIn(file), 0);
  passed += testResults.reduce((sum, file) => sum + count(file, 'passed'), 0);
  failed += failures === 0 && !success ? 1 : failures;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** @param {TestFile} file */
function failuresIn(file) {
  const failures = count(file, 'failed');
  return failures === 0 && file.status === 'failed' ? 1 : failures;
}

/** @param {TestFile} file @param {string} status */
function count({ assertionResults }, status) {
  return assertionResults.filter((test) => test.status === status).length;
}
