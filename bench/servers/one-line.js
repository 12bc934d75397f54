/** The least that a node process can do for a client: each request is answered with one line. */
process.stdin.setEncoding('utf8').on('data', (text) => {
  for (const line of String(text).split('\n')) {
    const id = line && JSON.parse(line).id;
    if (id) process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":{}}\n`);
  }
});
