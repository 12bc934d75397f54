/**
 * The simulated TCSS as a process of its own, so that its work is in nobody's figures. Started by
 * service-process.ts with the row counts of its images; it ends when its parent lets go.
 */
import { makeImage } from '../../src/demo/image.ts';
import { generatedRisks } from '../../src/demo/risks.ts';
import { startSimulator } from '../../src/demo/simulator.ts';
import { imageOf } from './service-process.ts';

const images = process.argv
  .slice(2)
  .map(Number)
  .map((rows) => makeImage(imageOf(rows), `bench/rows:${rows}`, generatedRisks(rows)));
/** A million rows take a third of a second to sort, so each question is answered once and then remembered. */
const answers = new Map<string, object>();
let requests = 0;
const simulator = await startSimulator({
  account: { images },
  requestsPerSecond: Number.POSITIVE_INFINITY,
  async intercept({ headers }, _outgoing, read) {
    requests += 1;
    const { body, isAdmitted, respond } = await read();
    if (!isAdmitted) return respond();
    const question = `${headers['x-tc-action']} ${JSON.stringify(body)}`;
    const answer = answers.get(question) ?? respond();
    answers.set(question, answer);
    return answer;
  },
});
process.on('message', () => process.send?.(requests));
process.on('disconnect', () => process.exit());
process.send?.(simulator.url);
