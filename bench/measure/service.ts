/**
 * The simulated TCSS as a process of its own, so that its work is in nobody's figures. Started by
 * service-process.ts with the row counts of its images; it ends when its parent lets go.
 */
import { generatedRisks, makeImage } from '../../src/demo/data-set.ts';
import { startSimulator } from '../../src/demo/simulator.ts';
import { imageOf } from './service-process.ts';

const images = process.argv
  .slice(2)
  .map(Number)
  .map((rows) => makeImage(imageOf(rows), `bench/rows:${rows}`, generatedRisks(rows)));
const simulator = await startSimulator({
  account: { images },
  requestsPerSecond: Number.POSITIVE_INFINITY,
});
process.on('message', () => process.send?.(simulator.requests.length));
process.on('disconnect', () => process.exit());
process.send?.(simulator.url);
