#!/usr/bin/env node
/**
 * The front door. It holds nothing but the check of Node's version, in syntax that an old Node can
 * still read, so that one line tells its user what is wrong; everything else is loaded after it.
 */
const OLDEST = [20, 18, 1];

const version = process.versions.node.split('.').map(Number);
const differing = OLDEST.findIndex((part, index) => part !== version[index]);
if (differing >= 0 && Number(version[differing]) < Number(OLDEST[differing])) {
  process.stderr.write(
    `tcss-mcp-server needs Node.js ${OLDEST.join('.')} or newer; this is ${process.versions.node}\n`,
  );
  process.exit(1);
} else {
  import('./run.ts')
    .then(({ run }) => run(process))
    .catch((error) => {
      process.stderr.write(`tcss-mcp-server could not start: ${error.message}\n`);
      process.exit(1);
    });
}

export {};
